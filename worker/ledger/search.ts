import type { AnswerCode } from "../../schema/lists.ts";
import type { AuctionRow } from "./reads.ts";
import { type Scan, scan, statementsOf, type Term } from "./scan.ts";

/** The lead that a ping's post became; null: nobody posted it (or its book has not told D1 yet). */
export async function leadOfPing(db: D1Database, ping_id: string): Promise<string | null> {
  const row = await db
    .prepare("SELECT lead_id FROM leads WHERE ping_id = ?1")
    .bind(ping_id)
    .first<{ lead_id: string }>();
  return row?.lead_id ?? null;
}

export interface AuctionPage {
  publisher_id?: string;
  campaign_id?: string;
  result?: "accepted" | "rejected";
  code?: AnswerCode;
  /** A buyer that was asked, or had a standing price. */
  buyer_id?: string;
  posted?: boolean;
  test?: boolean;
  /** Epoch ms: [from, to). */
  from: number;
  to: number;
  after?: { at: number; ping_id: string };
  limit: number;
}
export type AuctionSummary = Omit<AuctionRow, "record" | "n" | "tenant" | "month"> & { lead_id: string | null };

const COLUMNS =
  "ping_id, at, publisher_id, campaign_id, test, result, code, price, took_ms, bidders, bids, config_seq, (SELECT lead_id FROM leads WHERE leads.ping_id = auctions.ping_id) AS lead_id";
/** Auctions that one page looks at; fewer where their whole records have to be read. */
const MOST = 1_000;
const MOST_RECORDS = 300;

const is = (column: string, value: string | number | undefined): Term[] =>
  value === undefined ? [] : [{ sql: `${column} = ?`, value }];

export function auctionScan(page: AuctionPage): Scan {
  const { from, to, limit, after, buyer_id, posted } = page;
  const record = buyer_id === undefined ? "" : ", record";
  return {
    table: "auctions",
    key: "ping_id",
    columns: COLUMNS + record,
    led_by: is("publisher_id", page.publisher_id),
    rest: [
      ...is("campaign_id", page.campaign_id),
      ...is("result", page.result),
      ...is("code", page.code),
      ...is("test", page.test === undefined ? undefined : Number(page.test)),
      ...(posted === undefined ? [] : [{ sql: "(lead_id IS NOT NULL) = ?", value: Number(posted) }]),
      ...(buyer_id === undefined
        ? []
        : [{ sql: "instr(record, ?) > 0", value: `"buyer_id":${JSON.stringify(buyer_id)}` }]),
    ],
    from,
    to,
    after: after && { at: after.at, key: after.ping_id },
    limit,
    most: buyer_id === undefined ? MOST : MOST_RECORDS,
  };
}

export const auctionStatements = (page: AuctionPage) => statementsOf(auctionScan(page));

/** Newest first, posted or not. A page may be short and have a `next`. */
export async function listAuctions(
  db: D1Database,
  page: AuctionPage,
): Promise<{ items: AuctionSummary[]; next: { at: number; ping_id: string } | null }> {
  const { rows, next } = await scan<AuctionSummary & { record?: string }>(db, auctionScan(page));
  const items = rows.map(({ record: _, ...row }) => row);
  return { items, next: next && { at: next.at, ping_id: next.key } };
}
