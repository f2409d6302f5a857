import type { Cap } from "../../schema/config/buyer.ts";
import { formatMoney, type Money, toWire } from "../../schema/money.ts";
import type { AccountGlance } from "../../schema/rpc/account.ts";
import type { Finding } from "../../schema/rpc/alerts.ts";
import { type Policy, ruleOf } from "./policy.ts";
import { percent, span } from "./say.ts";

export const accountScope = (buyer_id: string): string => `account:${buyer_id}`;

/** What a buyer's account shows. `selling`: it has a live contract, so that its money matters. */
export function accountFindings(policy: Policy, view: AccountGlance, selling: boolean, now: number): Finding[] {
  if (view.paused) return [];
  // Planned work is no fault.
  const resting = (id: string) =>
    view.maintenance.some(({ endpoint_id }) => endpoint_id === null || endpoint_id === id);
  const breakers = view.breakers.filter(({ endpoint_id }) => !resting(endpoint_id));
  return [
    ...breakers.flatMap((breaker) => breakerOpen(policy, view.buyer_id, breaker, now) ?? []),
    ...view.caps.flatMap((use) => capFinding(policy, view.buyer_id, use, now) ?? []),
    ...(selling ? [balanceLow(policy, view)].filter((one) => one !== null) : []),
  ];
}

function breakerOpen(
  policy: Policy,
  buyer_id: string,
  breaker: AccountGlance["breakers"][number],
  now: number,
): Finding | null {
  const { endpoint_id, phase, state, opened_at, failures } = breaker;
  if (state === "closed" || !ruleOf(policy, "breaker_open", buyer_id).on) return null;
  const since = opened_at ?? now;
  const what = phase === "ping" ? "not pinged" : "sent no posts";
  const message = `The ${phase} breaker of ${endpoint_id} is ${state === "open" ? "open" : "half open"} since ${span(now - since)} ago after ${failures} failures: the endpoint is ${what}.`;
  return {
    kind: "breaker_open",
    subject: `endpoint:${endpoint_id}`,
    part: phase,
    buyer_id,
    severity: "critical",
    scope: accountScope(buyer_id),
    message,
    figures: { phase, state, failures },
    since,
  };
}

type CapUse = AccountGlance["caps"][number];

/** Share of a cap that is used, by what is nearer: its count or its money. */
export function usedPercent({
  cap,
  used_count,
  used_money,
}: Pick<CapUse, "cap" | "used_count" | "used_money">): number {
  const shares = [
    ...(cap.count === undefined ? [] : [shareOf(used_count, cap.count)]),
    ...(cap.money === undefined ? [] : [shareOf(used_money, cap.money)]),
  ];
  return Math.max(0, ...shares);
}

/** A cap of nothing is a switch, not a limit that fills up. One that has room for a lead is not rounded up to a full one. */
function shareOf(used: number, limit: number): number {
  if (limit === 0) return 0;
  return used < limit ? Math.min(99.9, percent(used, limit)) : percent(used, limit);
}

function capFinding(policy: Policy, buyer_id: string, use: CapUse, now: number): Finding | null {
  const share = usedPercent(use);
  const reached = share >= 100;
  const near = ruleOf(policy, "cap_near", buyer_id);
  if (reached ? !ruleOf(policy, "cap_reached", buyer_id).on : !near.on || share < near.percent) return null;
  const { contract_id, cap, source, resets_at } = use;
  const until = resets_at === null ? "it never opens by itself" : `it opens in ${span(resets_at - now)}`;
  const whose = source === null ? "" : ` for ${source}`;
  const message = reached
    ? `The ${cap.per} cap of ${contract_id}${whose} is reached (${usedText(use)}): ${until}.`
    : `The ${cap.per} cap of ${contract_id}${whose} is used to ${share} % (${usedText(use)}).`;
  return {
    kind: reached ? "cap_reached" : "cap_near",
    subject: `contract:${contract_id}`,
    part: source === null ? cap.per : `${cap.per}.${source}`,
    buyer_id,
    severity: reached ? "warning" : "info",
    scope: accountScope(buyer_id),
    message,
    figures: { percent: share, ...figuresOf(cap, use) },
  };
}

const figuresOf = (cap: Cap, { used_count, used_money }: CapUse) => ({
  ...(cap.count === undefined ? {} : { used: used_count, limit: cap.count }),
  ...(cap.money === undefined ? {} : { used_money: toWire(used_money), limit_money: toWire(cap.money) }),
});

function usedText({ cap, used_count, used_money }: CapUse): string {
  const parts = [
    ...(cap.count === undefined ? [] : [`${used_count} of ${cap.count} leads`]),
    ...(cap.money === undefined ? [] : [`${formatMoney(used_money)} of ${formatMoney(cap.money)}`]),
  ];
  return parts.join(", ");
}

function balanceLow(policy: Policy, { buyer_id, available, held }: AccountGlance): Finding | null {
  const rule = ruleOf(policy, "balance_low", buyer_id);
  if (!rule.on || available === null || available >= rule.warning) return null;
  const critical = available < rule.critical;
  const limit: Money = critical ? rule.critical : rule.warning;
  const message = `${buyer_id} has ${formatMoney(available)} left to buy with (${formatMoney(held)} is on hold); the limit is ${formatMoney(limit)}.`;
  return {
    kind: "balance_low",
    subject: `buyer:${buyer_id}`,
    part: "",
    buyer_id,
    severity: critical ? "critical" : "warning",
    scope: accountScope(buyer_id),
    message,
    figures: { available: toWire(available), held: toWire(held), limit: toWire(limit) },
  };
}
