import type { DialResult } from "../../schema/rpc/dialer.ts";
import { DialerPicker, dialGroup, GROUP_SIZE, type GroupDial, noStats } from "./dialer-pool.ts";
import { type FanOut, type FanOutInput, type Ready, readyCalls } from "./fan-out-calls.ts";
import { type Call, startCall } from "./http-call.ts";

export type { FanOut, FanOutInput } from "./fan-out-calls.ts";

/**
 * Dials all buyers at once. Own slots take those that may be slowest (a wait there costs nobody anything, and a late answer is
 * seen); the rest go to dialer objects in groups of six with alike timeouts: at most ceil((N - own slots) / 6) object calls and the
 * redials, never one per buyer.
 */
export function fanOut(input: FanOutInput): FanOut {
  const running = new Running(input);
  running.start();
  return {
    results: running.results.promise,
    stats: running.stats,
    done: running.done.promise,
    stop: () => running.stop(),
  };
}

class Running {
  readonly results = Promise.withResolvers<DialResult[]>();
  readonly done = Promise.withResolvers<void>();
  readonly stats = noStats();
  private readonly origin: number;
  private readonly decided: (DialResult | undefined)[];
  private undecided: number;
  private readonly own = new Map<number, Call>();
  private over = false;
  private cancelEnd: () => void = () => {};
  private cancelGrace: () => void = () => {};

  constructor(private readonly input: FanOutInput) {
    this.origin = input.deps.now();
    this.decided = input.calls.map(() => undefined);
    this.undecided = input.calls.length;
  }

  start(): void {
    const { deps, slots, dialers, within_ms } = this.input;
    this.cancelEnd = deps.timer(() => this.end(), within_ms);
    const ready = readyCalls(this.input, (index, error) => this.decide(index, { kind: "not_attempted", error }));
    const slowestFirst = ready.sort((a, b) => b.request.timeout_ms - a.request.timeout_ms);
    let own = 0;
    while (own < slowestFirst.length && slots.tryAcquire()) own++;
    for (const call of slowestFirst.slice(0, own)) this.dialOwn(call);
    const rest = slowestFirst.slice(own);
    if (dialers.count > 0) this.dialGroups(rest);
    else for (const call of rest) void this.dialWhenFree(call);
    if (this.undecided === 0) this.end();
  }

  stop(): void {
    this.end();
    this.cancelGrace();
    for (const call of this.own.values()) call.stop();
    this.finishIfQuiet();
  }

  /** Sends from a slot that is held, and gives it back when the call has ended, late or not. */
  private dialOwn({ index, request }: Ready): void {
    const { slots, onLate } = this.input;
    this.stats.own++;
    const call = startCall(this.input.deps, request, this.origin);
    this.own.set(index, call);
    void call.inTime.then((result) => this.decide(index, result));
    void call.final.then((result) => {
      slots.release();
      this.own.delete(index);
      if (result.kind === "answer" && result.late) {
        if (this.over) onLate?.(index, result.ms);
        else this.decided[index] = result;
      }
      this.finishIfQuiet();
    });
  }

  private dialGroups(calls: Ready[]): void {
    const { deps, dialers, within_ms } = this.input;
    const picker = new DialerPicker(dialers.count, deps.random);
    // Alike timeouts together: a batch comes back with its slowest.
    for (let at = 0; at < calls.length; at += GROUP_SIZE) {
      const group = calls.slice(at, at + GROUP_SIZE);
      const requests = group.map(({ request }) => request);
      const { origin, stats } = this;
      void this.dialGroup(group, {
        deps,
        dialers,
        picker,
        calls: requests,
        origin,
        ends_at: origin + within_ms,
        stats,
      });
    }
  }

  private async dialGroup(group: Ready[], dial: GroupDial): Promise<void> {
    const results = await dialGroup(dial);
    for (const [i, { index }] of group.entries()) {
      const result = results[i];
      if (!result) continue;
      if (!this.over) this.decide(index, result);
      else if (result.kind === "answer") this.input.onLate?.(index, result.ms);
    }
  }

  /** Without dialers: the seventh waits for a slot, and its timer for the dispatch. */
  private async dialWhenFree(call: Ready): Promise<void> {
    const { deps, slots, within_ms } = this.input;
    const ticket = slots.acquire();
    const cancel = deps.timer(ticket.cancel, within_ms);
    const held = await ticket.granted;
    cancel();
    const waited = deps.now() - this.origin;
    this.stats.slot_wait_ms = Math.max(this.stats.slot_wait_ms, waited);
    if (held && this.over) slots.release();
    if (!held || this.over) return this.decide(call.index, { kind: "not_attempted", error: "no_slot" });
    const timeout_ms = Math.min(call.request.timeout_ms, within_ms - waited);
    this.dialOwn({ index: call.index, request: { ...call.request, timeout_ms } });
  }

  private decide(index: number, result: DialResult): void {
    if (this.over || this.decided[index]) return;
    this.decided[index] = result;
    this.undecided--;
    if (this.undecided === 0) this.end();
  }

  /** All decided, or the time is up. A group whose dialer has not come back by then may not have been dialled. */
  private end(): void {
    if (this.over) return;
    this.over = true;
    this.cancelEnd();
    for (const [index, call] of this.own) this.decided[index] ??= call.giveUp();
    const missing: DialResult = {
      kind: "not_attempted",
      error: this.input.dialers.count > 0 ? "deadline_passed" : "no_slot",
    };
    const results = this.decided.map((result) => result ?? missing);
    this.stats.not_attempted = results.filter(({ kind }) => kind === "not_attempted").length;
    this.results.resolve(results);
    const { deps, late_grace_ms = 0 } = this.input;
    if (late_grace_ms > 0 && this.own.size > 0) this.cancelGrace = deps.timer(() => this.stop(), late_grace_ms);
    else this.stop();
  }

  private finishIfQuiet(): void {
    if (!this.over || this.own.size > 0) return;
    this.cancelGrace();
    this.done.resolve();
  }
}
