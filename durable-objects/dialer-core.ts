import type { DialCommand, DialerPort, DialReply, DialResult } from "../schema/rpc/dialer.ts";
import { type Call, startCall } from "../worker/buyers/http-call.ts";
import { withSharedTimers } from "../worker/buyers/shared-timers.ts";
import { SlotPool } from "../worker/buyers/slots.ts";
import type { Deps } from "../worker/deps.ts";

/**
 * Lends its six connections to a fan-out. It keeps nothing, knows no configuration and no credentials, and never lets a batch wait:
 * one that does not fit as a whole is told `busy` at once, so that another dialer can take it while its buyers' time has not begun.
 */
export class DialerCore implements DialerPort {
  private readonly slots = new SlotPool(6);

  constructor(private readonly deps: () => Deps) {}

  /** Back as soon as every call has answered or timed out, and by `within_ms`; what is still open then is ended. */
  async dial({ v, calls, within_ms }: DialCommand): Promise<DialReply> {
    if (v !== 1) throw new Error("dialer: a command of another version");
    if (calls.length > this.slots.size) throw new Error("dialer: more calls than connections");
    if (calls.length === 0) return { kind: "done", results: [] };
    if (!this.slots.tryAcquire(calls.length)) return { kind: "busy" };
    const deps = withSharedTimers(this.deps());
    const origin = deps.now();
    const running = calls.map((call) => startCall(deps, call, origin));
    for (const call of running) void call.final.then(() => this.slots.release());
    const cancel = deps.timer(() => {
      for (const call of running) call.stop();
    }, within_ms);
    await Promise.all(running.map((call) => call.inTime));
    cancel();
    return { kind: "done", results: await Promise.all(running.map(ended)) };
  }
}

/** Who has answered meanwhile, though late, is told as late; the rest is ended. */
function ended(call: Call): Promise<DialResult> {
  call.stop();
  return call.final;
}
