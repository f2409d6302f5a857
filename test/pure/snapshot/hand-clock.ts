import { type Deps, realDeps } from "../../../worker/deps.ts";
import type { RawRows, Seen } from "../../../worker/snapshot/snapshot.ts";
import { settingsRow } from "./rows.ts";

/** A clock that only moves by hand; timers go off as it passes them. */
export class HandClock {
  at = 1_000_000;
  private timers: { at: number; fn: () => void }[] = [];
  readonly deps: Deps = {
    ...realDeps,
    now: () => this.at,
    timer: (fn, ms) => {
      const timer = { at: this.at + ms, fn };
      this.timers.push(timer);
      return () => {
        this.timers = this.timers.filter((other) => other !== timer);
      };
    },
  };

  /** Lets what is on its way arrive, then moves on. */
  async pass(ms: number): Promise<void> {
    await settle();
    this.at += ms;
    const due = this.timers.filter((timer) => timer.at <= this.at);
    this.timers = this.timers.filter((timer) => timer.at > this.at);
    for (const timer of due) timer.fn();
    await settle();
  }
}
export const settle = async () => {
  for (let n = 0; n < 20; n++) await Promise.resolve();
};

export const NONE: RawRows = { config: [], status: [], suppressions: [] };
export const rowsAt = (seq: number, status = "active"): RawRows => ({ ...NONE, config: [settingsRow(seq, status)] });

/** D1 and a book's copy: each read is answered by hand, or by what is set. */
export class Sources {
  reads: { since: Seen; answer: (rows: RawRows) => void; fail: () => void }[] = [];
  auto: "by hand" | "away" | RawRows = "by hand";
  kept: { at: number; rows: RawRows } | null = null;
  copies = 0;

  changes(since: Seen): Promise<RawRows> {
    return new Promise((answer, reject) => {
      const fail = () => reject(new Error("D1_ERROR: Network connection lost."));
      this.reads.push({ since, answer, fail });
      if (this.auto === "away") fail();
      else if (this.auto !== "by hand") answer(this.auto);
    });
  }
  async copy() {
    this.copies++;
    return this.kept;
  }
}
