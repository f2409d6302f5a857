import type { AlertChannel, Alerting, Synthetic } from "../../../../schema/config/alerting.ts";
import { checkUrl } from "../../../buyers/url-guard.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { find, wrong } from "./references.ts";

const missing = (field: string, message = "is needed"): FieldError => wrong(field, message, "required");

export async function alertingProblems(ctx: AdminContext, { id, buyer_id, rules }: Alerting): Promise<FieldError[]> {
  const problems: FieldError[] = [];
  if ((id === "main") !== (buyer_id === undefined) || (buyer_id !== undefined && id !== `buyer_${buyer_id}`))
    problems.push(wrong("buyer_id", "belongs to the record buyer_<its id>, and to no other"));
  else if (buyer_id !== undefined && !(await find(ctx, "buyer", buyer_id)))
    problems.push(wrong("buyer_id", "there is no such buyer", "unknown"));
  const { success_low: low, balance_low: balance } = rules;
  if (low?.warning !== undefined && low.critical !== undefined && low.critical > low.warning)
    problems.push(wrong("rules.success_low.critical", "must not be above warning"));
  if (balance?.warning !== undefined && balance.critical !== undefined && balance.critical > balance.warning)
    problems.push(wrong("rules.balance_low.critical", "must not be above warning"));
  return problems;
}

/** Each type has members of its own. */
const MEMBERS = {
  email: ["from", "to"],
  webhook: ["url", "secret_sealed"],
  slack: ["hook_url_sealed"],
} as const satisfies Record<AlertChannel["type"], (keyof AlertChannel)[]>;
const WIRE: Partial<Record<string, string>> = { secret_sealed: "secret", hook_url_sealed: "hook_url" };
const ALL = Object.values(MEMBERS).flat();

export function channelProblems(ctx: AdminContext, channel: AlertChannel): FieldError[] {
  const own: readonly string[] = MEMBERS[channel.type];
  const problems = ALL.flatMap((name): FieldError[] => {
    const given = channel[name] !== undefined;
    const field = WIRE[name] ?? name;
    if (own.includes(name) && !given) return [missing(field, `is needed for type ${channel.type}`)];
    return given && !own.includes(name) ? [wrong(field, `does not belong to type ${channel.type}`)] : [];
  });
  const verdict = channel.url === undefined ? null : checkUrl(channel.url, { local: ctx.local });
  return verdict && !verdict.ok ? [...problems, wrong("url", verdict.message, "invalid")] : problems;
}

export async function syntheticProblems(ctx: AdminContext, record: Synthetic): Promise<FieldError[]> {
  const campaign = await find(ctx, "campaign", record.campaign_id);
  if (!campaign) return [wrong("campaign_id", "there is no such campaign", "unknown")];
  const fields = new Set(campaign.fields.map(({ name }) => name));
  const unknown = Object.keys(record.lead).filter((name) => !fields.has(name));
  return [
    ...unknown.map((name) => wrong(`lead.${name}`, `is no field of ${record.campaign_id}`, "unknown")),
    ...(record.key_sealed === undefined ? [missing("key")] : []),
  ];
}
