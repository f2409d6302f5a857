import { expect, it } from "vitest";
import type { EndpointInput } from "../../../schema/config/buyer.ts";
import type { PingResult } from "../../../worker/flows/answers.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { accepts, bid, buyer, market } from "../../support/lead-load.ts";

interface Played {
  ping: (changes?: { test?: boolean }) => Promise<PingResult>;
  pings: (count: number) => Promise<void>;
  /** From now on the slow buyer needs so long. */
  takes: (ms: number) => void;
  /** Pings that reached the slow buyer. */
  asked: () => number;
  gauges: () => Record<string, number>;
  log: () => Record<string, unknown>[];
}

/** The best buyer answers after the auction's deadline, which no breaker minds; another is quick, if `others`. One isolate. */
async function late(endpoint: Partial<EndpointInput>, others: boolean, play: (played: Played) => Promise<void>) {
  const platform = new EmulatedPlatform(78);
  let after_ms = 1_500;
  const post = () => accepts(50);
  platform.buyer(
    hostOf("slow"),
    buyer(() => bid(after_ms, 20), post),
  );
  platform.buyer(
    hostOf("quick"),
    buyer(() => bid(20, 10), post),
  );
  const slow = { name: "slow", endpoint: { ping_timeout_ms: 5_000, accepts_test: true, ...endpoint } };
  const gateway = new EmulatedGateway(platform, market(others ? [slow, { name: "quick" }] : [slow]), { isolates: 1 });
  await platform.time.run(async () => {
    const snapshot = await gateway.warm();
    let n = 0;
    const ping = async (changes: { test?: boolean } = {}) => {
      const { g, settled } = gateway.invoke();
      const result = (await runPing(g, { ...gateway.ping(snapshot, "pub", n++), ...changes })) as PingResult;
      await settled();
      return result;
    };
    await play({
      ping,
      pings: async (count) => {
        for (let i = 0; i < count; i++) await ping();
      },
      takes: (ms) => {
        after_ms = ms;
      },
      asked: () => platform.network.traffic.filter((entry) => entry.url.includes("slow")).length,
      gauges: () => gateway.invoke().g.isolate.gauges.read(0),
      log: () => gateway.log as Record<string, unknown>[],
    });
  });
}

it("a buyer that is always too late is asked in few pings, and in all of them soon after it is quick", () =>
  late({}, true, async ({ pings, takes, asked, gauges, log }) => {
    await pings(20);
    expect(asked()).toBe(20);
    await pings(200);
    const explored = asked() - 20;
    // 5 % of 200, give or take what a draw may.
    expect(explored).toBeGreaterThan(1);
    expect(explored).toBeLessThan(24);
    expect(gauges().shaped).toBe(200 - explored);
    expect(log().filter((line) => line.excluded === 1)).toHaveLength(200 - explored);
    takes(30);
    await pings(150);
    const before = asked();
    await pings(50);
    expect(asked() - before).toBe(50);
  }));

it("tests are always sent, and count for nothing", () =>
  late({}, true, async ({ ping, pings, asked }) => {
    await pings(60);
    const before = asked();
    for (let i = 0; i < 10; i++) await ping({ test: true });
    expect(asked() - before).toBe(10);
  }));

it("who is alone is asked, late or not", () =>
  late({}, false, async ({ pings, asked }) => {
    await pings(60);
    expect(asked()).toBe(60);
  }));

it("a least share of 100 % switches it off", () =>
  late({ shaping: { least_share_percent: 100 } }, true, async ({ pings, asked }) => {
    await pings(60);
    expect(asked()).toBe(60);
  }));
