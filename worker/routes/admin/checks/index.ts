import type { ConfigKind, ConfigTypes } from "../../../../schema/config/index.ts";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import type { RecordKind } from "../kinds.ts";
import { alertingProblems, channelProblems, syntheticProblems } from "./alerting.ts";
import { campaignProblems } from "./campaign.ts";
import { contractProblems } from "./contract.ts";
import { endpointProblems } from "./endpoint.ts";
import { inboundProblems } from "./inbound.ts";
import { formProblems, publisherProblems } from "./publisher.ts";

/**
 * What is wrong with a record beyond its own schema: does what it names exist, and fit? Empty = nothing.
 * @param body as its schema read it
 * @param current what is stored now, if anything
 */
export async function recordProblems(
  ctx: AdminContext,
  kind: RecordKind,
  body: ConfigTypes[ConfigKind],
  current: StoredConfig | null,
): Promise<FieldError[]> {
  return onePerField(await problemsOf(ctx, kind, body, current));
}

function onePerField(problems: FieldError[]): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const problem of problems) {
    const known = byField.get(problem.field);
    byField.set(problem.field, known ? { ...known, message: `${known.message}; ${problem.message}` } : problem);
  }
  return [...byField.values()];
}

async function problemsOf(
  ctx: AdminContext,
  kind: RecordKind,
  body: ConfigTypes[ConfigKind],
  current: StoredConfig | null,
): Promise<FieldError[]> {
  switch (kind) {
    case "campaign":
      return campaignProblems(ctx, body as ConfigTypes["campaign"], current);
    case "publisher":
      return publisherProblems(ctx, body as ConfigTypes["publisher"]);
    case "form":
      return formProblems(ctx, body as ConfigTypes["form"]);
    case "inbound":
      return inboundProblems(ctx, body as ConfigTypes["inbound"]);
    case "endpoint":
      return endpointProblems(ctx, body as ConfigTypes["endpoint"], current);
    case "contract":
      return contractProblems(ctx, body as ConfigTypes["contract"], current);
    case "alerting":
      return alertingProblems(ctx, body as ConfigTypes["alerting"]);
    case "alert_channel":
      return channelProblems(ctx, body as ConfigTypes["alert_channel"]);
    case "synthetic":
      return syntheticProblems(ctx, body as ConfigTypes["synthetic"]);
    case "buyer":
      return [];
  }
}
