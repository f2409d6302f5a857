import { type Money, toWire } from "../../schema/money.ts";
import { type Comparison, compare, type Moved, type Side, type Sums, type Totals } from "../auction/dry-run/compare.ts";
import type { Rules } from "../auction/dry-run/replay.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { RecordedAuction } from "../ledger/recorded-auctions.ts";
import { hiddenOf } from "./trace/buyers.ts";
import { whyNot } from "./why.ts";

/** More auctions that move are counted, not listed. */
const MOST_MOVED = 100;

type OwnRules = Omit<Rules, "other">;

/** Opens what the auctions know of their leads (shown nowhere: filters look at it) and holds them again under both sets of rules. */
export async function dryRun(
  g: Gateway,
  auctions: readonly RecordedAuction[],
  rules: { before: OwnRules; after: OwnRules },
): Promise<Comparison> {
  const snapshot = await g.snapshot();
  const opened = await Promise.all(
    auctions.map(async ({ record, posted }) => ({
      record,
      posted,
      facts: { ...record.facts, ...(await hiddenOf(g, record)).facts },
      publisher_share: snapshot.publisher(record.publisher_id)?.publisher_share,
    })),
  );
  const other = (id: string) => snapshot.contract(id);
  return compare({
    auctions: opened,
    before: { ...rules.before, other },
    after: { ...rules.after, other },
    most_moved: MOST_MOVED,
  });
}

/** For the wire: amounts in units, every reason with its sentence. */
export function dryRunAnswer({ all, posted, reasons, moved, unknown, ...counts }: Comparison) {
  const { auctions, ...sums } = posted;
  return {
    ...counts,
    all: sumsOf(all),
    posted: { auctions, ...sumsOf(sums) },
    unknown,
    reasons: reasonsOf(reasons),
    moved: moved.map(movedOf),
  };
}

const sumsOf = ({ before, after, assumed }: Sums) => ({
  before: totalsOf(before),
  after: totalsOf(after),
  assumed: assumed && totalsOf(assumed),
});

const wire = (amount: number): number => toWire(amount as Money);
const totalsOf = ({ won, own_won, revenue, payouts, margin, own_revenue }: Totals) => ({
  ...{ won, revenue: wire(revenue), payouts: wire(payouts), margin: wire(margin) },
  ...{ own_won, own_revenue: wire(own_revenue) },
});

const WORDS: Record<string, string> = { won: "won", unknown: "would be asked, and what it would bid is not recorded" };
const sentence = (reason: Moved["why"]["reason"], detail?: string): string =>
  reason === null ? "won" : (WORDS[reason] ?? whyNot(reason as Parameters<typeof whyNot>[0], detail) ?? reason);

function reasonsOf({ before, after }: Comparison["reasons"]) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((reason) => ({
    reason,
    text: WORDS[reason] ?? sentence(reason as Moved["why"]["reason"]),
    before: before[reason] ?? 0,
    after: after[reason] ?? 0,
  }));
}

const sideOf = (side: Side | null) => side && { ...side, price: toWire(side.price), payout: toWire(side.payout) };
const movedOf = ({ ping_id, at, posted, from, to, why }: Moved) => ({
  ...{ ping_id, at: new Date(at).toISOString(), posted, from: sideOf(from), to: sideOf(to) },
  why: { contract_id: why.of, when: why.when, reason: why.reason ?? "won", text: sentence(why.reason, why.detail) },
});
