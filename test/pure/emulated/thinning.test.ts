import { expect, it } from "vitest";
import type { ContractInput } from "../../../schema/config/buyer.ts";
import type { PublisherInput } from "../../../schema/config/publisher.ts";
import type { ContractStatus } from "../../../schema/status.ts";
import type { PingResult } from "../../../worker/flows/answers.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { runPost } from "../../../worker/flows/post.ts";
import type { Snapshot } from "../../../worker/snapshot/snapshot.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { accepts, bid, buyer, isPost, market } from "../../support/lead-load.ts";

const ALL_OPEN: ContractStatus = { closed: [], left: null, left_until: null, paced_until: null };

/** Two buyers, of whom the account of the better one has told `status`, and one isolate. */
async function told(
  status: (now: number) => Partial<ContractStatus>,
  changes: { mode?: PublisherInput["mode"]; contract?: ContractInput["on_cap"] },
  play: (market: Played) => Promise<void>,
): Promise<void> {
  const platform = new EmulatedPlatform(77);
  for (const [name, price] of [
    ["best", 20],
    ["next", 10],
  ] as const)
    platform.buyer(
      hostOf(name),
      buyer(
        () => bid(20, price),
        () => accepts(50),
      ),
    );
  const set = market([{ name: "best", contract: { on_cap: changes.contract } }, { name: "next" }]);
  const publishers = set.publishers.map((publisher) => ({ ...publisher, mode: changes.mode ?? "final" }));
  const gateway = new EmulatedGateway(platform, { ...set, publishers }, { isolates: 1 });
  await platform.time.run(async () => {
    const snapshot = await gateway.warm();
    const body = JSON.stringify({ ...ALL_OPEN, ...status(platform.time.now()) });
    snapshot.apply({ config: [], status: [{ kind: "contract", id: "best", seq: 1, body }], suppressions: [] });
    const ping = async (n: number) =>
      (await runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", n))) as PingResult;
    const asked = () => platform.network.traffic.filter((entry) => entry.url.includes("best") && !isPost(entry)).length;
    await play({ platform, gateway, snapshot, ping, asked });
  });
}

interface Played {
  platform: EmulatedPlatform;
  gateway: EmulatedGateway;
  snapshot: Snapshot;
  ping: (n: number) => Promise<PingResult>;
  /** Pings that reached the better buyer. */
  asked: () => number;
}

it("with one place left, hardly more than one offer goes out; the next when it was posted or is over", () =>
  told(
    () => ({ left: 1 }),
    {},
    async ({ platform, gateway, snapshot, ping, asked }) => {
      const first = await ping(0);
      expect(first.price).toBe(160_000);
      const offers: PingResult[] = [];
      for (let n = 1; n <= 30; n++) offers.push(await ping(n));
      // A share of exp(-2), then exp(-4), exp(-6).
      const best = offers.filter((offer) => offer.price === 160_000);
      expect(best.length).toBeLessThanOrEqual(6);
      expect(asked()).toBe(1 + best.length);
      expect(offers.filter((offer) => offer.price === 80_000)).toHaveLength(30 - best.length);
      for (const [n, offer] of [first, ...best].entries())
        await runPost(gateway.invoke().g, gateway.post(snapshot, "pub", n, offer.ping_id));
      expect((await ping(31)).price).toBe(160_000);
      await platform.time.sleep(121_000);
      expect((await ping(32)).price).toBe(160_000);
    },
  ));

const HOUR = 3_600_000;
const QUEUE = { do: "queue", max_hours: 1 } as const;
const capped = (ms: number) => (now: number) => ({ closed: [{ source: null, until: now + ms }] });
const pacedFor = (ms: number) => (now: number) => ({ paced_until: now + ms });

it.each([
  ["paced", pacedFor(HOUR / 2), {}, 80_000],
  [
    "paced, a queue, a publisher that waits",
    pacedFor(HOUR / 2),
    { mode: "pending" as const, contract: QUEUE },
    160_000,
  ],
  ["capped, a queue, a publisher that waits", capped(HOUR / 2), { mode: "pending" as const, contract: QUEUE }, 160_000],
  ["capped for longer than the queue", capped(2 * HOUR), { mode: "pending" as const, contract: QUEUE }, 80_000],
  ["capped, a queue, a publisher that does not wait", capped(HOUR / 2), { contract: QUEUE }, 80_000],
])("%s", (_name, status, changes, price) =>
  told(status, changes, async ({ ping }) => {
    expect((await ping(0)).price).toBe(price);
  }),
);
