import type { LiveAnswer, LiveGauges } from "../../schema/api/live.ts";
import { PHASES } from "../../schema/lists.ts";
import { type Money, money, toWire, ZERO } from "../../schema/money.ts";
import type { BookStats } from "../../schema/rpc/book.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type Counted, type LivePosition, liveRates, liveSince } from "../ledger/live.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { shardsOf } from "./lines.ts";
import { auctionItem, saleItem } from "./live-line.ts";

const readCursor = (text: string): LivePosition => {
  const [auctions, sales] = text.split(".");
  return { auctions: Number(auctions), sales: Number(sales) };
};

/** The newest auctions and sales, or those since a cursor; where more than `limit` came, the newest of them. */
export async function livePage(db: D1Database, query: { after?: string; limit: number }): Promise<LiveAnswer> {
  const from = query.after === undefined ? null : readCursor(query.after);
  const { auctions, sales, top } = await liveSince(db, from ?? { auctions: 0, sales: 0 }, query.limit);
  // A ledger that was restored to an earlier time begins again below the cursor: `top` is where it goes on.
  const behind = (rows: number, reached: number, seen: number | undefined): number =>
    seen === undefined || rows < query.limit ? 0 : Math.max(0, reached - seen - rows);
  const items = [
    ...auctions.map((row) => ({ at: row.at, item: auctionItem(row) })),
    ...sales.map((row) => ({ at: row.at, item: saleItem(row) })),
  ].sort((a, b) => a.at - b.at);
  const shown = items.slice(-query.limit);
  return {
    items: shown.map(({ item }) => item),
    cursor: `${top.auctions}.${top.sales}`,
    skipped:
      behind(auctions.length, top.auctions, from?.auctions) +
      behind(sales.length, top.sales, from?.sales) +
      (from === null ? 0 : items.length - shown.length),
  };
}

/** Gauges are looked up once in so many ms, however many look on. */
const FRESH_MS = 5_000;
/** Books asked for one look, at most; with more of them a look is made less often. */
const BOOKS_PER_LOOK = 16;
const MOST_BOOKS = 64;
/** The ledger is a second or two behind: a minute that is whole in it ends so long ago. */
const BEHIND_MS = 3_000;
const MINUTE_MS = 60_000;
const MOST_BREAKERS = 20;

export interface OpenAlert {
  id: string;
  at: string;
  kind: string;
  subject: string;
  message: string;
}

/** Rates, queues and open risks. Bounded whatever is configured: books are asked, buyers are known from the snapshot. */
export async function liveGauges(g: Gateway, db: D1Database, alerts: () => Promise<OpenAlert[]>): Promise<LiveGauges> {
  const now = g.deps.now();
  const shards = shardsOf(g).slice(0, MOST_BOOKS);
  const known = g.isolate.live;
  if (known && now - known.at < FRESH_MS * Math.ceil(shards.length / BOOKS_PER_LOOK)) return known.gauges;
  const to = now - BEHIND_MS;
  const [snapshot, rates, stats, open] = await Promise.all([
    g.snapshot(),
    liveRates(db, to - MINUTE_MS, to),
    Promise.all(shards.map((shard) => statsOf(g, shard))),
    alerts(),
  ]);
  const books = stats.flatMap((book) => ("outbox" in book ? [book] : []));
  const gauges: LiveGauges = {
    at: new Date(now).toISOString(),
    per_minute: perMinute(rates),
    ...bookGauges(books),
    breakers: openBreakers(snapshot),
    alerts: { count: open.length, items: open.slice(0, 10) },
    unreachable: stats.flatMap((book) => ("outbox" in book ? [] : [book.shard])),
  };
  g.isolate.live = { at: now, gauges };
  return gauges;
}

const statsOf = (g: Gateway, shard: string): Promise<BookStats | { shard: string }> =>
  g
    .book(shard)
    .stats()
    .catch(() => ({ shard }));

function perMinute([auctions, leads, sales]: Counted[]): LiveGauges["per_minute"] {
  const rate = (counted: Counted | undefined, name: string): number | null =>
    counted === undefined ? null : Math.round(((counted.counts[name] ?? 0) * MINUTE_MS * 10) / counted.ms) / 10;
  const revenue = rate(sales, "revenue");
  return {
    pings: rate(auctions, "pings"),
    accepted: rate(auctions, "accepted"),
    posts: rate(leads, "posts"),
    sold: rate(sales, "sold"),
    revenue: revenue === null ? null : toWire(Math.round(revenue) as Money),
  };
}

function bookGauges(books: BookStats[]) {
  const sum = (of: (book: BookStats) => number): number => books.reduce((total, book) => total + of(book), 0);
  const most = (of: (book: BookStats) => number): number => Math.max(0, ...books.map(of));
  const risk = books.reduce((total, book) => money(total + book.unknown_money.amount), ZERO);
  return {
    working: sum((book) => book.open_leads),
    resting: sum((book) => book.resting_leads),
    outbox: sum((book) => book.outbox),
    outbox_age_s: Math.round(most((book) => book.outbox_lag_ms) / 100) / 10,
    unknowns: {
      count: sum((book) => book.unknown),
      oldest_age_s: Math.floor(most((book) => book.oldest_unknown_ms) / 1_000),
      money_at_risk: toWire(risk),
      complete: books.every((book) => book.unknown_money.complete),
    },
  };
}

/** Endpoints that their breaker leaves out, as the snapshots know it. */
function openBreakers(snapshot: Snapshot): LiveGauges["breakers"] {
  const items = snapshot.endpointIds().flatMap((endpoint_id) => {
    const status = snapshot.endpointStatus(endpoint_id);
    const buyer_id = snapshot.endpoint(endpoint_id)?.body.buyer_id ?? "";
    return PHASES.flatMap((phase) => {
      const standing = status?.[phase];
      if (!standing || standing.state === "closed") return [];
      const until = standing.until === null ? null : new Date(standing.until).toISOString();
      return [{ endpoint_id, buyer_id, phase, state: standing.state, until }];
    });
  });
  return { count: items.length, items: items.slice(0, MOST_BREAKERS) };
}
