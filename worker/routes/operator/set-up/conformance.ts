import type { Context } from "hono";
import * as z from "zod";
import { fieldNameSchema } from "../../../../schema/config/common.ts";
import { CHECKS } from "../../../buyers/conformance/report.ts";
import { checkContract, rememberConformance } from "../../../flows/conformance.ts";
import { type Overrides, realPerson, type SetUp, sampleOf } from "../../../flows/contract-test/set-up.ts";
import type { Gateway } from "../../../gateway/gateway.ts";
import { writeAudit } from "../../../ledger/audit.ts";
import { readBodyAs } from "../../admin/body.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { operation } from "../../admin/operation-parts.ts";
import type { Operation } from "../../operation.ts";
import { type FieldError, problem } from "../../problem.ts";
import { setUpOf } from "./contract-test.ts";

const value = z.union([z.string().max(5_000), z.number(), z.boolean(), z.null()]);
const lead = z.record(fieldNameSchema, value);

export const conformanceSchema = z.strictObject({
  lead: lead
    .default({})
    .meta({ description: "In place of the campaign's samples; null takes a field out.", examples: [] }),
  scenarios: z
    .array(z.strictObject({ outcome: z.enum(["bid", "no_bid", "accepted", "rejected", "duplicate"]), lead }))
    .max(4)
    .default([])
    .meta({ description: "Values by which the buyer's test system gives an outcome." }),
});
const times = z.object({ n: z.int(), p50: z.int(), p95: z.int(), p99: z.int(), max: z.int() }).nullable();
const conformanceAnswer = z.object({
  contract_id: z.string(),
  endpoint_version: z.int(),
  ok: z.boolean().meta({ description: "Nothing that the gateway needs failed." }),
  requests: z.int(),
  checks: z.array(
    z.object({
      check: z.enum(CHECKS),
      state: z.enum(["pass", "fail", "skipped"]),
      needed: z.boolean().meta({ description: "false: advice." }),
      found: z.string(),
      todo: z.string().optional(),
    }),
  ),
  timings: z.object({ ping: times, post: times }),
});

/** POST /contracts/:id/conformance: the buyer's endpoint tried as the gateway will use it. */
export function conformanceRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.post("/contracts/:id/conformance", (c) => conformance(c, gatewayOf(c)));
}

async function conformance(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const body = await readBodyAs(c, conformanceSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const found = await setUpOf(ctx.db, c.req.param("id") ?? "");
  if (!found.ok) return found.response;
  const { contract } = found.value;
  if (!contract.endpoint.accepts_test)
    return problem(409, "tests_not_accepted", "the endpoint's accepts_test is not set: nothing was sent");
  const now = ctx.now();
  const leads = [body.value.lead, ...body.value.scenarios.map((one) => ({ ...body.value.lead, ...one.lead }))];
  const samples = leads.map((values) => sampleOf(found.value, values, now));
  const errors = leads.flatMap((values, at) => unfit(found.value, values, samples[at], at));
  if (errors.length > 0) return problem(422, "invalid_fields", "the lead is not one of this campaign", errors);
  const [sample, ...others] = samples.map((one) => (one.ok ? one.lead : {}));
  const scenarios = body.value.scenarios.map(({ outcome, lead: values }, at) => ({
    outcome,
    lead: Object.fromEntries(Object.entries(others[at] ?? {}).filter(([name]) => name in values)),
    without: Object.keys(values).filter((name) => values[name] === null),
  }));
  // The audit comes first: requests leave in this operator's name.
  const target = `contract:${contract.config.id}`;
  await writeAudit(ctx.db, { at: now, author, action: "check_conformance", target });
  const report = await checkContract(g, found.value, { lead: sample ?? {}, scenarios });
  if (typeof report === "string") return problem(409, "endpoint_unusable", report);
  await rememberConformance(ctx.db, found.value, report, { author, at: now });
  return c.json({ contract_id: contract.config.id, endpoint_version: contract.endpoint_version, ...report });
}

/** Only made-up people go out, and only fields that there are. */
function unfit(
  set_up: SetUp,
  values: Overrides,
  sample: ReturnType<typeof sampleOf> | undefined,
  at: number,
): FieldError[] {
  const place = at === 0 ? "lead" : `scenarios.${at - 1}.lead`;
  const real = realPerson(set_up, values).map((name) => ({
    field: `${place}.${name}`,
    message: "must be fictional in a test: a number like 212-555-0142, an address at example.com",
    code: "invalid",
  }));
  if (real.length > 0 || !sample || sample.ok) return real;
  return sample.problems.map(({ field, message }) => ({ field: `${place}.${field}`, message, code: "invalid" }));
}

/** For the API document. */
export const CONFORMANCE_OPERATIONS: readonly Operation[] = [
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/conformance",
    role: "operator",
    id: "checkConformance",
    summary: "Try a buyer's endpoint as the gateway will use it: speed, repeats, refusals, odd values",
    notes:
      "At most 30 requests with made-up people, marked as tests. What it shows counts in the going-live checklist (duplicate_seen, token_refresh_seen). The same from a command line: npm run kit:check.",
    request: conformanceSchema.meta({ examples: [{ scenarios: [{ outcome: "no_bid", lead: { zip: "99950" } }] }] }),
    response: conformanceAnswer,
    problems: ["not_found", "record_outdated", "tests_not_accepted", "endpoint_unusable"],
  }),
];
