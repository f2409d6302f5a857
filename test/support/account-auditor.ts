import type { Cap, Pacing } from "../../schema/config/buyer.ts";
import type { CapPeriod } from "../../schema/lists.ts";

export const DEPOSIT = 230_000;
/** For holds that nobody settled. */
const LONG_DOUBT_MS = 72 * 3_600_000;

/**
 * An auditor that keeps its own books from what was answered, by other arithmetic than the account's: UTC windows cut from ISO
 * dates, sums over all reservations instead of counters.
 */
export interface Entry {
  state: "held" | "in_doubt" | "captured" | "released" | "expired";
  source: string;
  /** The hold, then what was captured. */
  amount: number;
  asked: number;
  at: number;
  hold_until: number;
  doubt_until: number;
  /** The newest that held it. */
  epoch: number;
  /** Charged and given back: by which refund, and whether its place was freed. */
  refund?: { id: number; freed: boolean };
}

const WINDOW: Record<CapPeriod, (at: number) => string> = {
  hour: (at) => new Date(at).toISOString().slice(0, 13),
  day: (at) => new Date(at).toISOString().slice(0, 10),
  // 1970-01-05 was a Monday.
  week: (at) => String(Math.floor((at / 86_400_000 - 4) / 7)),
  month: (at) => new Date(at).toISOString().slice(0, 7),
  total: () => "",
};

/** Holds a place under the caps. */
const counts = (entry: Entry): boolean => entry.state !== "released" && !entry.refund?.freed;

export class Auditor {
  /** By lead: the least epoch that may still act. */
  readonly fences = new Map<number, number>();
  readonly entries = new Map<number, Entry>();
  readonly deposits = new Set<number>();

  /** What time alone does: unsettled holds fall into doubt, doubts expire. */
  pass(now: number): void {
    for (const entry of this.entries.values()) {
      if (entry.state === "held" && entry.hold_until <= now) this.doubt(entry, entry.hold_until, LONG_DOUBT_MS);
      if (entry.state === "in_doubt" && entry.doubt_until <= now) entry.state = "expired";
    }
  }

  doubt(entry: Entry, at: number, ttl: number): void {
    entry.state = "in_doubt";
    entry.doubt_until = Math.min(entry.doubt_until, at + ttl);
  }

  held = () => this.sum((entry) => entry.state === "held" || entry.state === "in_doubt");
  balance = () => this.deposits.size * DEPOSIT - this.sum((entry) => entry.state === "captured" && !entry.refund);

  private sum(which: (entry: Entry) => boolean): number {
    return [...this.entries.values()].filter(which).reduce((sum, entry) => sum + entry.amount, 0);
  }

  /** Most that any window of the cap holds, by source where the cap says so. */
  most(cap: Cap): { count: number; money: number } {
    const count = new Map<string, number>();
    const spent = new Map<string, number>();
    for (const entry of this.entries.values()) {
      if (!counts(entry) || (cap.source !== undefined && cap.source !== "*" && cap.source !== entry.source)) continue;
      const key = `${WINDOW[cap.per](entry.at)}/${cap.source === undefined ? "" : entry.source}`;
      count.set(key, (count.get(key) ?? 0) + 1);
      spent.set(key, (spent.get(key) ?? 0) + (entry.state === "expired" ? 0 : entry.amount));
    }
    return { count: Math.max(0, ...count.values()), money: Math.max(0, ...spent.values()) };
  }

  /** What one row of the account's view must show for the window of `now`. */
  used(cap: Cap, source: string | null, now: number): { used_count: number; used_money: number } {
    const counted = [...this.entries.values()].filter(
      (entry) =>
        counts(entry) &&
        (source === null || source === entry.source) &&
        WINDOW[cap.per](entry.at) === WINDOW[cap.per](now),
    );
    const paid = counted.filter((entry) => entry.state !== "expired");
    return { used_count: counted.length, used_money: paid.reduce((sum, entry) => sum + entry.amount, 0) };
  }

  /** An epoch that acts on this lead now is too old. */
  stale(id: number, epoch: number): boolean {
    return epoch < Math.max(this.fences.get(id) ?? 0, this.entries.get(id)?.epoch ?? 0);
  }

  /** What a new reservation must be answered, in the order of the refusals. */
  verdict(caps: Cap[], pacing: Pacing | undefined, entry: Entry): "held" | "cap_reached" | "paced" | "balance" {
    if (!this.underCaps(caps, entry)) return "cap_reached";
    if (!this.inPace(pacing, entry.at)) return "paced";
    return this.balance() - this.held() >= entry.amount ? "held" : "balance";
  }

  underCaps(caps: Cap[], entry: Entry): boolean {
    const trial = new Auditor();
    for (const [key, known] of this.entries) trial.entries.set(key, known);
    trial.entries.set(-1, entry);
    return caps.every((cap) => {
      const most = trial.most({ ...cap });
      return (
        most.count <= (cap.count ?? Number.POSITIVE_INFINITY) && most.money <= (cap.money ?? Number.POSITIVE_INFINITY)
      );
    });
  }

  /** May another lead be taken at `at`? Every lead that was not released took a slot, whatever became of it. */
  inPace(pacing: Pacing | undefined, at: number): boolean {
    return pacing === undefined || keepsPace(pacing, [...this.taken(), at]);
  }

  /** Times of the leads that took a slot, in order. */
  taken(): number[] {
    const times = [...this.entries.values()].filter((entry) => entry.state !== "released").map((entry) => entry.at);
    return times.sort((a, b) => a - b);
  }
}

/** Two in a row are far enough apart, and no stretch of the pacing's minutes holds more than its count. */
export function keepsPace(pacing: Pacing, times: number[]): boolean {
  const apart = times.every((time, i) => i === 0 || time - (times[i - 1] ?? 0) >= (pacing.min_interval_s ?? 0) * 1_000);
  if (pacing.count === undefined || pacing.minutes === undefined) return apart;
  const span = pacing.minutes * 60_000;
  const fullest = Math.max(0, ...times.map((end) => times.filter((time) => time > end - span && time <= end).length));
  return apart && fullest <= pacing.count;
}
