import type { Deps } from "../deps.ts";

interface Ring {
  fns: Set<() => void>;
  cancel: () => void;
}

/**
 * The same dependencies, whose timers of one due time are one timer of the platform. The calls of a fan-out begin together and mostly
 * have the same timeout: a timer for each costs as much as building its request. Of one invocation alone: timers may not be shared by
 * several. They ring in the order in which they were set.
 */
export function withSharedTimers(deps: Deps): Deps {
  const rings = new Map<number, Ring>();
  const timer: Deps["timer"] = (fn, ms) => {
    const due = deps.now() + ms;
    const ring = rings.get(due) ?? start(due, ms);
    // The same function may be set twice.
    const own = () => fn();
    ring.fns.add(own);
    return () => {
      if (!ring.fns.delete(own) || ring.fns.size > 0) return;
      ring.cancel();
      if (rings.get(due) === ring) rings.delete(due);
    };
  };
  const start = (due: number, ms: number): Ring => {
    const fns = new Set<() => void>();
    const ring: Ring = { fns, cancel: () => {} };
    rings.set(due, ring);
    ring.cancel = deps.timer(() => {
      rings.delete(due);
      for (const fn of fns) {
        fns.delete(fn);
        fn();
      }
    }, ms);
    return ring;
  };
  return { ...deps, timer };
}
