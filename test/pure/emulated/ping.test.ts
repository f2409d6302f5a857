import { describe, expect, it } from "vitest";
import type { PingResult } from "../../../worker/flows/answers.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { accepts, bid, buyer, crowd, leadOf, market, uniform } from "../../support/lead-load.ts";
import { between, percentile, seededRandom } from "../../support/random.ts";

describe("a buyer of 700 ms with a timeout of a second, on the emulated platform", () => {
  for (const { timeout_ms, winner, price, timeouts, within } of [
    { timeout_ms: undefined, winner: "slow", price: 240_000, timeouts: 0, within: 730 },
    { timeout_ms: 800, winner: "slow", price: 240_000, timeouts: 0, within: 730 },
    { timeout_ms: 500, winner: "fast", price: 80_000, timeouts: 1, within: 500 },
  ]) {
    it(`publisher's timeout_ms ${timeout_ms ?? "not given"}: ${winner} wins`, async () => {
      const platform = new EmulatedPlatform(31);
      const never = () => accepts(0);
      platform.buyer(
        hostOf("slow"),
        buyer(() => bid(700, 30), never),
      );
      platform.buyer(
        hostOf("fast"),
        buyer(() => bid(40, 10), never),
      );
      const buyers = [{ name: "slow", endpoint: { ping_timeout_ms: 1_000 } }, { name: "fast" }];
      const gateway = new EmulatedGateway(platform, market(buyers));
      await platform.time.run(async () => {
        const snapshot = await gateway.warm();
        const { g } = gateway.invoke();
        const began = platform.time.now();
        const answer = (await runPing(g, { ...gateway.ping(snapshot, "pub", 1), timeout_ms })) as PingResult;
        expect(answer).toMatchObject({ kind: "ping", result: "accepted", price });
        expect(platform.time.now() - began).toBeLessThanOrEqual(within);
        await platform.time.sleep(300);
        expect(gateway.log.find((line) => line.event === "auction")).toMatchObject({
          winner,
          timeouts,
          not_attempted: 0,
        });
      });
    });
  }
});

describe("what the gateway adds to a ping, on the emulated platform", () => {
  const rows: string[] = ["answer after the slowest counted bid (ms)   p50    p99    max"];
  for (const count of [5, 20, 50]) {
    it(`${count} buyers`, async () => {
      const platform = new EmulatedPlatform(40 + count);
      const buyers = crowd(platform, count, uniform(300, 700), 0);
      const gateway = new EmulatedGateway(platform, market(buyers.map((name) => ({ name }))));
      const answered = await platform.time.run(() => pingLoad(gateway, 100));
      const slowest = new Map<number, number>();
      for (const entry of platform.network.traffic)
        slowest.set(leadOf(entry), Math.max(slowest.get(leadOf(entry)) ?? 0, entry.answered_at ?? Number.NaN));
      const added = answered.map((at, n) => at - (slowest.get(n) ?? Number.NaN));
      const p = (fraction: number) => percentile(added, fraction);
      rows.push(
        `  ${String(count).padStart(2)} buyers`.padEnd(41) +
          [p(0.5), p(0.99), p(1)].map((ms) => ms.toFixed(1).padStart(7)).join(""),
      );
      if (count === 50) console.log(rows.join("\n"));
      expect(added).toHaveLength(100);
      expect(p(0.99)).toBeLessThanOrEqual(25);
      // Up to six buyers are dialled from the Worker itself: nothing at all is added.
      if (count <= 6) expect(p(1)).toBeLessThan(1);
    });
  }
});

/** Pings some 20 ms apart; when each was answered. */
async function pingLoad(gateway: EmulatedGateway, count: number): Promise<number[]> {
  const { time } = gateway.platform;
  const snapshot = await gateway.warm();
  const random = seededRandom(7);
  const pings: Promise<number>[] = [];
  for (let n = 0; n < count; n++) {
    await time.sleep(between(random, 0, 40));
    pings.push(runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", n)).then(() => time.now()));
  }
  return Promise.all(pings);
}
