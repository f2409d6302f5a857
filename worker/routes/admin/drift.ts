import type { Context } from "hono";
import * as z from "zod";
import type { Contract } from "../../../schema/config/buyer.ts";
import { DRIFT_KINDS, DRIFT_STAGES, type DriftView } from "../../../schema/rpc/drift.ts";
import { driftRules } from "../../flows/drift.ts";
import { writeAudit } from "../../ledger/audit.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import { iso, readBodyAs, reasonSchema } from "./body.ts";
import { find } from "./checks/references.ts";
import type { AdminApp, AdminContext, AdminEnv } from "./context.ts";
import { operation } from "./operation-parts.ts";

export const acceptDriftSchema = z.strictObject({
  ids: z
    .array(z.string().max(400))
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "Findings by their `id`; without: all that are open.", examples: [] }),
  reason: reasonSchema,
});

const time = z.iso.datetime();
const counts = z.record(z.string(), z.int());
const findingAnswer = z.object({
  id: z.string(),
  kind: z.enum(DRIFT_KINDS),
  stage: z.enum(DRIFT_STAGES),
  of: z.string().meta({ description: "`request`, or the outcome of the answers.", examples: ["accepted"] }),
  what: z.string().meta({ description: "A path, a reason, a status or an outcome.", examples: ["data.price"] }),
  before: z.string(),
  after: z.string(),
  since: time,
  at: time,
});
export const driftAnswer = z.object({
  contract_id: z.string(),
  watched: z.boolean(),
  stages: z.array(
    z.object({
      stage: z.enum(DRIFT_STAGES),
      learning: z.boolean(),
      since: time,
      answers: z.int(),
      outcomes: counts,
      statuses: counts,
      reasons: counts.meta({ description: "Without digits, and without anything that a lead held." }),
      acceptance: z
        .object({ known: z.number().nullable(), now: z.number().nullable() })
        .meta({ description: "Percent of yes: in the long run, and in the newest window." }),
      shapes: z
        .record(z.string(), z.record(z.string(), z.string()))
        .meta({ description: "Types by path, of our request and of each outcome's answers; `?`: not in every one." }),
      open: z.array(findingAnswer),
      accepted: z.array(z.object({ id: z.string(), by: z.string(), at: time })),
    }),
  ),
});

/** What is known of the shape of a contract's requests and answers, and what has changed in it. */
export function driftRoutes(app: AdminApp): void {
  app.get("/contracts/:id/drift", async (c) => {
    const contract = await find(c.var.ctx, "contract", c.req.param("id"));
    return contract ? c.json(await answerOf(c.var.ctx, contract)) : none();
  });
  app.post("/contracts/:id/drift/accept", accept);
}

const none = (): Response => problem(404, "not_found", "there is no such contract");

async function accept(c: Context<AdminEnv>): Promise<Response> {
  const body = await readBodyAs(c, acceptDriftSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const contract = await find(ctx, "contract", c.req.param("id") ?? "");
  if (!contract) return none();
  const { ids = null, reason } = body.value;
  const target = `contract:${contract.id}`;
  const detail = JSON.stringify({ ids: ids ?? "all", reason });
  await writeAudit(ctx.db, { at: ctx.now(), author, action: "accept_drift", target, detail });
  const accepted = await ctx.account(contract.buyer_id).acceptDrift(contract.id, ids, author);
  return c.json({ ...(await answerOf(ctx, contract)), accepted });
}

async function answerOf(ctx: AdminContext, contract: Contract) {
  const views = await ctx.account(contract.buyer_id).drift(contract.id, driftRules(contract));
  return { contract_id: contract.id, watched: contract.drift.watch, stages: views.map(wireView) };
}

const wireView = ({ since, open, accepted, ...view }: DriftView) => ({
  ...view,
  since: iso(since),
  open: open.map((one) => ({ ...one, since: iso(one.since), at: iso(one.at) })),
  accepted: accepted.map((one) => ({ ...one, at: iso(one.at) })),
});

/** For the API document. */
export const DRIFT_OPERATIONS: readonly Operation[] = [
  operation("contracts", {
    method: "get",
    path: "/contracts/:id/drift",
    id: "get_drift",
    summary: "The known shape of a contract's requests and answers, and what has changed in it",
    notes: "Structure, words and counts; never a value of a lead.",
    response: driftAnswer,
    problems: ["not_found"],
  }),
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/drift/accept",
    role: "operator",
    id: "accept_drift",
    summary: "Say that changes are how it shall be",
    request: acceptDriftSchema,
    response: driftAnswer.extend({ accepted: z.int() }),
    problems: ["not_found"],
  }),
];
