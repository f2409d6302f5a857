import type { Context } from "hono";
import * as z from "zod";
import type { Contract } from "../../../schema/config/buyer.ts";
import { CONTRACT_STAGES, type ContractStage } from "../../../schema/config/going-live.ts";
import { type ChecklistStep, openSteps, STEPS } from "../../flows/going-live/checklist.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readConfig, type StoredConfig } from "../../ledger/config-store.ts";
import { writeContractCheck } from "../../ledger/contract-checks.ts";
import { wasLive } from "../../ledger/stages.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import { iso, readBodyAs, reasonSchema } from "./body.ts";
import type { AdminApp, AdminContext, AdminEnv } from "./context.ts";
import { operation } from "./operation-parts.ts";
import { checklistOf, stageOf } from "./stages.ts";
import { readBody } from "./terms.ts";
import { saveRecord } from "./write.ts";

type C = Context<AdminEnv>;

export const signOffSchema = z.strictObject({
  note: z
    .string()
    .trim()
    .min(3)
    .max(1_000)
    .meta({ examples: ["tested with Dana at Acme, first leads on Monday"] }),
});
export const goLiveSchema = z.strictObject({
  reason: reasonSchema,
  force: reasonSchema.optional().meta({ description: "Why, although points are open. In an emergency only." }),
});
const stageSchema = z.enum(CONTRACT_STAGES);
const stepSchema = z.object({
  step: z.enum([...STEPS, "ramp"]),
  state: z.enum(["done", "open", "not_needed"]),
  text: z.string(),
  at: z.iso.datetime().optional(),
  by: z.string().optional(),
});
const rampAnswer = z.object({ records: z.int(), sold: z.int().nullable() });
export const checklistAnswer = z.object({
  contract_id: z.string(),
  stage: stageSchema,
  next: stageSchema.nullable().meta({ description: "What go-live makes of it; null: it is live." }),
  ready: z.boolean(),
  steps: z.array(stepSchema),
  ramp: rampAnswer.meta({ description: "Leads that count while it is ramping; null: it is not, or nobody knows." }),
});

/** The way from a draft to a live contract. */
export function goingLiveRoutes(app: AdminApp): void {
  app.get("/contracts/:id/checklist", async (c) => {
    const known = await contractOf(c);
    return known ? c.json(await answerOf(c.var.ctx, known)) : none();
  });
  app.post("/contracts/:id/checklist/sign-off", signOff);
  app.post("/contracts/:id/go-live", goLive);
}

const none = (): Response => problem(404, "not_found", "there is no such contract, or what it names is gone");

interface Known {
  stored: StoredConfig;
  contract: Contract;
  steps: ChecklistStep[];
}

async function contractOf(c: C): Promise<Known | null> {
  const { ctx } = c.var;
  const stored = await readConfig(ctx.db, "contract", c.req.param("id") ?? "");
  const contract = stored && readBody("contract", stored.body);
  const steps = contract && (await checklistOf(ctx, contract));
  return stored && contract && steps ? { stored, contract, steps } : null;
}

async function answerOf(ctx: AdminContext, { stored, contract, steps }: Known) {
  const stage = stageOf(stored);
  const next = await nextStage(ctx, stage, contract.id);
  return {
    contract_id: contract.id,
    stage,
    next,
    ready: openSteps(steps).length === 0,
    steps: steps.map(({ at, ...step }) => ({ ...step, ...(at === undefined ? {} : { at: iso(at) }) })),
    ramp: { records: contract.ramp.records, sold: stage === "ramping" ? await soldInRamp(ctx, contract) : null },
  };
}

/** A contract that was live before has been through its ramp. */
async function nextStage(ctx: AdminContext, stage: ContractStage, id: string): Promise<ContractStage | null> {
  if (stage === "live") return null;
  return stage === "ramping" || (await wasLive(ctx.db, id)) ? "live" : "ramping";
}

/** As the buyer's object counts them; null while it is away. */
async function soldInRamp(ctx: AdminContext, { id, buyer_id, ramp }: Contract): Promise<number | null> {
  const view = await ctx
    .account(buyer_id)
    .glance()
    .catch(() => null);
  const own = view?.caps.find(
    ({ contract_id, cap, source }) =>
      contract_id === id && source === null && cap.per === "total" && cap.count === ramp.records,
  );
  return own?.used_count ?? null;
}

async function signOff(c: C): Promise<Response> {
  const body = await readBodyAs(c, signOffSchema);
  if (!body.ok) return body.response;
  const known = await contractOf(c);
  if (!known) return none();
  const { ctx, author } = c.var;
  const { contract, stored } = known;
  const endpoint = await readConfig(ctx.db, "endpoint", contract.endpoint_id);
  // The check holds only the newest sign-off; the audit keeps every one.
  const target = `contract:${contract.id}`;
  await writeAudit(ctx.db, { at: ctx.now(), author, action: "sign_off", target, detail: body.value.note });
  await writeContractCheck(ctx.db, {
    contract_id: contract.id,
    name: "sign_off",
    at: ctx.now(),
    ok: true,
    detail: { note: body.value.note },
    author,
    contract_version: stored.version,
    endpoint_version: endpoint?.version ?? 0,
  });
  const again = await contractOf(c);
  return again ? c.json(await answerOf(ctx, again)) : none();
}

/** One stage further: a draft ramps, a ramping contract is confirmed. What is open is refused by the write itself. */
async function goLive(c: C): Promise<Response> {
  const body = await readBodyAs(c, goLiveSchema);
  if (!body.ok) return body.response;
  const known = await contractOf(c);
  if (!known) return none();
  const { ctx, author } = c.var;
  const { id } = known.contract;
  const stage = await nextStage(ctx, stageOf(known.stored), id);
  if (stage === null) return c.json(await answerOf(ctx, known));
  const { reason, force } = body.value;
  const saved = await saveRecord(ctx, {
    kind: "contract",
    id,
    author,
    reason,
    force,
    audit: { action: "go_live", detail: JSON.stringify({ stage, reason }) },
    expect: known.stored.version,
    build: async (current) => ({ ok: true, value: { ...(current?.body ?? known.stored.body), stage } }),
  });
  if (!saved.ok) return saved.response;
  const again = await contractOf(c);
  return again ? c.json(await answerOf(ctx, again)) : none();
}

/** For the API document. */
export const GOING_LIVE_OPERATIONS: readonly Operation[] = [
  operation("contracts", {
    method: "get",
    path: "/contracts/:id/checklist",
    id: "get_checklist",
    summary: "What a contract still has to show before it goes live",
    notes: "Computed from the records and from what was seen in tests of the endpoint's present version.",
    response: checklistAnswer,
    problems: ["not_found"],
  }),
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/checklist/sign-off",
    id: "sign_off",
    summary: "Say that a contract is good to go live",
    request: signOffSchema,
    response: checklistAnswer,
    problems: ["not_found"],
  }),
  operation("contracts", {
    method: "post",
    path: "/contracts/:id/go-live",
    id: "go_live",
    summary: "A draft begins its ramp; a ramping contract goes live",
    notes: "Refused with the open points of its checklist in `errors`, unless `force` says why.",
    request: goLiveSchema,
    response: checklistAnswer,
    problems: ["not_found", "not_ready", "changed_meanwhile", "version_mismatch"],
  }),
];
