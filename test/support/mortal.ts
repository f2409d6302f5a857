import type { Gateway } from "../../worker/gateway/gateway.ts";

class Died extends Error {}
const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** A gateway's invocation that dies at its n-th crash point (0 = never). Dead, no call, timer or answer of it comes through. */
export function mortal(g: Gateway, dies_at: number): { g: Gateway; points: string[]; died: Promise<void> } {
  const points: string[] = [];
  const dying = Promise.withResolvers<void>();
  let dead = false;
  const alive = async <T>(call: () => Promise<T>): Promise<T> => {
    if (dead) return never();
    const result = await call();
    return dead ? never() : result;
  };
  const port = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, method) => {
        const work = Reflect.get(target, method) as unknown;
        if (typeof work !== "function") return work;
        return (...args: unknown[]) => alive(() => Reflect.apply(work, target, args) as Promise<unknown>);
      },
    });
  const crash = (point: string): void => {
    if (dead) throw new Died();
    points.push(point);
    if (points.length !== dies_at) return;
    dead = true;
    dying.resolve();
    throw new Died();
  };
  const deps: Gateway["deps"] = {
    ...g.deps,
    crash,
    timer: (fn, ms) => g.deps.timer(() => void (dead || fn()), ms),
    fetch: (request) => alive(() => g.deps.fetch(request)),
  };
  const wrapped: Gateway = {
    ...g,
    deps,
    book: (shard) => port(g.book(shard)),
    account: (buyer) => port(g.account(buyer)),
    enqueue: (message, delay_s) => alive(() => g.enqueue(message, delay_s)),
  };
  return { g: wrapped, points, died: dying.promise };
}
