import type { Lateness } from "../auction/shaping.ts";

/** Ms. What happened is forgotten after ten parts of a window. */
const PART_MS = 30_000;
const PARTS = 10;
/** After so many answers in time in a row everything before them is forgotten: the buyer has been mended. */
const FORGIVEN = 8;
/** Endpoints; whoever was asked first of all leaves first. */
const MOST = 5_000;

interface Seen {
  parts: { from: number; asked: number; late: number }[];
  row: number;
  /** Epoch ms of the newest that was late: most buyers have none, and nothing is added up for them. */
  lateAt: number;
}
const NOTHING: Lateness = { asked: 0, late: 0, row: 0 };

/**
 * How often the buyers of one isolate were too late for its auctions, by endpoint and by how much time they had: apart by powers of two,
 * so that a publisher in a hurry does not speak for the others. Plain data, bounded; it dies with the isolate.
 */
export class LatenessMemory {
  /** By endpoint, then by power of two. */
  private readonly seen = new Map<string, (Seen | undefined)[]>();

  /** A ping that had `given_ms` was answered in that time, or was not. */
  count(endpoint_id: string, given_ms: number, late: boolean, now: number): void {
    const known = this.seenOf(endpoint_id, given_ms);
    known.row = late ? 0 : known.row + 1;
    if (late) known.lateAt = now;
    if (known.row >= FORGIVEN) known.parts.length = 0;
    const from = now - (now % PART_MS);
    let part = known.parts.at(-1);
    if (part?.from !== from) {
      part = { from, asked: 0, late: 0 };
      known.parts.push(part);
      if (known.parts.length > PARTS) known.parts.shift();
    }
    part.asked++;
    if (late) part.late++;
  }

  of(endpoint_id: string, given_ms: number, now: number): Lateness {
    const known = this.seen.get(endpoint_id)?.[classOf(given_ms)];
    const since = now - PARTS * PART_MS;
    if (!known || known.lateAt <= since) return NOTHING;
    const sums = { asked: 0, late: 0, row: known.row };
    for (const { from, asked, late } of known.parts) {
      if (from <= since) continue;
      sums.asked += asked;
      sums.late += late;
    }
    return sums;
  }

  private dropFirst(): void {
    for (const endpoint_id of this.seen.keys()) {
      this.seen.delete(endpoint_id);
      return;
    }
  }

  private seenOf(endpoint_id: string, given_ms: number): Seen {
    let classes = this.seen.get(endpoint_id);
    if (!classes) {
      classes = [];
      if (this.seen.size >= MOST) this.dropFirst();
      this.seen.set(endpoint_id, classes);
    }
    const at = classOf(given_ms);
    const known = classes[at] ?? { parts: [], row: 0, lateAt: Number.NEGATIVE_INFINITY };
    classes[at] = known;
    return known;
  }
}

const classOf = (given_ms: number): number => 31 - Math.clz32(Math.max(1, given_ms));
