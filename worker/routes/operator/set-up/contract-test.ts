import type { Context } from "hono";
import * as z from "zod";
import { fieldNameSchema } from "../../../../schema/config/common.ts";
import type { WireAnswer } from "../../../buyers/dialect.ts";
import { remember } from "../../../flows/contract-test/remember.ts";
import { testContract } from "../../../flows/contract-test/run.ts";
import { loadSetUp, realPerson, type SetUp, sampleOf } from "../../../flows/contract-test/set-up.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import { type Read, readBodyAs } from "../../admin/body.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { problem } from "../../problem.ts";

const value = z.union([z.string().max(5_000), z.number(), z.boolean(), z.null()]);

/** An answer as one pastes it. */
export const pastedAnswerSchema = z.strictObject({
  status: z.int().min(100).max(599).default(200),
  headers: z.record(z.string().max(120), z.string().max(2_000)).default({}),
  body: z.string().max(900_000).default(""),
});

export const contractTestSchema = z
  .strictObject({
    phase: z.enum(["ping", "post", "both"]).default("both").meta({
      description: "`both`: the post follows if the ping brings a bid. A dialect without a ping: the post alone.",
    }),
    lead: z
      .record(fieldNameSchema, value)
      .default({})
      .meta({
        description:
          "In place of the campaign's samples; null takes a field out. Phones and e-mails must be fictional.",
        examples: [{ zip: "90210", dob: null }],
      }),
    answer: pastedAnswerSchema.optional().meta({ description: "Nothing is sent: this answer is read instead." }),
    bid: z
      .record(z.string().max(40), z.string().max(500))
      .default({})
      .meta({ description: "For a post alone: what its ping would have carried.", examples: [{ ref: "p-123" }] }),
    timeout_ms: z.int().min(50).max(25_000).optional().meta({ description: "In place of the contract's own." }),
  })
  .refine(({ answer, phase }) => answer === undefined || phase !== "both", {
    path: ["phase"],
    message: "must be ping or post: whose answer is it?",
  });

/** POST /contracts/:id/test: the buyer's set-up tried with a sample lead, and explained. */
export function contractTestRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.post("/contracts/:id/test", async (c) => {
    const body = await readBodyAs(c, contractTestSchema);
    if (!body.ok) return body.response;
    const { db } = c.var.ctx;
    const set_up = await setUpOf(db, c.req.param("id"));
    if (!set_up.ok) return set_up.response;
    const { lead: overrides, answer, phase, bid, timeout_ms } = body.value;
    const real = realPerson(set_up.value, overrides);
    if (real.length > 0) return unfit(real.map((name) => ({ name, message: FICTIONAL })));
    if (answer === undefined && !set_up.value.contract.endpoint.accepts_test)
      return problem(409, "tests_not_accepted", "the endpoint's accepts_test is not set: nothing was sent");
    const g = gatewayOf(c);
    const sample = sampleOf(set_up.value, overrides, g.deps.now());
    if (!sample.ok) return unfit(sample.problems.map(({ field: name, message }) => ({ name, message })));
    const order = {
      phase: phase === "both" && !set_up.value.contract.endpoint.dialect.ping ? ("post" as const) : phase,
      lead: sample.lead,
      bid,
      timeout_ms,
      ...(answer ? { answer: wireOf(answer, g.deps.now()) } : {}),
    };
    const report = await testContract(g, set_up.value, order);
    await remember(db, report, c.var.author);
    return c.json(report);
  });
}

const FICTIONAL = "must be fictional in a test: a number like 212-555-0142, an address at example.com";

function unfit(fields: { name: string; message: string }[]): Response {
  const errors = fields.map(({ name, message }) => ({ field: `lead.${name}`, message, code: "invalid" }));
  return problem(422, "invalid_fields", "the lead is not one of this campaign", errors);
}

export async function setUpOf(db: D1Database, contract_id: string): Promise<Read<SetUp>> {
  const found = await loadSetUp(db, contract_id);
  if (found === null) return { ok: false, response: problem(404, "not_found", "there is no such contract") };
  if (typeof found === "string") return { ok: false, response: problem(409, "record_outdated", found) };
  return { ok: true, value: found };
}

/** A pasted answer as it would have arrived. */
export function wireOf({ status, headers, body }: z.output<typeof pastedAnswerSchema>, now: number): WireAnswer {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  return {
    status,
    body,
    content_type: lower["content-type"] ?? "",
    retry_after: lower["retry-after"] ?? null,
    location: lower.location ?? null,
    headers: lower,
    now,
  };
}
