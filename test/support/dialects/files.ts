import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import * as z from "zod";
import { type DialectConfig, dialectSchema } from "../../../schema/config/dialect.ts";

/** The ready dialects of `dialects/`, with the answers (and requests) that prove them. */
export type Kind = "reference" | "connectors" | "further";

/** How far the source of an answer's shape can be trusted; sentences and ids in it are ours. `reconstructed`: from documents or client code. */
export const PROVENANCES = ["verbatim", "verbatim-edited", "filled", "derived", "reconstructed"] as const;

const expectedSchema = z.strictObject({
  outcome: z.enum([
    "bid",
    "no_bid",
    "error",
    "go_on",
    "accepted",
    "rejected",
    "duplicate",
    "not_taken",
    "unknown",
    "review",
    "set_up_error",
  ]),
  price: z.number().optional(),
  counter_price: z.number().optional(),
  ref: z.string().optional(),
  buyer_lead_id: z.string().optional(),
  reason: z.string().optional(),
  redirect_url: z.string().optional(),
  destination: z.string().optional(),
  min_duration_s: z.number().optional(),
  expires_in_s: z.number().optional(),
  expires_at: z.string().optional(),
  retry_after_ms: z.number().optional(),
  unverified: z.boolean().optional(),
  legs: z.array(z.strictObject({ ref: z.string(), name: z.string().optional(), price: z.number() })).optional(),
  carried: z.record(z.string(), z.string()).optional(),
  /** The step after the post that this answer calls for. */
  after: z.string().optional(),
});
export type Expected = z.output<typeof expectedSchema>;

const answerSchema = z.strictObject({
  name: z.string(),
  /** `preping` and the like: a step before. `after:<name>`: a step after the post. */
  stage: z.string(),
  kind: z.enum(["exemplary", "supplemental"]).default("exemplary"),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  expected: expectedSchema,
  provenance: z.enum(PROVENANCES),
  why: z.string().optional(),
});
export type AnswerRow = z.output<typeof answerSchema>;

const requestSchema = z.strictObject({
  stage: z.string(),
  test: z.boolean().default(false),
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  /** JSON bodies as JSON, all others as text. */
  body: z.unknown().optional(),
});
export type RequestRow = z.output<typeof requestSchema>;

const fixtureSchema = z.strictObject({
  dialect: z.string(),
  secrets: z.record(z.string(), z.string()),
  /** What differs from the sample lead. */
  sample: z.record(z.string(), z.unknown()).optional(),
  answers: z.array(answerSchema),
  requests: z.array(requestSchema),
});
export type Fixture = z.output<typeof fixtureSchema>;

export interface Ready {
  id: string;
  kind: Kind;
  /** Lines of its file, blank ones not counted. */
  lines: number;
  config: DialectConfig;
  fixture: Fixture;
}

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

export function readyDialects(kind: Kind): Ready[] {
  const folder = `${ROOT}dialects/${kind}/`;
  return readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => {
      const id = name.replace(/\.yaml$/, "");
      const text = readFileSync(folder + name, "utf8");
      const fixture: unknown = JSON.parse(readFileSync(`${folder}fixtures/${id}.json`, "utf8"));
      const lines = text.split("\n").filter((line) => line.trim() !== "").length;
      return { id, kind, lines, config: dialectSchema.parse(parse(text)), fixture: fixtureSchema.parse(fixture) };
    });
}
