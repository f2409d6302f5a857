/** One isolate's gauges: what an operator needs beside the books to judge its health. Lifetimes are the isolate's. */
export class Gauges {
  private readonly started: number;
  private readonly counts: Record<string, number> = {};
  private readonly highs: Record<string, number> = {};

  constructor(now: number) {
    this.started = now;
  }

  count(
    name:
      | "pings"
      | "posts"
      | "busy"
      | "redials"
      | "not_attempted"
      | "closed_early"
      | "shaped"
      | "batch_lost"
      | "repeat_pings"
      | "config_errors"
      | "refused_by_load"
      | "flow_failed"
      | "wins_told"
      | "wins_untold"
      | "losses_told"
      | "losses_untold"
      | "keeper_unreached",
    by = 1,
  ): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  high(name: "slot_wait_ms", value: number): void {
    this.highs[name] = Math.max(this.highs[name] ?? 0, value);
  }

  read(now: number): Record<string, number> {
    return { ...this.counts, ...this.highs, isolate_age_s: Math.round((now - this.started) / 1_000) };
  }
}
