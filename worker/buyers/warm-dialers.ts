import type { DialResult } from "../../schema/rpc/dialer.ts";

/** A way there and back that takes longer (ms) than this is not worth keeping: the next dialer may be nearer. */
const FAR_MS = 20;

/**
 * Dialers that this isolate has back from a fan-out, the latest last. They are taken first: one that has just dialled runs already, while
 * one out of hundreds mostly has to be started. Two isolates that want the same one part by themselves: who is told `busy` has it no more.
 */
export class WarmDialers {
  private readonly idle: number[] = [];

  /** The one that was used last; undefined: none is idle. */
  take(): number | undefined {
    return this.idle.pop();
  }

  /** It has come back after `took_ms` with these results. Where nobody answered in time, or the way was long, another may do better. */
  back(n: number, results: readonly DialResult[], took_ms: number): void {
    const answered = results.some((result) => result.kind === "answer" && !result.late);
    const dialled_ms = Math.max(0, ...results.map((result) => ("ms" in result ? result.ms : 0)));
    if (!answered || took_ms - dialled_ms > FAR_MS || this.idle.includes(n)) return;
    this.idle.push(n);
  }
}
