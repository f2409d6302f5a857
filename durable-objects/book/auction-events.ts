import type { LedgerEvent } from "../../schema/events.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";

const flag = (value: boolean): number => (value ? 1 : 0);

type EventOf<T extends LedgerEvent["table"]> = Extract<LedgerEvent, { table: T }>;

/** Of an auction that was counted before its row is told. */
export const countedBefore = ({ table, row }: EventOf<"auctions">): EventOf<"auctions"> => ({
  table,
  row: { ...row, counted: 1 },
});

/** What the sums of pings need of an auction that the ledger does not list. */
export function unlistedEvent(record: AuctionRecord): EventOf<"unlisted"> {
  const { ping_id, at, publisher_id, campaign_id, result, price } = record;
  const told = { test: flag(record.test), code: record.code ?? null, took_ms: Math.round(record.took_ms) };
  return { table: "unlisted", row: { ping_id, at, publisher_id, campaign_id, result, price, ...told } };
}

export function auctionEvent(record: AuctionRecord): EventOf<"auctions"> {
  return {
    table: "auctions",
    row: {
      ping_id: record.ping_id,
      at: record.at,
      publisher_id: record.publisher_id,
      campaign_id: record.campaign_id,
      test: flag(record.test),
      result: record.result,
      code: record.code ?? null,
      price: record.price,
      took_ms: Math.round(record.took_ms),
      bidders: record.candidates.length,
      // A fixed price is a standing bid.
      bids: record.candidates.filter((c) => c.outcome === "bid" || c.outcome === null).length,
      config_seq: record.config_seq,
      record: JSON.stringify(record),
    },
  };
}
