import type { LedgerEvent } from "../../schema/events.ts";
import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { AuctionReply, LateBid, RecordCommand } from "../../schema/rpc/book.ts";
import type { BookContext } from "./context.ts";
import { auctionEvent } from "./events.ts";

interface Stored {
  record: AuctionRecord;
  projected: boolean;
}

/** The auctions of a shard: written in batches, read by the post of their ping. */
export class Auctions {
  constructor(private readonly book: BookContext) {}

  /**
   * Writes a batch: a row an auction, one outbox row for those to be projected. A batch (or a part of it) that comes again
   * writes nothing: an auction is known by its ping id, a late bid by what it changes.
   */
  record(command: RecordCommand): void {
    const projected = new Set(command.project);
    this.book.sql.transaction(() => {
      const fresh: LedgerEvent[] = [];
      for (const record of command.auctions) {
        if (!this.insert(record, projected.has(record.ping_id))) continue;
        if (projected.has(record.ping_id)) fresh.push(auctionEvent(record));
      }
      // After the inserts: a late bid may belong to an auction of its own batch. Its event is then the newer one.
      this.book.emit([...fresh, ...this.late(command.late)]);
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
    if (!stored || stored.projected) return [];
    this.book.sql.run("UPDATE auctions SET projected = 1 WHERE ping_id = ?", ping_id);
    return [auctionEvent(stored.record)];
  }

  /** The auction's event once more. Inside a transaction. */
  again(ping_id: string): LedgerEvent[] {
    const stored = this.stored(ping_id);
    return stored ? [auctionEvent(stored.record)] : [];
  }

  /** Destroys the auction's sealed facts and what bids carried; its event where D1 has them. Inside a transaction. */
  unseal(ping_id: string): LedgerEvent[] {
    const stored = this.stored(ping_id);
    if (!stored) return [];
    const ranked = stored.record.ranked.map((bid) => ({ ...bid, carried: {} }));
    const record = { ...stored.record, sealed: undefined, ranked };
    this.book.sql.run("UPDATE auctions SET record = ? WHERE ping_id = ?", JSON.stringify(record), ping_id);
    return stored.projected ? [auctionEvent(record)] : [];
  }

  /** Stores a one-step lead's auction. Inside a transaction. */
  insert(record: AuctionRecord, projected: boolean): boolean {
    const inserted = this.book.sql.all(
      "INSERT INTO auctions (ping_id, at, projected, record) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1",
      record.ping_id,
      record.at,
      projected ? 1 : 0,
      JSON.stringify(record),
    );
    return inserted.length > 0;
  }

  private late(bids: LateBid[]): LedgerEvent[] {
    const changed = new Map<string, Stored>();
    for (const bid of bids) {
      const stored = changed.get(bid.ping_id) ?? this.stored(bid.ping_id);
      const record = stored && withLateBid(stored.record, bid);
      if (record) changed.set(bid.ping_id, { ...stored, record });
    }
    for (const { record } of changed.values()) {
      this.book.sql.run("UPDATE auctions SET record = ? WHERE ping_id = ?", JSON.stringify(record), record.ping_id);
    }
    return [...changed.values()].filter((stored) => stored.projected).map((stored) => auctionEvent(stored.record));
  }

  private stored(ping_id: string): Stored | null {
    const row = this.book.sql.all<{ projected: number; record: string }>(
      "SELECT projected, record FROM auctions WHERE ping_id = ?",
      ping_id,
    )[0];
    return row ? { record: JSON.parse(row.record) as AuctionRecord, projected: row.projected === 1 } : null;
  }
}

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
