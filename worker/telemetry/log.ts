import { toWire } from "../../schema/money.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { AttemptRecord, LeadView } from "../../schema/rpc/book.ts";

/** One wide line per auction and per delivery attempt, readable in `wrangler tail`. Ids, words of closed lists and numbers: no personal data. */
export type LogLine = Record<string, string | number | boolean | null | undefined>;
export type Log = (line: LogLine) => void;

export const consoleLog: Log = (line) => console.log(JSON.stringify(line));

export function auctionLine(record: AuctionRecord): LogLine {
  const counts = { bid: 0, no_bid: 0, timeout: 0, error: 0, not_attempted: 0, late: 0, closed_early: 0 };
  let asked = 0;
  for (const { outcome } of record.candidates) {
    if (outcome === null) continue;
    asked++;
    counts[outcome]++;
  }
  const winner = record.ranked[0];
  return {
    event: "auction",
    ping_id: record.ping_id,
    publisher: record.publisher_id,
    campaign: record.campaign_id,
    test: record.test,
    result: record.result,
    code: record.code ?? null,
    price: toWire(record.price),
    winner: winner?.contract_id ?? null,
    buyer: winner?.buyer_id ?? null,
    bid: winner ? toWire(winner.price) : null,
    asked,
    bids: counts.bid,
    no_bids: counts.no_bid,
    timeouts: counts.timeout,
    errors: counts.error,
    not_attempted: counts.not_attempted,
    late: counts.late,
    excluded: record.excluded.length,
    filtered: record.filtered,
    took_ms: record.took_ms,
    config_seq: record.config_seq,
  };
}

type Lead = Pick<LeadView, "lead_id" | "ping_id" | "publisher_id" | "campaign_id" | "test">;

export function deliveryLine(
  { lead_id, ping_id, publisher_id, campaign_id, test }: Lead,
  record: AttemptRecord,
): LogLine {
  return {
    event: "delivery",
    lead_id,
    ping_id,
    publisher: publisher_id,
    campaign: campaign_id,
    kind: record.kind ?? "post",
    contract: record.contract_id,
    buyer: record.buyer_id,
    endpoint: record.endpoint_id,
    reservation: record.reservation_id,
    round: record.round,
    attempt: record.attempt,
    outcome: record.outcome,
    class: record.class,
    http_status: record.http_status,
    ms: record.ms,
    test,
  };
}
