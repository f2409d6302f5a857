import { type Deps, within } from "../deps.ts";

/**
 * Ms that a call of an object may take. They answer in about 15 ms; one that has not answered by now is out of reach for this request,
 * whatever becomes of the call. Every caller knows what a lost reply means, because that is what a crash leaves too.
 */
const USUAL_MS = 2_000;
/** Pages and rebuilds walk through many rows. */
const LONG_MS = 20_000;
const LONG: ReadonlySet<string> = new Set([
  "lines",
  "facts",
  "factsById",
  "republish",
  "repaired",
  "reservations",
  "reservationsById",
  "leadsOf",
  "keepSnapshot",
  // Waits for a token endpoint; its callers say how long they wait.
  "token",
]);
/** The caller says how long it waits: `outcome(lead, within_ms)`. */
const WAITS = "outcome";

/** The same port; a call that does not answer in time is rejected. */
export function timed<T extends object>(deps: () => Deps, port: T): T {
  return new Proxy(port, {
    get(target, method) {
      // A stub's methods exist only once they are called, and lose their stub when they are taken out of it.
      const call = (...args: unknown[]) => {
        const found: unknown = Reflect.get(target, method);
        if (typeof found !== "function") throw new Error(`no such call: ${String(method)}`);
        return within(deps(), limitOf(String(method), args), Promise.resolve(Reflect.apply(found, target, args)));
      };
      return method === "then" ? undefined : call;
    },
  });
}

function limitOf(method: string, args: unknown[]): number {
  if (LONG.has(method)) return LONG_MS;
  const waits = method === WAITS ? args[1] : 0;
  return USUAL_MS + (typeof waits === "number" ? waits : 0);
}
