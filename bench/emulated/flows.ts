import { hostOf } from "../../test/support/emulated-config.ts";
import { EmulatedGateway } from "../../test/support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../test/support/emulated-platform.ts";
import { accepts, bid, buyer, leadOf, market, names } from "../../test/support/lead-load.ts";
import { between, seededRandom } from "../../test/support/random.ts";
import { runPing } from "../../worker/flows/ping.ts";
import { logNormal, TIMEOUT_MS } from "./buyers.ts";
import { type Spread, short, spread } from "./cell.ts";

/** Whole pings: parsed facts to answer, by the flows of production with their snapshot, dialects, ranking, books and log lines. */
export interface FlowFigures {
  rate: number;
  buyers: number;
  dialers: number;
  pings: number;
  seed: number;
  answer_ms: Spread;
  added_ms: Spread;
  asked: number;
  short: number;
}

export type FlowCell = Pick<FlowFigures, "rate" | "buyers" | "dialers" | "pings" | "seed">;

export async function runFlows(cell: FlowCell): Promise<FlowFigures> {
  const platform = new EmulatedPlatform(cell.seed);
  const { time } = platform;
  const last = new Map<number, number>();
  for (const [i, name] of names(cell.buyers).entries()) {
    const random = seededRandom(cell.seed * 1_000 + i);
    const ping = (request: { body: string }) => {
      const after_ms = logNormal(random);
      const n = leadOf(request);
      last.set(n, Math.max(last.get(n) ?? 0, time.now() + Math.min(after_ms, TIMEOUT_MS)));
      return bid(after_ms, between(random, 1, 40));
    };
    platform.buyer(
      hostOf(name),
      buyer(ping, () => accepts(50)),
    );
  }
  const set = market(names(cell.buyers).map((name) => ({ name })));
  const gateway = new EmulatedGateway(platform, set, { settings: { DIALERS: cell.dialers } });
  const runs = await time.run(async () => {
    const snapshot = await gateway.warm();
    const arrivals = seededRandom(cell.seed + 1);
    const open: Promise<{ began: number; answered: number }>[] = [];
    while (open.length < cell.pings) {
      await time.sleep((-Math.log(1 - arrivals()) * 1_000) / cell.rate);
      platform.network.traffic.length = 0;
      const began = time.now();
      const ping = runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", open.length));
      open.push(ping.then(() => ({ began, answered: time.now() })));
    }
    const all = await Promise.all(open);
    // The auctions of the last pings are still being written.
    await time.sleep(2_000);
    return all;
  });
  const auctions = gateway.log.filter((line) => line.event === "auction");
  if (auctions.length !== cell.pings) throw new Error(`${auctions.length} auctions of ${cell.pings} pings`);
  const missed = auctions.map((line) => Number(line.not_attempted));
  return {
    ...cell,
    answer_ms: spread(runs.map(({ began, answered }) => answered - began)),
    added_ms: spread(runs.map(({ answered }, n) => answered - (last.get(n) ?? Number.NaN))),
    asked: short(1 - missed.reduce((a, b) => a + b, 0) / (cell.pings * cell.buyers), 5),
    short: short(missed.filter((count) => count > 0).length / cell.pings, 4),
  };
}
