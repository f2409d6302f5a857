import { FAMILIES, type Family } from "../../../schema/figures.ts";
import { ATTEMPT_CLASSES, ATTEMPT_OUTCOMES, LOSS_REASONS, PING_OUTCOMES } from "../../../schema/lists.ts";
import { LOST, STATUS_EXCLUSIONS } from "../../../schema/rollups/bidding.ts";
import { DELIVERIES, LEADS, PINGS } from "../../../schema/rollups/rollups.ts";
import { readSums } from "../../ledger/report-sums.ts";
import { piecesOf, stretchesOf } from "./range.ts";
import { familiesOf, type Group } from "./report.ts";

/** Lists of words that a report counts: what was said no to, and why. */
export interface ReasonList {
  name: string;
  title: string;
  family: Family;
  exact: boolean;
  /** Column by word. */
  columns: Record<string, string>;
}
const under = (prefix: string, of: readonly string[]): Record<string, string> =>
  Object.fromEntries(of.filter((c) => c.startsWith(prefix)).map((c) => [c.slice(prefix.length), c]));
const same = (of: readonly string[], prefix = ""): Record<string, string> =>
  Object.fromEntries(of.map((word) => [word, `${prefix}${word}`]));
const columns = (of: { sums: Readonly<Record<string, string>> }) => Object.keys(of.sums);

export const REASON_LISTS: readonly ReasonList[] = [
  {
    name: "ping_code",
    title: "Why pings got no offer",
    family: "pings",
    exact: true,
    columns: under("code_", columns(PINGS)),
  },
  {
    name: "lead_code",
    title: "What leads' publishers were told",
    family: "leads",
    exact: true,
    columns: under("code_", columns(LEADS)),
  },
  {
    name: "post_outcome",
    title: "What posts came to",
    family: "deliveries",
    exact: true,
    columns: same(ATTEMPT_OUTCOMES),
  },
  {
    name: "post_class",
    title: "Classes of posts' answers",
    family: "deliveries",
    exact: true,
    columns: same(ATTEMPT_CLASSES, "class_"),
  },
  {
    name: "reject_reason",
    title: "Why posts were rejected",
    family: "deliveries",
    exact: true,
    columns: under("reason_", columns(DELIVERIES)),
  },
  {
    name: "ping_outcome",
    title: "What pings to buyers came to",
    family: "bidding",
    exact: false,
    columns: same(PING_OUTCOMES),
  },
  {
    name: "lost",
    title: "Why offers did not win",
    family: "bidding",
    exact: false,
    columns: same(
      LOSS_REASONS.filter((r) => LOST.includes(r)),
      "lost_",
    ),
  },
  {
    name: "left_out",
    title: "Why contracts were left out",
    family: "bidding",
    exact: false,
    columns: same(STATUS_EXCLUSIONS, "out_"),
  },
];

export interface ReasonRow {
  list: string;
  word: string;
  count: number;
  /** Of its list, in percent. */
  share: number;
}

/** What a buyer is not told apart: each says that its offer was below the least that could be taken. */
const TOO_LOW: Record<string, string> = { below_margin: "below_floor", below_min_price: "below_floor" };

/** As a buyer may see them: without the words that speak of our margin or of the publisher. */
export function forBuyer(lists: readonly ReasonRow[]): ReasonRow[] {
  const merged = new Map<string, ReasonRow>();
  for (const row of lists) {
    const word = TOO_LOW[row.word] ?? row.word;
    const known = merged.get(`${row.list}/${word}`);
    const { count = 0, share = 0 } = known ?? {};
    const sum = { count: count + row.count, share: Math.round((share + row.share) * 100) / 100 };
    merged.set(`${row.list}/${word}`, { ...row, word, ...sum });
  }
  // Two that were rare may together be the most frequent of their list.
  const order = [...new Set(lists.map(({ list }) => list))];
  return [...merged.values()].sort((a, b) => order.indexOf(a.list) - order.indexOf(b.list) || b.count - a.count);
}

/** Counts of the words of those lists that these filters can be told by, most frequent first; words that did not occur are left out. */
export async function reasons(
  db: D1Database,
  of: { from: number; to: number; zone: string; filters: Partial<Record<Group, string>>; lists: readonly string[] },
): Promise<ReasonRow[]> {
  const families = familiesOf(undefined, of.filters);
  const lists = REASON_LISTS.filter(({ name, family }) => of.lists.includes(name) && families.has(family));
  const filters = Object.fromEntries(Object.entries(of.filters).map(([name, value]) => [`${name}_id`, value ?? ""]));
  const pieces = piecesOf(stretchesOf(of, undefined, of.zone), Object.keys(filters).length === 0);
  const found = await readSums(
    db,
    lists.map(({ family, columns: sums }) => ({
      rollup: FAMILIES[family],
      sums,
      groups: [],
      filters,
      pieces,
      limit: 1,
    })),
  );
  return lists.flatMap(({ name }, i) => rowsOf(name, found[i]?.[0]?.sums ?? {}));
}

function rowsOf(list: string, sums: Record<string, number>): ReasonRow[] {
  const all = Object.values(sums).reduce((a, b) => a + b, 0);
  return Object.entries(sums)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([word, count]) => ({ list, word, count, share: Math.round((count * 10_000) / all) / 100 }));
}
