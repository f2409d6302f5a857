import type { Phase } from "../../schema/lists.ts";
import type { HealthReport } from "../../schema/rpc/account.ts";

/** What one isolate has seen of an endpoint in one phase. */
interface Seen {
  buyer_id: string;
  endpoint_id: string;
  phase: Phase;
  ok: number;
  failed: number;
  streak: number;
  /** Failures in a row across reports, for the isolate's own fast breaker. */
  row: number;
  rowSince: number;
  trippedUntil: number;
}

export interface FastBreaker {
  failures: number;
  within_s: number;
}

/** How long an isolate leaves an endpoint alone by its own judgement; by then the object has decided for all. */
const TRIP_MS = 5_000;
const REPORT_MS = 1_000;

/**
 * Counts per endpoint and phase, sent to the buyer's object about once a second (failures first), and a breaker of the isolate's
 * own that opens at once. `not_attempted` is never counted: the buyer had no part in it.
 */
export class Health {
  private readonly seen = new Map<string, Seen>();
  private readonly reportedAt = new Map<string, number>();

  count(buyer_id: string, endpoint_id: string, phase: Phase, ok: boolean, now: number, breaker: FastBreaker): void {
    const key = `${endpoint_id}/${phase}`;
    let seen = this.seen.get(key);
    if (!seen) {
      seen = { buyer_id, endpoint_id, phase, ok: 0, failed: 0, streak: 0, row: 0, rowSince: now, trippedUntil: 0 };
      this.seen.set(key, seen);
    }
    if (ok) {
      seen.ok++;
      seen.streak = 0;
      seen.row = 0;
      return;
    }
    seen.failed++;
    seen.streak++;
    if (seen.row === 0 || now - seen.rowSince > breaker.within_s * 1_000) {
      seen.row = 0;
      seen.rowSince = now;
    }
    seen.row++;
    if (seen.row >= breaker.failures) seen.trippedUntil = now + TRIP_MS;
  }

  tripped(endpoint_id: string, phase: Phase, now: number): boolean {
    return (this.seen.get(`${endpoint_id}/${phase}`)?.trippedUntil ?? 0) > now;
  }

  /** Reports that are due, by buyer; taken out of the counts. Buyers with failures first. */
  take(now: number): { buyer_id: string; reports: HealthReport[] }[] {
    const due = new Map<string, HealthReport[]>();
    for (const seen of this.seen.values()) {
      if (seen.ok + seen.failed === 0 || now - (this.reportedAt.get(seen.buyer_id) ?? 0) < REPORT_MS) continue;
      const reports = due.get(seen.buyer_id) ?? [];
      reports.push({
        endpoint_id: seen.endpoint_id,
        phase: seen.phase,
        ok: seen.ok,
        failed: seen.failed,
        streak: seen.streak,
      });
      due.set(seen.buyer_id, reports);
      seen.ok = 0;
      seen.failed = 0;
      seen.streak = 0;
    }
    for (const buyer_id of due.keys()) this.reportedAt.set(buyer_id, now);
    const failures = (reports: HealthReport[]) => reports.reduce((sum, report) => sum + report.failed, 0);
    return [...due]
      .map(([buyer_id, reports]) => ({ buyer_id, reports }))
      .sort((a, b) => failures(b.reports) - failures(a.reports));
  }
}
