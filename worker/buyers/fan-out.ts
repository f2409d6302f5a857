import type { DialResult } from "../../schema/rpc/dialer.ts";
import { DialerPicker, dialGroup, GROUP_SIZE, noStats } from "./dialer-pool.ts";
import { type FanOut, type FanOutInput, following, goesOn, type Ready, readyCalls, whole } from "./fan-out-calls.ts";
import { type Call, startCall } from "./http-call.ts";
import { withSharedTimers } from "./shared-timers.ts";

export type { FanOut, FanOutCall, FanOutInput } from "./fan-out-calls.ts";

/**
 * Dials all buyers at once. Own slots take those that may be slowest (a wait there costs nobody anything, and a late answer is
 * seen; a call of several requests keeps its slot for all of them); the rest go to dialer objects in groups of six with alike
 * timeouts: at most ceil((N - own slots) / 6) object calls and the redials, never one per buyer. What a group's calls send next goes
 * as a group again.
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
  private readonly own = new Map<number, { call: Call; spent_ms: number }>();
  private over = false;
  /** Nobody who is outstanding can win. */
  private enough = false;
  private cancelEnd: () => void = () => {};
  private cancelGrace: () => void = () => {};

  private readonly input: FanOutInput;

  constructor(input: FanOutInput) {
    this.input = { ...input, deps: withSharedTimers(input.deps) };
    this.origin = input.deps.now();
    this.decided = input.calls.map(() => undefined);
    this.undecided = input.calls.length;
  }

  start(): void {
    const { deps, slots, dialers, within_ms } = this.input;
    this.cancelEnd = deps.timer(() => this.end(), within_ms);
    const ready = readyCalls(this.input, (index, error) => this.decide(index, { kind: "not_attempted", error }));
    const several = ({ index }: Ready) => (this.input.calls[index]?.next ? 1 : 0);
    const worth = ({ index }: Ready) => this.input.calls[index]?.worth ?? 0;
    const slowestFirst = ready.sort(
      (a, b) => several(b) - several(a) || b.request.timeout_ms - a.request.timeout_ms || worth(b) - worth(a),
    );
    let own = 0;
    while (own < slowestFirst.length && slots.tryAcquire()) own++;
    for (const call of slowestFirst.slice(0, own)) void this.dialOwn(call);
    const rest = slowestFirst.slice(own);
    if (dialers.count > 0) this.dialGroups(rest);
    else for (const call of rest) void this.dialWhenFree(call);
    if (this.undecided === 0) this.end();
  }

  stop(): void {
    this.end();
    this.cancelGrace();
    for (const { call } of this.own.values()) call.stop();
    this.finishIfQuiet();
  }

  /** Sends from a slot that is held, and gives it back when the call has ended, late or not. */
  private async dialOwn(first: Ready): Promise<void> {
    this.stats.own++;
    for (let ready: Ready | null = first; ready; ready = await this.sendOwn(ready));
    this.input.slots.release();
    this.own.delete(first.index);
    this.finishIfQuiet();
  }

  /** One request of an own call: what it sends next, or null once it has ended. */
  private async sendOwn({ index, request, spent_ms }: Ready): Promise<Ready | null> {
    const { deps, calls, onLate } = this.input;
    const call = startCall(deps, request, this.origin);
    this.own.set(index, { call, spent_ms });
    const result = await call.inTime;
    const next = this.over ? null : following(this.input, { index, request, spent_ms }, result, this.left());
    if (next && goesOn(next)) return next;
    if (next) this.decide(index, next);
    this.closeIfEnough();
    const last = await call.final;
    // Of several requests nobody knows here which one was late: a late answer to a step is no late bid.
    if (last.kind !== "answer" || !last.late || calls[index]?.next) return null;
    if (!this.over) this.decided[index] = whole(last, spent_ms);
    // What was decided as anything else (half an answer, the auction's early end) is no timeout to correct.
    else if (this.decided[index]?.kind === "timeout") onLate?.(index, last.ms + spent_ms);
    return null;
  }

  private left(): number {
    return this.origin + this.input.within_ms - this.input.deps.now();
  }

  private dialGroups(calls: Ready[]): void {
    const { deps, dialers } = this.input;
    const picker = new DialerPicker(dialers, deps.random);
    // Alike timeouts together: a batch comes back with its slowest.
    const size = dialers.group_size ?? GROUP_SIZE;
    for (let at = 0; at < calls.length; at += size) void this.dialGroup(calls.slice(at, at + size), picker);
  }

  private async dialGroup(group: Ready[], picker: DialerPicker): Promise<void> {
    const { deps, dialers, within_ms } = this.input;
    const calls = group.map(({ request }) => request);
    const { origin, stats } = this;
    const ends_at = origin + within_ms;
    const results = await dialGroup({ deps, dialers, picker, calls, origin, ends_at, stats, over: () => this.over });
    // Told as never dialled, or as closed early: whatever comes now corrects nothing.
    if (this.over) return;
    const onward: Ready[] = [];
    for (const [i, ready] of group.entries()) {
      const result = results[i];
      if (!result) continue;
      const next = following(this.input, ready, result, this.left());
      if (goesOn(next)) onward.push(next);
      else this.decide(ready.index, next);
    }
    this.closeIfEnough();
    if (onward.length > 0 && !this.over) await this.dialGroup(onward, new DialerPicker(dialers, deps.random));
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
    void this.dialOwn({ ...call, request: { ...call.request, timeout_ms } });
  }

  private decide(index: number, result: DialResult): void {
    if (this.over || this.decided[index]) return;
    this.decided[index] = result;
    this.undecided--;
    if (this.input.enough?.(index, result)) this.enough = true;
    if (this.undecided === 0) this.end();
  }

  /** Own calls are ended, which frees their connections; what is at a dialer runs on to its own end, and nobody waits for it. */
  private closeIfEnough(): void {
    if (this.over || !this.enough) return;
    const ms = this.input.deps.now() - this.origin;
    for (const index of this.decided.keys()) {
      const own = this.own.get(index);
      const given = own && whole(own.call.giveUp(), own.spent_ms);
      const sent_at_ms = given && "sent_at_ms" in given ? given.sent_at_ms : 0;
      // An answer may be there already and nobody has looked at it yet; one to a step is none.
      const answer = given?.kind === "answer" && !this.input.calls[index]?.next ? given : null;
      this.decided[index] ??= answer ?? { kind: "closed_early", ms: ms - sent_at_ms, sent_at_ms };
    }
    this.end();
    this.stop();
  }

  /** All decided, or the time is up. A group whose dialer has not come back by then may not have been dialled. */
  private end(): void {
    if (this.over) return;
    this.over = true;
    this.cancelEnd();
    for (const [index, { call, spent_ms }] of this.own) this.decided[index] ??= whole(call.giveUp(), spent_ms);
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
