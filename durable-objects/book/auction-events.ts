import type { LedgerEvent } from "../../schema/events.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import { flag } from "./events.ts";

type EventOf<T extends LedgerEvent["table"]> = Extract<LedgerEvent, { table: T }>;

/** Of an auction that was counted before its row is told. */
export const countedBefore = ({ table, row }: EventOf<"auctions">): EventOf<"auctions"> => ({
  table,
  row: { ...row, counted: 1 },
});

/** What the sums of pings need. */
function counted({ ping_id, at, publisher_id, campaign_id, result, price, test, code, took_ms }: AuctionRecord) {
  const told = { result, price, test: flag(test), code: code ?? null, took_ms: Math.round(took_ms) };
  return { ping_id, at, publisher_id, campaign_id, ...told };
}

/** Of an auction that the ledger does not list. */
export const unlistedEvent = (record: AuctionRecord): EventOf<"unlisted"> => ({
  table: "unlisted",
  row: counted(record),
});

export const auctionEvent = (record: AuctionRecord): EventOf<"auctions"> => ({
  table: "auctions",
  row: {
    ...counted(record),
    bidders: record.candidates.length,
    // A fixed price is a standing bid.
    bids: record.candidates.filter((c) => c.outcome === "bid" || c.outcome === null).length,
    config_seq: record.config_seq,
    record: JSON.stringify(record),
  },
});
