/** How far a reader of the live feed has come: rowids, which grow in the order in which rows reached the ledger. */
export interface LivePosition {
  auctions: number;
  sales: number;
}

export interface LiveAuctionRow {
  seq: number;
  ping_id: string;
  at: number;
  publisher_id: string;
  campaign_id: string;
  test: number;
  result: string;
  code: string | null;
  price: number;
  took_ms: number;
  bidders: number;
  bids: number;
  forced: string | null;
  filtered: number | null;
  winner_contract: string | null;
  winner_buyer: string | null;
  winner_price: number | null;
  /** Losses and exclusions by reason, as JSON: `{"no_bid": 2}`. */
  lost: string;
  shut_out: string;
}

export interface LiveSaleRow {
  seq: number;
  lead_id: string;
  at: number;
  publisher_id: string;
  campaign_id: string;
  contract_id: string;
  buyer_id: string;
  currency: string;
  price: number;
  payout: number;
  recovered: number;
}

const counted = (list: string): string =>
  `(SELECT json_group_object(reason, n) FROM (SELECT json_extract(value, '$.reason') AS reason, count(*) AS n FROM json_each(record, '$.${list}') WHERE json_extract(value, '$.reason') IS NOT NULL GROUP BY 1))`;

/** `at` is no cursor here: rows come late and out of order. An upsert keeps its rowid, so that each row is told once. */
export const LIVE_SQL = {
  auctions: `SELECT rowid AS seq, ping_id, at, publisher_id, campaign_id, test, result, code, price, took_ms, bidders, bids, json_extract(record, '$.forced') AS forced, json_extract(record, '$.filtered') AS filtered, json_extract(record, '$.ranked[0].contract_id') AS winner_contract, json_extract(record, '$.ranked[0].buyer_id') AS winner_buyer, json_extract(record, '$.ranked[0].price') AS winner_price, ${counted("candidates")} AS lost, ${counted("excluded")} AS shut_out FROM auctions WHERE rowid > ?1 ORDER BY rowid DESC LIMIT ?2`,
  sales:
    "SELECT rowid AS seq, lead_id, at, publisher_id, campaign_id, contract_id, buyer_id, currency, price, payout, recovered FROM sales WHERE rowid > ?1 ORDER BY rowid DESC LIMIT ?2",
  tops: "SELECT (SELECT max(rowid) FROM auctions) AS auctions, (SELECT max(rowid) FROM sales) AS sales",
  auctionRate:
    "SELECT count(*) AS n, min(at) AS since, sum(test = 0) AS pings, sum(test = 0 AND result = 'accepted') AS accepted FROM (SELECT at, test, result FROM auctions WHERE at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3)",
  leadRate:
    "SELECT count(*) AS n, min(at) AS since, sum(test = 0) AS posts FROM (SELECT at, test FROM leads WHERE at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3)",
  saleRate:
    "SELECT count(*) AS n, min(at) AS since, count(*) AS sold, sum(price) AS revenue FROM (SELECT at, price FROM sales WHERE at >= ?1 AND at < ?2 ORDER BY at DESC LIMIT ?3)",
} as const;

export interface LiveRows {
  auctions: LiveAuctionRow[];
  sales: LiveSaleRow[];
  /** Newest first in both lists. What a reader has seen after these. */
  top: LivePosition;
}

/** At most `limit` rows of each table that came after `from`, newest first; one round trip. */
export async function liveSince(db: D1Database, from: LivePosition, limit: number): Promise<LiveRows> {
  const [tops, auctions, sales] = await db.batch([
    db.prepare(LIVE_SQL.tops),
    db.prepare(LIVE_SQL.auctions).bind(from.auctions, limit),
    db.prepare(LIVE_SQL.sales).bind(from.sales, limit),
  ]);
  const top = (tops?.results[0] ?? {}) as { auctions?: number | null; sales?: number | null };
  return {
    auctions: (auctions?.results ?? []) as LiveAuctionRow[],
    sales: (sales?.results ?? []) as LiveSaleRow[],
    top: { auctions: top.auctions ?? 0, sales: top.sales ?? 0 },
  };
}

/** Rows of one table that a rate is made of, at most. */
const MOST_ROWS = 1_000;

/** Counts of [from, to), and how many ms they cover: fewer where there are more rows than are looked at. */
export interface Counted {
  ms: number;
  counts: Record<string, number>;
}

export async function liveRates(db: D1Database, from: number, to: number): Promise<Counted[]> {
  const statements = [LIVE_SQL.auctionRate, LIVE_SQL.leadRate, LIVE_SQL.saleRate];
  const answers = await db.batch<Record<string, number | null>>(
    statements.map((sql) => db.prepare(sql).bind(from, to, MOST_ROWS)),
  );
  return answers.map(({ results }) => {
    const { n, since, ...counts } = results[0] ?? {};
    const ms = (n ?? 0) < MOST_ROWS ? to - from : Math.max(1, to - (since ?? from));
    return { ms, counts: Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, value ?? 0])) };
  });
}
