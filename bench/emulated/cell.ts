import { DialerCore } from "../../durable-objects/dialer-core.ts";
import type { DialCommand, DialerPort } from "../../schema/rpc/dialer.ts";
import { EmulatedPlatform, LATENCIES } from "../../test/support/emulated-platform.ts";
import { percentile, seededRandom } from "../../test/support/random.ts";
import type { FanOutStats } from "../../worker/buyers/dialer-pool.ts";
import { fanOut } from "../../worker/buyers/fan-out.ts";
import { SlotPool } from "../../worker/buyers/slots.ts";
import { checkUrl } from "../../worker/buyers/url-guard.ts";
import { WarmDialers } from "../../worker/buyers/warm-dialers.ts";
import { noting, type Seen, TIMEOUT_MS } from "./buyers.ts";
import { type DialerLoad, dialersFor, groupsOf, shortShare } from "./pool-rule.ts";

/** One load on one pool. */
export interface Cell {
  rate: number;
  buyers: number;
  /** 0: none, the seventh buyer waits for one of the Worker's own connections. */
  dialers: number;
  group_size: number;
  redials: number;
  /** Ms, there and back. */
  hop: number;
  pings: number;
  seed: number;
  /** Isolates that share the pings evenly, each with its warm dialers; 0: every dialer is drawn anew. */
  isolates: number;
}

interface Run {
  n: number;
  began: number;
  answered: number;
  stats: FanOutStats;
}

export interface Figures extends Cell {
  /** Ms from the ping's arrival to its answer; from the last counted bid (or the end of a late buyer's time) to it. */
  answer_ms: Spread;
  added_ms: Spread;
  /** Share of buyers that were asked; of pings that missed one or more; of object calls that were told `busy`. */
  asked: number;
  short: number;
  busy: number;
  object_calls: number;
  redials_a_ping: number;
  slot_wait_ms: Spread;
  /** Ms for which a group kept its dialer, mean; dialers that were busy at a time, mean. */
  hold_ms: number;
  busy_dialers: number;
  /** Share of object calls that met a dialer which nobody had called for {@link COLD_MS}, or ever. */
  cold: number;
  /** What the rule says of this load: share of pings short with these dialers, and dialers for 0.5 %. */
  rule_short: number;
  rule_dialers: number;
}
export interface Spread {
  p50: number;
  p99: number;
  p999: number;
}

export const spread = (values: number[]): Spread => ({
  p50: short(percentile(values, 0.5)),
  p99: short(percentile(values, 0.99)),
  p999: short(percentile(values, 0.999)),
});
export const short = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Share of pings that may miss a buyer for want of a dialer. */
export const SHORT_GOAL = 0.005;
/** The defaults of a campaign: 1 s for a ping less 35 ms of our own; late answers are waited for 100 ms. */
const WITHIN_MS = 965;
const GRACE_MS = 100;
/** An object without calls is gone from memory after so long. */
const COLD_MS = 10_000;
/** Pings of the beginning that find an empty pool are not counted. */
const WARM_UP_MS = 300;

/** The product's own fan-out and dialers under a load of pings that arrive at random, in virtual time. */
export async function runCell(cell: Cell): Promise<Figures> {
  const platform = new EmulatedPlatform(cell.seed, { ...LATENCIES, hop: cell.hop });
  const { time, network } = platform;
  const seen = new Map<number, Seen>();
  const urls = Array.from({ length: cell.buyers }, (_, i) => {
    network.buyer(`b${i}.example`, noting(seededRandom(cell.seed * 1_000 + i), time.now, seen));
    return `https://b${i}.example/ping?n=`;
  });
  const held: Held = { ms: 0, groups: 0, cold: 0 };
  const dial = ourDial(platform, cell, held);
  const runs = await time.run(async () => {
    const arrivals = seededRandom(cell.seed + 1);
    const open: Promise<Run>[] = [];
    const counted_from = time.now() + WARM_UP_MS;
    let uncounted = 0;
    while (open.length - uncounted < cell.pings) {
      await time.sleep((-Math.log(1 - arrivals()) * 1_000) / cell.rate);
      // The network's own record is not used here, and would fill the memory.
      network.traffic.length = 0;
      const [n, began] = [open.length, time.now()];
      if (began < counted_from) {
        uncounted++;
        held.cold = 0;
      }
      open.push(dial(urls.map((url) => url + n)).then((stats) => ({ n, began, answered: time.now(), stats })));
    }
    const all = await Promise.all(open);
    return all.slice(uncounted);
  });
  return figuresOf(cell, runs, seen, held);
}

