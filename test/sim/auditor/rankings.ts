import { ZERO } from "../../../schema/money.ts";
import type { AuctionRecord, Candidate } from "../../../schema/rpc/auction.ts";
import { FLOOR } from "../world/setup.ts";
import { type Files, type LeadFile, units } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import type { MoneyBooks } from "./money.ts";
import type { Asked } from "./witness.ts";

/** A bid that came within so many ms of its request was in time for everybody; an auction that took so long was short of time itself. */
const IN_TIME_MS = 250;
const HURRIED_MS = 900;
/** No breaker opens before so many failures. */
const FEWEST_FAILURES = 5;
/** Nobody is asked less for being late before 20 pings, most of them late. */
const FEWEST_LATE = 16;

/** Nobody is left out of an auction silently: who may be asked is there, and a valid bid that came in time has its rank, or a true reason. */
export class Rankings {
  private readonly pings = new Map<string, Asked[]>();
  /** When each buyer failed a request of any kind. */
  private readonly failures = new Map<string, number[]>();

  constructor(
    private readonly files: Files,
    private readonly books: MoneyBooks,
  ) {}

  asked(request: Asked): void {
    const { reply, buyer, kind, sent_at } = request;
    const good = reply?.kind === "answer" && reply.status < 300 && !reply.half && reply.body.startsWith("{");
    // Who answers too late has failed: a ping's timeout varies with its auction, any other's is its endpoint's.
    const in_time = kind === "ping" ? IN_TIME_MS : (this.files.buyer(buyer).endpoint.post_timeout_ms ?? 10_000);
    if (!good || reply.after_ms > in_time) {
      const known = this.failures.get(buyer);
      if (known) known.push(sent_at);
      else this.failures.set(buyer, [sent_at]);
    }
    const ping_id = kind === "ping" ? /"ping":"(\w+)"/.exec(request.text)?.[1] : undefined;
    if (ping_id !== undefined) this.pings.set(ping_id, [...(this.pings.get(ping_id) ?? []), request]);
  }

  pingsOf(ping_id: string): readonly Asked[] {
    return this.pings.get(ping_id) ?? [];
  }

  check(ledger: Ledger): void {
    const live = new Set(ledger.rows("leads").map(({ ping_id }) => ping_id));
    for (const row of ledger.rows("auctions")) {
      const record = JSON.parse(String(row.record)) as AuctionRecord;
      const file = this.files.of(Number((record.sub_ids.sub_id1 ?? "n-1").slice(1)));
      for (const request of this.pings.get(record.ping_id) ?? []) this.checkBid(file, record, request);
      const first = live.has(record.ping_id) || file.ping?.ping_id === record.ping_id;
      if (first && record.code !== "duplicate") this.checkAll(file, record);
    }
  }

  private checkBid(file: LeadFile, record: AuctionRecord, { buyer, reply, heard }: Asked): void {
    const bid = reply?.kind === "answer" ? (JSON.parse(reply.body) as { bid?: number }).bid : undefined;
    if (bid === undefined || reply?.kind !== "answer" || heard !== true) return;
    const contract_id = this.files.buyer(buyer).contract.id;
    const candidate = record.candidates.find((c) => c.contract_id === contract_id);
    const fault = (sentence: string) => this.files.broken(file.n, `auction ${record.ping_id}: ${sentence}`);
    if (!candidate) {
      fault(`${buyer} bid ${bid}, and is not among those who were asked`);
      return;
    }
    if (candidate.outcome !== "bid") {
      const slow = file.disturbed > 0 || reply.after_ms > IN_TIME_MS || record.took_ms > HURRIED_MS;
      if (!slow) fault(`${buyer} bid ${bid} in time, and that was read as "${candidate.outcome}"`);
      return;
    }
    if (candidate.bid !== units(bid)) fault(`${buyer} bid ${bid}, recorded are ${candidate.bid}`);
    const ranked = record.ranked.some((other) => other.contract_id === contract_id);
    if (!ranked && !this.lost(record, candidate, units(bid)))
      fault(`${buyer} bid ${bid} and is not ranked ("${candidate.reason}")`);
  }

  /** Is its reason one, and true? */
  private lost(
    { at, took_ms, min_price }: AuctionRecord,
    { reason, buyer_id, payout = ZERO }: Candidate,
    bid: number,
  ): boolean {
    switch (reason) {
      case "below_floor":
        return bid < units(FLOOR);
      case "below_min_price":
        return payout < min_price;
      case "above_balance": {
        const { credit_limit, deposit } = this.files.buyer(buyer_id);
        if (credit_limit === null) return false;
        // A worker that stood still decides by what is left of the balance when it goes on.
        return bid + this.books.everHeld(buyer_id, at + took_ms) > units(deposit) + units(credit_limit);
      }
      default:
        return false;
    }
  }

  /** Every contract that takes fresh leads has its place: asked, with a fixed price, or shut out by a status that it can have. */
  private checkAll(file: LeadFile, record: AuctionRecord): void {
    for (const { id, contract, credit_limit } of this.files.buyers.values()) {
      if (contract.aged?.only || record.candidates.some((c) => c.contract_id === contract.id)) continue;
      const reason = record.excluded.find((e) => e.contract_id === contract.id)?.reason;
      const failed = this.failures.get(id)?.filter((at) => at < record.at + record.took_ms + 1_000).length ?? 0;
      const caps = (contract.caps ?? []).length > 0;
      const may =
        ((reason === "thinned" || reason === "cap_reached") && caps) ||
        (reason === "paced" && contract.pacing !== undefined) ||
        (reason === "balance" && credit_limit !== null) ||
        (reason === "breaker_open" && failed >= FEWEST_FAILURES) ||
        (reason === "shaped" && failed >= FEWEST_LATE);
      if (!may)
        this.files.broken(
          file.n,
          `auction ${record.ping_id}: ${id} is left out${reason ? ` for "${reason}"` : " silently"}`,
        );
    }
  }
}
