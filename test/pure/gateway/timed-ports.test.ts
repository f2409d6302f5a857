import { expect, it, vi } from "vitest";
import { type Deps, realDeps } from "../../../worker/deps.ts";
import { timed } from "../../../worker/gateway/timed-ports.ts";

/** Timers that ring when told to. */
function handDeps() {
  const timers: { fn: () => void; ms: number }[] = [];
  const deps: Deps = {
    ...realDeps,
    timer: (fn, ms) => {
      const timer = { fn, ms };
      timers.push(timer);
      return () => {
        const at = timers.indexOf(timer);
        if (at >= 0) timers.splice(at, 1);
      };
    },
  };
  return { deps, timers };
}

class Port {
  readonly name = "port";
  async outcome(_lead: string, within_ms: number) {
    return `${this.name} ${within_ms}`;
  }
  hang = vi.fn(() => new Promise<string>(() => {}));
  async broken(): Promise<string> {
    throw new Error("no");
  }
}

it("passes answers and errors on, and leaves no timer behind", async () => {
  const { deps, timers } = handDeps();
  const port = timed(() => deps, new Port());
  expect(await port.outcome("l1", 700)).toBe("port 700");
  await expect(port.broken()).rejects.toThrow("no");
  expect(timers).toEqual([]);
});

it("a call that never answers is rejected in time; one that may wait gets its own time on top", async () => {
  const { deps, timers } = handDeps();
  const port = timed(() => deps, new Port());
  const call = port.hang();
  expect(timers.map(({ ms }) => ms)).toEqual([2_000]);
  timers.shift()?.fn();
  await expect(call).rejects.toThrow("no answer within 2000 ms");
  const waiting = port.outcome("l1", 700);
  expect(timers.map(({ ms }) => ms)).toEqual([2_700]);
  await waiting;
});

it("can be returned from an async function like any object", async () => {
  const { deps } = handDeps();
  const port = timed(() => deps, new Port());
  expect(await Promise.resolve(port)).toBe(port);
});
