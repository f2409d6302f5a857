import { DialerCore } from "../../durable-objects/dialer-core.ts";
import type { DialResult } from "../../schema/rpc/dialer.ts";
import { fanOut } from "../../worker/buyers/fan-out.ts";
import { SlotPool } from "../../worker/buyers/slots.ts";
import { checkUrl } from "../../worker/buyers/url-guard.ts";
import type { EmulatedPlatform, Invocation } from "./emulated-platform.ts";
import { between, percentile, seededRandom } from "./random.ts";

/** One ping's fan-out under load. */
export interface PingRun {
  results: DialResult[];
  /** Epoch ms. */
  answered_at: number;
}
export type Dial = (invocation: Invocation, requests: string[]) => Promise<DialResult[]>;

export const TIMEOUT_MS = 100;

/** Buyers who all answer within their time, each with its own seeded latency. */
export function punctualBuyers(platform: EmulatedPlatform, count: number, low: number, high: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const random = seededRandom(platform.seed * 1_000 + i);
    platform.buyer(`b${i}.example`, () => ({ after_ms: between(random, low, high), body: '{"bid":12.5}' }));
    return `https://b${i}.example/ping`;
  });
}

/** Pings arrive at random times, `rate` a second on average, for `seconds`. */
export async function load(
  platform: EmulatedPlatform,
  rate: number,
  seconds: number,
  urls: string[],
  dial: Dial,
): Promise<PingRun[]> {
  const { time } = platform;
  const arrivals = seededRandom(platform.seed + 1);
  const pings: Promise<PingRun>[] = [];
  const ends = time.now() + seconds * 1_000;
  for (;;) {
    await time.sleep((-Math.log(1 - arrivals()) * 1_000) / rate);
    if (time.now() >= ends) break;
    const targets = urls.map((url) => `${url}?n=${pings.length}`);
    pings.push(dial(platform.invocation(), targets).then((results) => ({ results, answered_at: time.now() })));
  }
  return Promise.all(pings);
}

/** The gateway's own way: a slot pool, dialer objects, timers from dispatch. */
export function ourDial(platform: EmulatedPlatform, dialerCount: number): Dial {
  const dialers = Array.from({ length: dialerCount }, () => {
    const deps = platform.deps();
    return platform.object("dialer", new DialerCore(() => deps));
  });
  const get = (n: number) => dialers[n] ?? raise(`no dialer ${n}`);
  return ({ deps }, urls) => {
    const calls = urls.map((url) => ({
      key: url,
      timeout_ms: TIMEOUT_MS,
      request: { ok: true as const, request: { method: "POST", url, headers: [], body: "{}" } },
    }));
    const guard = (url: string) => checkUrl(url, { local: false });
    return fanOut({ deps, calls, within_ms: 965, slots: new SlotPool(), dialers: { count: dialerCount, get }, guard })
      .results;
  };
}

/** What everybody writes first: all at once, a timer each from the moment of the call. */
export const naiveDial: Dial = ({ deps }, urls) =>
  Promise.all(
    urls.map(async (url): Promise<DialResult> => {
      const start = deps.now();
      const times = () => ({ ms: deps.now() - start, sent_at_ms: 0 });
      const abort = new AbortController();
      const cancel = deps.timer(() => abort.abort(), TIMEOUT_MS);
      try {
        const response = await deps.fetch({ url, init: { method: "POST", body: "{}", signal: abort.signal } });
        const body = await response.text();
        return {
          kind: "answer",
          status: response.status,
          content_type: "",
          body,
          retry_after: null,
          location: null,
          ...times(),
          late: false,
        };
      } catch {
        return { kind: "timeout", ...times() };
      } finally {
        cancel();
      }
    }),
  );

export interface Figures {
  pings: number;
  /** Share of buyer calls that reached the buyer. */
  attempted: number;
  timeouts: number;
  /** Calls that failed otherwise; not_attempted ones are not among them. */
  failures: number;
  /** p99 of ms from the slowest counted bid (as it left the buyer) to the answer. */
  lag_p99: number;
}

/** Measures a run by the network's own record, not by what the dialling side says. */
export function measure(platform: EmulatedPlatform, runs: PingRun[], buyers: number): Figures {
  const answered = new Map(platform.network.traffic.map((entry) => [entry.url, entry.answered_at]));
  const all = runs.flatMap(({ results }) => results);
  const count = (kind: DialResult["kind"]) => all.filter((result) => result.kind === kind).length;
  const lags = runs.map(({ results, answered_at }, ping) => {
    const bids = results.flatMap((result, i) =>
      result.kind === "answer" && !result.late ? (answered.get(`https://b${i}.example/ping?n=${ping}`) ?? []) : [],
    );
    return bids.length === 0 ? Number.POSITIVE_INFINITY : answered_at - Math.max(...bids);
  });
  return {
    pings: runs.length,
    attempted:
      platform.network.traffic.filter((entry) => entry.aborted_at !== entry.sent_at).length / (runs.length * buyers),
    timeouts: count("timeout"),
    failures: count("failed"),
    lag_p99: percentile(lags, 0.99),
  };
}

function raise(message: string): never {
  throw new Error(message);
}
