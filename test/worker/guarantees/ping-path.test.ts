import { env } from "cloudflare:workers";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { bids, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { post, sampleOf } from "./support.ts";

const COUNTS = [5, 20, 50] as const;
const sample = sampleOf(autoInsurance);
let key: string;

/** Counts each call of a binding and of whatever it hands out; the objects behind it are the real ones. */
function counted<T extends object>(target: T, calls: string[], name: string): T {
  return new Proxy(target, {
    get(real, property) {
      const value: unknown = Reflect.get(real, property, real);
      if (typeof property !== "string" || typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (property !== "idFromName") calls.push(`${name}.${property}`);
        const result: unknown = Reflect.apply(value, real, args);
        return property === "get" || property === "prepare" ? counted(result as object, calls, name) : result;
      };
    },
  });
}

/** One env to watch: `before` holds the calls up to the answer, `calls` all of them. */
function watched() {
  const calls: string[] = [];
  const before: string[] = [];
  const names = ["DB", "BOOK", "ACCOUNT", "DIALER", "DELIVERIES"] as const;
  const wrapped = Object.fromEntries(names.map((name) => [name, counted(env[name], calls, name)]));
  return {
    env: { ...env, ...wrapped },
    answered: () => void before.push(...calls),
    before,
    of: (binding: string) => calls.filter((call) => call.startsWith(`${binding}.`)),
  };
}

const campaignOf = (buyers: number) => `auto_${buyers}`;
let world: World;

beforeAll(async () => {
  const [first, ...others] = COUNTS.map((count) => ({ ...autoInsurance, id: campaignOf(count) }));
  if (!first) throw new Error("no campaigns");
  key = await seedCampaign(first, { campaigns: COUNTS.map(campaignOf), pings_per_second: 10_000 }, others);
  await Promise.all(
    COUNTS.map(async (count) => {
      for (let n = 0; n < count; n++)
        await seedBuyer(`b${count}_${n}`, campaignOf(count), { contract: { ping_timeout_ms: 1_000 } });
    }),
  );
}, 30_000);

afterEach(() => {
  world.end();
  vi.restoreAllMocks();
});

it.each(COUNTS)("asks nobody of its own before it answers a ping to %i buyers", async (buyers) => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  for (let n = 0; n < buyers; n++) world.buyers.set(`b${buyers}_${n}`, { ping: bids(10 + n / 100) });
  const ping = { campaign: campaignOf(buyers), lead: sample.ping };
  await (await post(key, "/v1/pings", ping)).settled;

  for (let n = 0; n < 3; n++) {
    const watch = watched();
    const answered = await post(key, "/v1/pings", ping, {}, watch);
    expect(answered.body).toMatchObject({ result: "accepted" });
    expect(answered.body.bids).toHaveLength(buyers);
    await answered.settled;
    expect(watch.before.filter((call) => !call.startsWith("DIALER."))).toEqual([]);
    expect(watch.of("DIALER").filter((call) => call === "DIALER.dial").length).toBeLessThanOrEqual(
      Math.ceil(Math.max(0, buyers - 6) / 6),
    );
    // The proxies do see what happens after the answer.
    expect(watch.of("BOOK")).toContain("BOOK.record");
  }
  expect(world.received).toHaveLength(4 * buyers);
});

it("reports health and reads changes only after the answer, however old both are", async () => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  for (let n = 0; n < 20; n++) world.buyers.set(`b20_${n}`, { ping: () => new Response("busy", { status: 500 }) });
  const ping = { campaign: campaignOf(20), lead: sample.ping };
  await (await post(key, "/v1/pings", ping)).settled;
  // Health is due again, the snapshot older than its background refresh, not yet old enough to be waited for.
  world.moveClock(1_200);
  const watch = watched();
  const answered = await post(key, "/v1/pings", ping, {}, watch);
  expect(answered.body).toMatchObject({ result: "rejected", code: "no_bids" });
  await answered.settled;
  expect(watch.before.filter((call) => !call.startsWith("DIALER."))).toEqual([]);
  expect(watch.of("ACCOUNT").filter((call) => call === "ACCOUNT.health")).toHaveLength(20);
  expect(watch.of("DB").length).toBeGreaterThan(0);
  expect(watch.of("DELIVERIES")).toEqual([]);
});
