import type { CapLine } from "../../../schema/api/buyer-health.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import type { AccountGlance } from "../../../schema/rpc/account.ts";

/** Each cap of all contracts by what it limits, the fullest first; a cap by count and money is two lines. */
export function capLines(caps: AccountGlance["caps"]): CapLine[] {
  const lines = caps.flatMap(({ contract_id, cap, source, used_count, used_money, resets_at }): CapLine[] => {
    const common = {
      contract_id,
      per: cap.per,
      source,
      resets_at: resets_at === null ? null : new Date(resets_at).toISOString(),
    };
    const line = (of: "count" | "money", used: number, limit: number) => ({
      ...common,
      of,
      used,
      limit,
      share: shareOf(used, limit),
    });
    return [
      ...(cap.count === undefined ? [] : [line("count", used_count, cap.count)]),
      ...(cap.money === undefined ? [] : [line("money", toWire(used_money), toWire(cap.money as Money))]),
    ];
  });
  return lines.sort((a, b) => b.share - a.share || (a.contract_id < b.contract_id ? -1 : 1));
}

/** Percent with one decimal; nothing fits under a limit of 0. */
const shareOf = (used: number, limit: number): number => (limit <= 0 ? 100 : Math.round((used / limit) * 1_000) / 10);
