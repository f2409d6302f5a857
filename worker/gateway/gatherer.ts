import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { LateBid, RecordCommand, RecordReply } from "../../schema/rpc/book.ts";
import { nonce } from "../crypto/encoding.ts";
import type { Deps } from "../deps.ts";
import { sleep } from "../deps.ts";

/** Ms that an isolate gathers auctions before it writes them in one call (a call per ping costs a third of the throughput). */
const GATHER_MS = 20;
/** Ms after which a request checks that its own auction was written, should the request that owned the batch have died. */
const CHECK_MS = 250;

interface Batch {
  opened: number;
  command: RecordCommand;
  /** A write of it is under way. */
  writing: boolean;
  written: boolean;
  /** Requests that look after it: its owner, and one that stands in. */
  watched: number;
}

/** An owner alone may die; a timer for every request of a batch costs more than the batch. */
const WATCHERS = 2;
/** A write that is under way is given so many looks more: a slow disk is no death, and a second copy is the same work again. */
const MORE_LOOKS = 8;

export type Write = (command: RecordCommand) => Promise<RecordReply>;

/**
 * Gathers the auctions of an isolate. Plain data only: the request that opens a batch owns its timer and its call; the second one looks
 * later whether it was written, and writes it itself if not.
 */
export class Gatherer {
  private open: Batch | null = null;
  private readonly rang: (late_ms: number) => void;

  /** @param rang told how late each batch's timer rang */
  constructor(rang: (late_ms: number) => void) {
    this.rang = rang;
  }

  /** Resolves when the auction is in its book, or others see to it: then with null. Call under `waitUntil`. */
  async add(deps: Deps, record: AuctionRecord, project: boolean, write: Write): Promise<RecordReply | null> {
    // A batch whose owner died would gather for ever: after a while the next one opens a new one.
    const owner = this.open === null || deps.now() - this.open.opened > CHECK_MS;
    const batch: Batch = owner || !this.open ? this.begin(deps) : this.open;
    batch.command.auctions.push(record);
    if (project) batch.command.project.push(record.ping_id);
    if (owner) {
      await sleep(deps, GATHER_MS);
      this.rang(Math.max(0, deps.now() - batch.opened - GATHER_MS));
      return this.flush(batch, write);
    }
    if (batch.watched >= WATCHERS) return null;
    batch.watched++;
    await sleep(deps, CHECK_MS);
    for (let looks = 0; batch.writing && looks < MORE_LOOKS; looks++) await sleep(deps, CHECK_MS);
    // Under its own name: what was written after all is not written twice.
    return batch.written ? null : this.flush(batch, write);
  }

  /** Late bids ride along with the next batch; when none is open they are written by themselves. */
  async late(deps: Deps, bids: LateBid[], write: Write): Promise<void> {
    if (this.open) this.open.command.late.push(...bids);
    else await write({ v: 1, batch: nonce(deps.bytes(12)), auctions: [], late: bids, project: [] });
  }

  private begin(deps: Deps): Batch {
    const batch = {
      opened: deps.now(),
      command: { v: 1 as const, batch: nonce(deps.bytes(12)), auctions: [], late: [], project: [] },
      writing: false,
      written: false,
      watched: 1,
    };
    this.open = batch;
    return batch;
  }

  private async flush(batch: Batch, write: Write): Promise<RecordReply> {
    if (this.open === batch) this.open = null;
    batch.writing = true;
    try {
      const reply = await write(batch.command).catch(() => write(batch.command));
      batch.written = true;
      return reply;
    } finally {
      batch.writing = false;
    }
  }
}
