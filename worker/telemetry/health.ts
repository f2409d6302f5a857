import type { Phase } from "../../schema/lists.ts";
import type { HealthReport } from "../../schema/rpc/account.ts";

/** What one isolate has seen of an endpoint in one phase. */
interface Seen extends HealthReport {
  buyer_id: string;
  /** When the newest call ended. */
  at: number;
  /** Failures in a row across reports, for the isolate's own fast breaker. */
  row: number;
  rowSince: number;
  trippedUntil: number;
}

export interface Endpointed {
  buyer_id: string;
  endpoint_id: string;
  phase: Phase;
}

/** The endpoint's settings that are of use here. */
export interface FastBreaker {
  failures: number;
  within_s: number;
  slow_ms?: number;
}

/** How long an isolate leaves an endpoint alone by its own judgement; by then the object has decided for all. */
const TRIP_MS = 5_000;
const REPORT_MS = 1_000;
/**
 * What went well can wait: each report is rows of the object, and fifty healthy buyers told of every second cost more than their pings
 * (docs/costs.md). A failure or a slow call takes the successes before it along. Less than nine tenths of a breaker's minute, so that its
 * window always has one report of each isolate that works: without it the failures of one would stand alone.
 */
export const WELL_MS = 50_000;

/**
 * Counts per endpoint and phase, sent to the buyer's object: failures and slow calls about once a second (failures first), successes alone
 * every 50 s; and a breaker of the isolate's own that opens at once, by failures in a row alone. `not_attempted` is never counted:
 * the buyer had no part in it.
 */
export class Health {
  private readonly seen = new Map<string, Seen>();
  private waitedForUntil = 0;
  private readonly reportedAt = new Map<string, number>();
  /** When the next report may go (epoch ms), and whether failures wait for one. */
  private dueAt = Number.POSITIVE_INFINITY;
  private failing = false;
  /** Buyers with failures or slow calls since their last report. */
  private readonly troubled = new Set<string>();

  /** Is there a report to send, or a failure that nobody waits for? */
  isDue(now: number): boolean {
    return now >= this.dueAt || (this.failing && now >= this.waitedForUntil);
  }

  /** One call that ended at `now` (epoch ms) after `ms`. */
  count(of: Endpointed, call: { ok: boolean; ms: number }, breaker: FastBreaker, now: number): void {
    const seen = this.seenOf(of, now);
    seen.at = now;
    const slow = breaker.slow_ms !== undefined && call.ms > breaker.slow_ms;
    if (slow) seen.slow++;
    if (slow || !call.ok) this.troubled.add(of.buyer_id);
    this.dueAt = Math.min(this.dueAt, this.mayReportAt(of.buyer_id));
    if (call.ok) {
      seen.ok++;
      seen.streak = 0;
      seen.row = 0;
      return;
    }
    this.failing = true;
    seen.failed++;
    seen.streak++;
    if (seen.row === 0 || now - seen.rowSince > breaker.within_s * 1_000) {
      seen.row = 0;
      seen.rowSince = now;
    }
    seen.row++;
    if (seen.row >= breaker.failures) seen.trippedUntil = now + TRIP_MS;
  }

  private mayReportAt(buyer_id: string): number {
    return (this.reportedAt.get(buyer_id) ?? 0) + (this.troubled.has(buyer_id) ? REPORT_MS : WELL_MS);
  }

  private seenOf({ buyer_id, endpoint_id, phase }: Endpointed, now: number): Seen {
    const key = `${endpoint_id}/${phase}`;
    const known = this.seen.get(key);
    if (known) return known;
    const counts = { ok: 0, failed: 0, streak: 0, slow: 0 };
    const seen = { buyer_id, endpoint_id, phase, ...counts, at: now, row: 0, rowSince: now, trippedUntil: 0 };
    this.seen.set(key, seen);
    return seen;
  }

  tripped(endpoint_id: string, phase: Phase, now: number): boolean {
    return (this.seen.get(`${endpoint_id}/${phase}`)?.trippedUntil ?? 0) > now;
  }

  /**
   * Ms until failures that were just too early for a report can be told; null: there are none, or somebody waits for them already. Without
   * this an isolate's last failures would wait for its next request.
   */
  failuresLeft(now: number): number | null {
    if (this.waitedForUntil > now) return null;
    const due = [...this.seen.values()]
      .filter(({ failed }) => failed > 0)
      .map(({ buyer_id }) => this.mayReportAt(buyer_id));
    if (due.length === 0) return null;
    this.waitedForUntil = Math.max(now + 1, Math.min(...due));
    return this.waitedForUntil - now;
  }

  /** Reports that are due, by buyer; taken out of the counts. Buyers with failures first. */
  take(now: number): { buyer_id: string; reports: HealthReport[] }[] {
    if (now < this.dueAt) return [];
    const due = new Map<string, HealthReport[]>();
    this.dueAt = Number.POSITIVE_INFINITY;
    this.failing = false;
    for (const seen of this.seen.values()) {
      const { buyer_id, endpoint_id, phase, ok, failed, streak, slow } = seen;
      if (ok + failed === 0) continue;
      if (now < this.mayReportAt(buyer_id)) {
        this.dueAt = Math.min(this.dueAt, this.mayReportAt(buyer_id));
        this.failing ||= failed > 0;
        continue;
      }
      const reports = due.get(buyer_id) ?? [];
      // What an isolate counted after its last answer waits for its next request: that may take long.
      reports.push({ endpoint_id, phase, ok, failed, streak, slow, age_ms: Math.max(0, now - seen.at) });
      due.set(buyer_id, reports);
      Object.assign(seen, { ok: 0, failed: 0, streak: 0, slow: 0 });
    }
    for (const buyer_id of due.keys()) {
      this.reportedAt.set(buyer_id, now);
      this.troubled.delete(buyer_id);
    }
    const failures = (reports: HealthReport[]) => reports.reduce((sum, report) => sum + report.failed, 0);
    return [...due]
      .map(([buyer_id, reports]) => ({ buyer_id, reports }))
      .sort((a, b) => failures(b.reports) - failures(a.reports));
  }
}
