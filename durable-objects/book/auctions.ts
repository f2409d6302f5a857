import type { LedgerEvent } from "../../schema/events.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { AuctionReply, LateBid, RecordCommand } from "../../schema/rpc/book.ts";
import { auctionEvent, countedBefore } from "./auction-events.ts";
import { type BookContext, KEEP_MS } from "./context.ts";
import type { Pages, Placed } from "./pages.ts";

/** An auction in a row of its own (of a one-step lead, a further one), or in the page of its batch. */
interface Stored {
  record: AuctionRecord;
  /** D1 has its row, or it is on its way there. */
  projected: boolean;
  placed?: Placed;
}

/** The auctions of a shard: written in batches, read by the post of their ping. */
export class Auctions {
  private readonly pages: Pages;

  constructor(private readonly book: BookContext) {
    this.pages = book.pages;
  }

  /**
   * Writes a batch: one row, from which the outbox tells of it: those to be projected get a row in the ledger, the others are counted there.
   * A batch (or a part of it) that comes again writes nothing: an auction is known by its ping id, a late bid by what it changes.
   */
  record(command: RecordCommand): void {
    const listed = new Set(command.project);
    this.book.sql.transaction(() => {
      const fresh = new Map(
        command.auctions.map((record) => [record.ping_id, { record, listed: listed.has(record.ping_id) }]),
      );
      for (const ping_id of fresh.keys()) if (this.has(ping_id)) fresh.delete(ping_id);
      if (fresh.size > 0) this.book.keepPage([...fresh.values()]);
      // After the inserts: a late bid may belong to an auction of its own batch.
      this.book.emit(this.late(command.late));
    });
  }

  get(ping_id: string): AuctionRecord | null {
    return this.stored(ping_id)?.record ?? null;
  }

  /** What the post of a ping compares with; nothing of another publisher's. */
  reply(ping_id: string, publisher_id: string): AuctionReply {
    const record = this.get(ping_id);
    if (!record) return { kind: "none" };
    if (record.publisher_id !== publisher_id) return { kind: "foreign" };
    const { campaign_id, test, facts, sealed, price, result, forced, sub_ids, config_seq } = record;
    return {
      kind: "found",
      auction: { ping_id, campaign_id, publisher_id, test, facts, sealed, price, result, forced, sub_ids, config_seq },
    };
  }

  /** The auction's event unless D1 has it coming already: an auction that was posted is always kept. Inside a transaction. */
  projectOnce(ping_id: string): LedgerEvent[] {
    const stored = this.stored(ping_id);
    if (!stored || (stored.placed ? stored.placed.listed : stored.projected)) return [];
    if (!stored.placed) this.book.sql.run("UPDATE auctions SET projected = 1 WHERE ping_id = ?", ping_id);
    return [eventOf(stored)];
  }

  /** The auction's event once more. Inside a transaction. */
  again(ping_id: string): LedgerEvent[] {
    const stored = this.stored(ping_id);
    return stored ? [eventOf(stored)] : [];
  }

  /** Destroys the auction's sealed facts and what bids carried; its event where D1 has them. Inside a transaction. */
  unseal(ping_id: string): LedgerEvent[] {
    const stored = this.stored(ping_id);
    if (!stored) return [];
    const ranked = stored.record.ranked.map((bid) => ({ ...bid, carried: {} }));
    const changed = { ...stored, record: { ...stored.record, sealed: undefined, ranked } };
    this.rewrite(changed);
    return stored.projected ? [eventOf(changed)] : [];
  }

  /** Stores a one-step lead's auction. Inside a transaction. */
  insert(record: AuctionRecord, projected: boolean): void {
    if (this.has(record.ping_id)) return;
    this.book.sql.run(
      "INSERT INTO auctions (ping_id, at, projected, record) VALUES (?, ?, ?, ?)",
      record.ping_id,
      record.at,
      projected ? 1 : 0,
      JSON.stringify(record),
    );
  }

  /** Events of those that D1 has had without them; what has not left its page yet is told as it is now. */
  private late(bids: LateBid[]): LedgerEvent[] {
    const changed = new Map<string, Stored>();
    for (const bid of bids) {
      const stored = changed.get(bid.ping_id) ?? this.stored(bid.ping_id);
      const record = stored && withLateBid(stored.record, bid);
      if (!record) continue;
      changed.set(bid.ping_id, { ...stored, record });
      // One page may hold several of them: each is written before the next one is read.
      this.rewrite({ ...stored, record });
    }
    return [...changed.values()]
      .filter(({ projected, placed }) => projected && !(placed?.listed && this.book.outbox.untold(placed.page.first_n)))
      .map(eventOf);
  }

  private rewrite({ record, placed }: Stored): void {
    const now = placed && this.pages.find(record.ping_id);
    if (now) this.pages.replace(now, record);
    // A page that is about to go has moved what stays to rows already.
    const old = now && now.page.at < this.book.now() - KEEP_MS;
    if (now && !old) return;
    this.book.sql.run("UPDATE auctions SET record = ? WHERE ping_id = ?", JSON.stringify(record), record.ping_id);
  }

  private has(ping_id: string): boolean {
    const { pages, book } = this;
    return pages.has(ping_id) || book.sql.all("SELECT 1 AS one FROM auctions WHERE ping_id = ?", ping_id).length > 0;
  }

  private stored(ping_id: string): Stored | null {
    const placed = this.pages.find(ping_id);
    if (placed) return { record: placed.record, projected: placed.listed || hasLead(this.book, ping_id), placed };
    const row = this.book.sql.all<{ projected: number; record: string }>(
      "SELECT projected, record FROM auctions WHERE ping_id = ?",
      ping_id,
    )[0];
    return row ? { record: JSON.parse(row.record) as AuctionRecord, projected: row.projected === 1 } : null;
  }
}

/** What its page has counted already is not counted by its row again. */
const eventOf = ({ record, placed }: Stored): LedgerEvent =>
  placed && !placed.listed ? countedBefore(auctionEvent(record)) : auctionEvent(record);

/** A lead that is complete keeps its auction. */
export const hasLead = (book: BookContext, ping_id: string): boolean => book.sql.all(HAS_LEAD, ping_id).length > 0;

/** Two-step leads by their ping, the others by an index of their auctions. */
const HAS_LEAD =
  "SELECT 1 AS one FROM leads WHERE ping_id = ?1 AND slim = 0 AND auction_id = ping_id UNION ALL SELECT 1 FROM leads INDEXED BY leads_auction WHERE slim = 0 AND auction_id IS NOT NULL AND auction_id IS NOT ping_id AND auction_id = ?1 LIMIT 1";

/** The auction with a bidder's timeout corrected to `late`; null when there is nothing to correct. A late bid never ranks. */
export function withLateBid(record: AuctionRecord, bid: LateBid): AuctionRecord | null {
  const applies = (c: AuctionRecord["candidates"][number]) =>
    c.contract_id === bid.contract_id && c.outcome === "timeout";
  if (!record.candidates.some(applies)) return null;
  const candidates = record.candidates.map((c) =>
    applies(c) ? { ...c, outcome: "late" as const, reason: "late" as const, ms: bid.ms } : c,
  );
  return { ...record, candidates };
}
