import type { Lateness } from "../auction/shaping.ts";

/** Ms. What happened is forgotten after ten parts of a window. */
const PART_MS = 30_000;
const PARTS = 10;
/** After so many answers in time in a row everything before them is forgotten: the buyer has been mended. */
const FORGIVEN = 8;
/** Endpoints and classes of time; whoever was asked longest ago leaves first. */
const MOST = 5_000;

interface Seen {
  parts: { from: number; asked: number; late: number }[];
  row: number;
}
const NOTHING: Lateness = { asked: 0, late: 0, row: 0 };

/**
 * How often the buyers of one isolate were too late for its auctions, by endpoint and by how much time they had: apart by powers of two,
 * so that a publisher in a hurry does not speak for the others. Plain data, bounded; it dies with the isolate.
 */
export class LatenessMemory {
  private readonly seen = new Map<string, Seen>();

  /** A ping that had `given_ms` was answered in that time, or was not. */
  count(endpoint_id: string, given_ms: number, late: boolean, now: number): void {
    const key = keyOf(endpoint_id, given_ms);
    const known = this.seen.get(key) ?? { parts: [], row: 0 };
    this.seen.delete(key);
    this.seen.set(key, known);
    if (this.seen.size > MOST) for (const oldest of [...this.seen.keys()].slice(0, 1)) this.seen.delete(oldest);
    known.row = late ? 0 : known.row + 1;
    if (known.row >= FORGIVEN) known.parts = [];
    const from = now - (now % PART_MS);
    let part = known.parts.at(-1);
    if (part?.from !== from) {
      part = { from, asked: 0, late: 0 };
      known.parts = [...known.parts, part].slice(-PARTS);
    }
    part.asked++;
    if (late) part.late++;
  }

  of(endpoint_id: string, given_ms: number, now: number): Lateness {
    const known = this.seen.get(keyOf(endpoint_id, given_ms));
    if (!known) return NOTHING;
    const sums = { asked: 0, late: 0, row: known.row };
    for (const { from, asked, late } of known.parts) {
      if (from <= now - PARTS * PART_MS) continue;
      sums.asked += asked;
      sums.late += late;
    }
    return sums;
  }
}

const keyOf = (endpoint_id: string, given_ms: number): string =>
  `${endpoint_id}/${Math.floor(Math.log2(Math.max(1, given_ms)))}`;
