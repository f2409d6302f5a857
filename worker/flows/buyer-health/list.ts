import { STANDINGS, type StandingWord } from "../../../schema/api/buyer-health.ts";
import { type BUYER_SORTS, type BuyerRow, buyerRowSchema } from "../../../schema/api/buyer-list.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { type Report, report } from "../reports/report.ts";
import { capLines } from "./caps.ts";
import { ROW, SPARK, valuesAs } from "./figures.ts";
import { moneyOf, type Range } from "./health.ts";
import { buyerStanding, openBreakers } from "./standing.ts";

export interface BuyerListOf extends Range {
  /** Part of id or name. */
  q: string;
  standing?: StandingWord;
  sort: (typeof BUYER_SORTS)[number];
  order: "asc" | "desc";
  page: number;
  limit: number;
  /** How many alerts are open, by buyer. */
  alerts: ReadonlyMap<string, number>;
}
export interface BuyerList {
  items: BuyerRow[];
  total: number;
  page: number;
  pages: number;
}

/** Stretches of a row's picture. */
const SPARKS = 24;

type Row = Omit<BuyerRow, "spark" | "money" | "fullest_cap" | "alerts">;

/**
 * All buyers, a row each: from memory and the rollups, however many there are. Only the buyers of the page are asked for their money and
 * caps, at most `limit` objects.
 */
export async function buyerList(g: Gateway, db: D1Database, of: BuyerListOf): Promise<BuyerList> {
  const snapshot = await g.snapshot();
  const { from, to, zone } = of;
  const figures = await report(db, { from, to, zone, filters: {}, figures: ROW, group: "buyer" });
  const rows = snapshot
    .buyers()
    .map((id) => rowOf(snapshot, id, figures, to))
    .filter((row) => fits(row, of))
    .sort(inOrder(of));
  const pages = Math.max(1, Math.ceil(rows.length / of.limit));
  const page = Math.min(of.page, pages);
  const shown = rows.slice((page - 1) * of.limit, page * of.limit);
  const [sparks, accounts] = await Promise.all([
    report(db, {
      from,
      to,
      zone,
      filters: {},
      figures: SPARK,
      group: "buyer",
      step: to - from > 3 * 86_400_000 ? "day" : "hour",
    }),
    Promise.all(
      shown.map(({ id }) =>
        g
          .account(id)
          .glance()
          .catch(() => null),
      ),
    ),
  ]);
  const items = shown.map((row, i): BuyerRow => {
    const account = accounts[i] ?? null;
    return {
      ...row,
      spark: sparkOf(sparks, row.id),
      money: moneyOf(account),
      fullest_cap: capLines(account?.caps ?? [])[0] ?? null,
      alerts: of.alerts.get(row.id) ?? 0,
    };
  });
  return { items, total: rows.length, page, pages };
}

function rowOf(snapshot: Snapshot, id: string, figures: Report | null, now: number): Row {
  const buyer = snapshot.record("buyer", id)?.body;
  const endpoints = snapshot.endpointsOf(id).map((endpoint) => endpoint.id);
  return {
    id,
    name: buyer?.name ?? id,
    status: buyer?.status ?? "active",
    standing: buyerStanding(snapshot, id, now),
    endpoints: endpoints.length,
    contracts: snapshot.contractsOfBuyer(id).length,
    open_breakers: openBreakers(snapshot, endpoints),
    figures: valuesAs(buyerRowSchema.shape.figures, ROW, figures?.rows.find((row) => row.group === id)?.values),
  };
}

function fits({ id, name, standing }: Row, { q, standing: wanted }: BuyerListOf): boolean {
  const text = q.trim().toLowerCase();
  return (wanted === undefined || standing === wanted) && (text === "" || `${id} ${name}`.toLowerCase().includes(text));
}

const VALUES: Record<BuyerListOf["sort"], (row: Row) => number | string | null> = {
  name: (row) => row.name.toLowerCase(),
  posts: (row) => row.figures.posts,
  success: (row) => row.figures.delivery_success,
  acceptance: (row) => row.figures.post_acceptance,
  p95: (row) => row.figures.post_p95,
  win_rate: (row) => row.figures.win_rate,
  revenue: (row) => row.figures.revenue,
  standing: (row) => STANDINGS.indexOf(row.standing),
};

/** Whoever has no figure comes last, whichever way it goes; then by id. */
export function inOrder({ sort, order }: Pick<BuyerListOf, "sort" | "order">): (a: Row, b: Row) => number {
  const value = VALUES[sort];
  const sign = order === "asc" ? 1 : -1;
  return (a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x !== y) {
      if (x === null) return 1;
      if (y === null) return -1;
      return x < y ? -sign : sign;
    }
    return a.id < b.id ? -1 : 1;
  };
}

function sparkOf(of: Report | null, id: string): BuyerRow["spark"] {
  if (!of) return [];
  const mine = new Map(of.rows.filter((row) => row.group === id).map((row) => [row.from, row.values]));
  return of.stretches.slice(-SPARKS).map(({ from }) => {
    const values = mine.get(from * SLOT_MS);
    return { posts: values?.posts ?? 0, delivery_success: values?.delivery_success ?? null };
  });
}
const SLOT_MS = 900_000;
