import { readFileSync } from "node:fs";
import * as z from "zod";
import type { DialectConfig } from "../../../schema/config/dialect.ts";
import { money } from "../../../schema/money.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import type { BuildResult, Dialect, PingFacts, PostFacts } from "../../../worker/buyers/dialect.ts";
import { type Fixture, type RequestRow, ROOT } from "./files.ts";

const texts = z.record(z.string(), z.string());
const sampleSchema = z.strictObject({
  now: z.iso.datetime(),
  nonce: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  consent: texts,
  gateway: z.strictObject({
    ping_id: z.string(),
    campaign: z.string(),
    source: z.string(),
    sub_ids: texts,
    min_price: z.number(),
    timeout_ms: z.number(),
  }),
  post: z.strictObject({
    lead_id: z.string(),
    reservation_id: z.string(),
    price: z.number(),
    callback_url: z.string(),
  }),
  bid: texts,
  steps: z.record(z.string(), texts),
  token: texts,
});
type Sample = z.output<typeof sampleSchema>;

/** The made-up lead that every ready dialect's requests are built of; a fixture may change it. */
export function sampleFor(fixture: Fixture): Sample {
  const sample = sampleSchema.parse(JSON.parse(readFileSync(`${ROOT}dialects/sample-lead.json`, "utf8")));
  const changes = sampleSchema.partial().parse(fixture.sample ?? {});
  return {
    ...sample,
    ...changes,
    fields: { ...sample.fields, ...changes.fields },
    bid: { ...sample.bid, ...changes.bid },
  };
}

const UNITS = 10_000;

export function factsOf(fixture: Fixture, test = false): { ping: PingFacts; post: PostFacts } {
  const { now, nonce, fields, consent, gateway, post, bid, steps, token } = sampleFor(fixture);
  const { min_price, timeout_ms, ...ids } = gateway;
  const common = { secrets: fixture.secrets, token, nonce, fields, steps };
  const told = { ...ids, test, now: Date.parse(now) };
  return {
    ping: { ...common, gateway: { ...told, min_price: money(min_price * UNITS), timeout_ms } },
    post: {
      ...common,
      consent,
      bid,
      gateway: { ...told, ...post, price: money(post.price * UNITS) },
      answer: { buyer_lead_id: "B-77" },
    },
  };
}

/** Builds the request of a stage: `ping`, `post`, `win`, `loss`, a step's name, `after:<name>`. null: there is none. */
export function buildAt(dialect: Dialect, stage: string, fixture: Fixture, test: boolean): BuildResult | null {
  const { ping, post } = factsOf(fixture, test);
  if (stage === "ping") return dialect.buildPing(ping);
  if (stage === "post") return dialect.buildPost(post);
  if (stage === "win") return dialect.buildWin(post);
  if (stage === "loss")
    return dialect.buildLoss({
      ...post,
      gateway: ping.gateway,
      winning_price: money(30 * UNITS),
      reason: "lower_bid",
    });
  const before = dialect.steps.beforePing.find(({ name }) => name === stage);
  if (before) return before.build(ping);
  return dialect.steps.afterPost.find(({ name }) => `after:${name}` === stage)?.build(post) ?? null;
}

/** Every stage that a dialect has a request for. */
export const stagesOf = ({ ping, post, win, loss }: DialectConfig): string[] => [
  ...(ping ? [...ping.before.map(({ name }) => name), "ping"] : []),
  "post",
  ...post.after.map(({ name }) => `after:${name}`),
  ...(win ? ["win"] : []),
  ...(loss ? ["loss"] : []),
];

/** A request as fixtures write it: a JSON body as JSON. */
export function rowOf(stage: string, test: boolean, { method, url, headers: pairs, body }: WireRequest): RequestRow {
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const json = (headers["content-type"] ?? "").includes("json");
  return { stage, test, method, url, headers, ...(body ? { body: json ? (JSON.parse(body) as unknown) : body } : {}) };
}
