import type { PingOutcome } from "../../schema/lists.ts";
import { type BiddingCounts, type BiddingReport, LOST, STATUS_EXCLUSIONS } from "../../schema/rollups/bidding.ts";
import { BID, type Buckets, bucketOf, columnsOf, MS, WON } from "../../schema/rollups/buckets.ts";
import { SLOT_MS } from "../../schema/rollups/rollups.ts";
import type { AuctionRecord, Candidate } from "../../schema/rpc/auction.ts";
import { WELL_MS } from "./health.ts";

/** What a report is kept back for: a call to the object costs more than its counts. */
const REPORT_MS = WELL_MS;
/** Contracts and slots between two reports; what is beyond is not counted. */
const MOST = 20_000;

interface Gathered extends BiddingReport {
  buyer_id: string;
}

/** What contracts did in this isolate's auctions, until the next report to the buyers' objects. Best effort: it dies with the isolate. */
export class Bidding {
  private readonly gathered = new Map<string, Gathered>();
  private readonly reportedAt = new Map<string, number>();
  private takenAt = 0;

  /** May {@link take} find something? Most counts ride with the reports of health before that. */
  isDue(now: number): boolean {
    return this.gathered.size > 0 && now - this.takenAt >= REPORT_MS;
  }

  /** A held auction. Tests are not for reports: the caller leaves them out. `buyerOf`: of a contract that was left out. */
  count(
    record: Pick<AuctionRecord, "at" | "candidates" | "excluded">,
    buyerOf: (id: string) => string | undefined,
  ): void {
    for (const candidate of record.candidates) {
      const of = this.of(candidate.buyer_id, candidate.contract_id, record.at);
      if (of) countCandidate(of, candidate);
    }
    for (const { contract_id, reason } of record.excluded) {
      const buyer_id = (STATUS_EXCLUSIONS as readonly string[]).includes(reason) ? buyerOf(contract_id) : undefined;
      const of = buyer_id === undefined ? null : this.of(buyer_id, contract_id, record.at);
      if (of) of[`out_${reason}`] = (of[`out_${reason}`] ?? 0) + 1;
    }
  }

  /** A timeout that answered after all. */
  late(buyer_id: string, contract_id: string, at: number): void {
    const of = this.of(buyer_id, contract_id, at);
    if (!of) return;
    plus(of, "late");
    plus(of, "timeout", -1);
  }

  /** What is due, by buyer; taken out. `now`: also the buyers whose report goes anyway. */
  take(now: number, anyway: ReadonlySet<string>): Map<string, BiddingReport[]> {
    this.takenAt = now;
    const due = new Map<string, BiddingReport[]>();
    for (const [key, { buyer_id, ...report }] of this.gathered) {
      if (!anyway.has(buyer_id) && now - (this.reportedAt.get(buyer_id) ?? 0) < REPORT_MS) continue;
      this.gathered.delete(key);
      due.set(buyer_id, [...(due.get(buyer_id) ?? []), report]);
    }
    for (const buyer_id of due.keys()) this.reportedAt.set(buyer_id, now);
    return due;
  }

  private of(buyer_id: string, contract_id: string, at: number): BiddingCounts | null {
    const slot = Math.floor(at / SLOT_MS);
    const key = `${contract_id}/${slot}`;
    const known = this.gathered.get(key);
    if (known) return known.counts;
    if (this.gathered.size >= MOST) return null;
    const fresh: Gathered = { buyer_id, contract_id, slot, counts: {} };
    this.gathered.set(key, fresh);
    return fresh.counts;
  }
}

type Column = keyof BiddingCounts;
function plus(counts: BiddingCounts, column: Column, by = 1): void {
  counts[column] = (counts[column] ?? 0) + by;
}

/** Columns by place in their buckets, made once. */
const places = (of: Buckets): Column[] => columnsOf(of) as Column[];
const [BIDS, WINS, TIMES] = [places(BID), places(WON), places(MS)];
function bucket(counts: BiddingCounts, of: Buckets, columns: Column[], value: number): void {
  const column = columns[bucketOf(of, value)];
  if (column !== undefined) plus(counts, column);
}

/** Requests whose answers were waited for, whatever came of them. */
const SENT: ReadonlySet<PingOutcome> = new Set(["bid", "no_bid", "timeout", "error", "late"]);

function countCandidate(counts: BiddingCounts, { outcome, ms, bid, rank, reason }: Candidate): void {
  plus(counts, outcome ?? "fixed");
  if (outcome !== null && SENT.has(outcome)) {
    plus(counts, "asked");
    if (ms !== undefined) bucket(counts, MS, TIMES, ms);
  }
  if (bid !== undefined && (outcome === "bid" || outcome === null)) {
    plus(counts, "bid_sum", bid);
    bucket(counts, BID, BIDS, bid);
  }
  if (rank === 1 && bid !== undefined) {
    plus(counts, "won");
    plus(counts, "won_sum", bid);
    bucket(counts, WON, WINS, bid);
  }
  if (reason !== null && LOST.includes(reason)) plus(counts, `lost_${reason}`);
}