interface Held {
  ms: number;
  groups: number;
  cold: number;
}

function ourDial(platform: EmulatedPlatform, cell: Cell, held: Held): (urls: string[]) => Promise<FanOutStats> {
  const { time } = platform;
  const dialers = Array.from({ length: cell.dialers }, () => {
    const deps = platform.deps();
    const core = new DialerCore(() => deps);
    const dial = async (command: DialCommand) => {
      const began = time.now();
      const reply = await core.dial(command);
      if (reply.kind === "done") {
        held.ms += time.now() - began;
        held.groups++;
      }
      return reply;
    };
    return platform.object("dialer", { dial });
  });
  const called = new Map<number, number>();
  const get = (n: number): DialerPort => {
    if (time.now() - (called.get(n) ?? Number.NEGATIVE_INFINITY) > COLD_MS) held.cold++;
    called.set(n, time.now());
    return dialers[n] ?? raise(`no dialer ${n}`);
  };
  const { group_size, redials } = cell;
  const memories = Array.from({ length: cell.isolates }, () => new WarmDialers());
  const random = seededRandom(cell.seed + 2);
  return async (urls) => {
    const { deps } = platform.invocation();
    const calls = urls.map((url) => ({
      key: url,
      timeout_ms: TIMEOUT_MS,
      request: { ok: true as const, request: { method: "POST", url, headers: [], body: "{}" } },
    }));
    const { results, stats } = fanOut({
      ...{ deps, calls, within_ms: WITHIN_MS, late_grace_ms: GRACE_MS, slots: new SlotPool() },
      dialers: { count: cell.dialers, get, group_size, redials, warm: memories[Math.floor(random() * cell.isolates)] },
      guard: (url) => checkUrl(url, { local: false }),
    });
    await results;
    return { ...stats };
  };
}

function figuresOf(cell: Cell, runs: Run[], seen: Map<number, Seen>, held: Held): Figures {
  const total = (of: (run: Run) => number) => runs.reduce((sum, run) => sum + of(run), 0);
  const calls = total(({ stats }) => stats.object_calls);
  const hold_ms = held.ms / Math.max(1, held.groups);
  const load: DialerLoad = { ...cell, pings_per_s: cell.rate, own: 6, hold_ms };
  const done = calls - total(({ stats }) => stats.busy);
  const seconds = ((runs.at(-1)?.began ?? 0) - (runs[0]?.began ?? 0)) / 1_000;
  return {
    ...cell,
    answer_ms: spread(runs.map(({ began, answered }) => answered - began)),
    added_ms: spread(runs.map(({ n, answered }) => answered - (seen.get(n)?.last ?? Number.NaN))),
    asked: short(total(({ n }) => seen.get(n)?.asked ?? 0) / (runs.length * cell.buyers), 5),
    short: short(runs.filter(({ stats }) => stats.not_attempted > 0).length / runs.length, 4),
    busy: short(total(({ stats }) => stats.busy) / Math.max(1, calls), 4),
    object_calls: short(calls / runs.length),
    redials_a_ping: short(total(({ stats }) => stats.redials) / runs.length, 3),
    slot_wait_ms: spread(runs.map(({ stats }) => stats.slot_wait_ms)),
    hold_ms: short(hold_ms, 1),
    busy_dialers: short(((done / seconds) * hold_ms) / 1_000, 1),
    cold: short(held.cold / Math.max(1, calls), 4),
    rule_short: cell.dialers === 0 ? 0 : short(shortShare(load, cell.dialers), 4),
    rule_dialers: groupsOf(load) === 0 ? 0 : dialersFor(load, SHORT_GOAL),
  };
}

function raise(message: string): never {
  throw new Error(message);
}
