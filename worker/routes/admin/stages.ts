import type { Contract } from "../../../schema/config/buyer.ts";
import { CONTRACT_STAGES, type ContractStage } from "../../../schema/config/going-live.ts";
import { type ChecklistStep, checklist, openSteps } from "../../flows/going-live/checklist.ts";
import { readConfig, type StoredConfig } from "../../ledger/config-store.ts";
import { contractChecks } from "../../ledger/contract-checks.ts";
import { wasLive } from "../../ledger/stages.ts";
import { find } from "./checks/references.ts";
import type { AdminContext } from "./context.ts";
import type { RecordKind } from "./kinds.ts";

/**
 * What a body that does not speak of its standing keeps: status, planned maintenance, and a contract's stage. A new contract is a draft.
 * An import brings terms, not standing: what its file says of a stage is left aside.
 */
export function keepStanding(
  kind: RecordKind,
  body: Record<string, unknown>,
  current: StoredConfig | null,
  imported = false,
): Record<string, unknown> {
  const status = body.status ?? current?.body.status;
  const maintenance = body.maintenance ?? current?.body.maintenance;
  const kept: Record<string, unknown> = {
    ...body,
    ...(status === undefined ? {} : { status }),
    ...(maintenance === undefined ? {} : { maintenance }),
  };
  if (kind !== "contract") return kept;
  const { stage: asked, ...rest } = kept;
  const stage = (imported ? undefined : asked) ?? (current ? current.body.stage : "draft");
  return stage === undefined ? rest : { ...rest, stage };
}

/** A contract stored before there were stages is live. */
export const stageOf = (stored: StoredConfig | null): ContractStage =>
  stored === null ? "draft" : (CONTRACT_STAGES.find((stage) => stage === stored.body.stage) ?? "live");

/** The checklist of a contract as it is (or would be) stored; null: what it names is not there. */
export async function checklistOf(ctx: AdminContext, contract: Contract): Promise<ChecklistStep[] | null> {
  const [stored, endpoint, campaign, checks] = await Promise.all([
    readConfig(ctx.db, "endpoint", contract.endpoint_id),
    find(ctx, "endpoint", contract.endpoint_id),
    find(ctx, "campaign", contract.campaign_id),
    contractChecks(ctx.db, contract.id),
  ]);
  if (!endpoint || !campaign) return null;
  return checklist({ contract, endpoint, campaign, endpoint_version: stored?.version ?? 0, checks });
}

/** What stands between a contract and the stage that it shall have; empty = nothing. Going back is always possible. */
export async function openPoints(
  ctx: AdminContext,
  contract: Contract,
  current: StoredConfig | null,
): Promise<{ step: string; text: string }[]> {
  const [from, to] = [stageOf(current), contract.stage];
  if (CONTRACT_STAGES.indexOf(to) <= CONTRACT_STAGES.indexOf(from)) return [];
  const open: { step: string; text: string }[] = openSteps((await checklistOf(ctx, contract)) ?? []);
  if (from === "draft" && to === "live" && !(await wasLive(ctx.db, contract.id)))
    open.push({ step: "ramp", text: `It goes live by a ramp of ${contract.ramp.records} leads first: stage ramping.` });
  return open;
}
