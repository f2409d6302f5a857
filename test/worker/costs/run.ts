import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import { accepts, bids, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { type Answered, post, sampleOf } from "../guarantees/support.ts";
import { type Counts, Meter } from "./meter.ts";

/** Traffic of one isolate. */
export interface Mix {
  buyers: number;
  /** Pings a second, evenly spread. */
  rate: number;
  pings: number;
  /** Every so many pings one is posted, and sold. */
  post_every: number;
}

const SLICE_MS = 20;
let start = 0;

export interface Counted {
  counts: Counts;
  statements: Counts;
  /** Rows that clearing away after a week and a month wrote, and alarms that it set. */
  cleared: Counts;
}

/** Buyers, a campaign and a publisher with a live key. */
export async function seedWorld(buyers: number): Promise<{ world: World; key: string }> {
  const world = new World();
  // What an isolate lists of unposted pings in the long run (worker/gateway/listing.ts), without the burst of its first minutes.
  const key = await seedCampaign({ ...autoInsurance, record_unposted: 0.025 }, { pings_per_second: 10_000 });
  for (let n = 0; n < buyers; n++) {
    const name = `buyer_${n}`;
    await seedBuyer(name, autoInsurance.id, { contract: { ping_timeout_ms: 2_000 } });
    world.buyers.set(name, { ping: bids(10 + ((n * 7) % buyers) / 100), post: accepts() });
  }
  return { world, key };
}

/** Lets pings and posts run at their rate by the gateway's own clock, alarms included, until everything has reached the ledger. */
export async function play(world: World, key: string, mix: Mix): Promise<Counted> {
  const sample = sampleOf(autoInsurance);
  const meter = new Meter();
  let lines = 0;
  const log = vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    meter.add("log.events");
    meter.add("log.bytes", String(text).length);
    const { event } = JSON.parse(String(text)) as { event?: string };
    if (event === "auction" || event === "delivery") lines++;
  });
  // A clock that only the run moves, and so far ahead that no alarm rings by itself.
  world.moveClock(86_400_000);
  // On the hour: no slot or window of the sums begins while it is counted, whenever the test runs.
  start = Math.ceil(Date.now() / 3_600_000) * 3_600_000;
  const unfreeze = replaceDeps({ now: () => clock(world) });
  // Everything exists and is warm before it is measured.
  for (let n = 0; n < 3; n++) await one(key, sample, 8_990 + n, true);
  await ring(world, 120_000);
  await meter.start();
  meter.counts = {};
  lines = 0;
  const settled: Promise<void>[] = [];
  let due = 0;
  let done = 0;
  for (let slice = 0; done < mix.pings; slice++) {
    due += (mix.rate * SLICE_MS) / 1_000;
    const now: Promise<unknown>[] = [];
    for (; done < Math.min(Math.floor(due + 1e-9), mix.pings); done++) {
      meter.add("worker.requests");
      const posted = done % mix.post_every === 0;
      if (posted) meter.add("worker.requests");
      now.push(one(key, sample, done, posted).then((rest) => void settled.push(...rest)));
    }
    await Promise.all(now);
    if (now.length > 0) await Promise.all(settled.splice(0));
    world.moveClock(SLICE_MS);
    if (slice % 10 === 9) await ring(world, 0);
  }
  await ring(world, 1_000);
  for (let n = 0; n < 6; n++) await ring(world, 5_000);
  meter.flush();
  const [counts, statements] = [{ ...meter.counts }, { ...meter.statements }];
  meter.counts = {};
  for (const days of [8, 23]) for (let n = 0; n < 4; n++) await ring(world, n === 0 ? days * 86_400_000 : 5_000);
  meter.stop();
  unfreeze();
  log.mockRestore();
  counts["analytics.points"] = lines;
  return { counts, statements, cleared: meter.counts };
}

type Sample = ReturnType<typeof sampleOf>;

async function one(key: string, sample: Sample, n: number, posted: boolean): Promise<Promise<void>[]> {
  const phone = `+1512${String(2_000_000 + n * 37)}`;
  const lead = { ...sample.ping };
  const pinged = await post(key, "/v1/pings", { campaign: autoInsurance.id, lead, click_id: `c${n}` });
  if (pinged.body.result !== "accepted") throw new Error(`ping: ${pinged.text}`);
  const settled = [pinged.settled];
  if (posted) {
    const whole = { ...sample.post, phone, email: `lead${n}@example.com` };
    const sold: Answered = await post(key, "/v1/posts", { ping_id: pinged.body.ping_id, lead: whole });
    if (sold.body.result !== "accepted") throw new Error(`post: ${sold.text}`);
    settled.push(sold.settled);
  }
  return settled;
}

/** Moves the clock, then rings what is due by it. */
async function ring(world: World, ms: number): Promise<void> {
  world.moveClock(ms);
  const now = clock(world);
  for (const namespace of [env.BOOK, env.ACCOUNT] as DurableObjectNamespace[])
    for (const id of await listDurableObjectIds(namespace)) {
      const stub = namespace.get(id);
      const at = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
      if (at !== null && at <= now) await runDurableObjectAlarm(stub);
    }
}

const clock = (world: World): number => start + world.movedBy;
