import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { accepts, admin, bids, call, rejects, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";
import { Ahead, type JobAnswer, ring, rows, settle } from "./support.ts";

const DAY = 86_400_000;
const clock = new Ahead();
const world = new World();
let key: string;
const retention = (lead_days: number, consent_days: number, auction_days: number) => ({
  retention: { lead_days, consent_days, auction_days },
  duplicate_check: "off",
});
const campaign = (id: string, more: object) => ({ ...autoInsurance, ...more, id }) as typeof autoInsurance;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign(campaign("short", retention(10, 30, 5)), {}, [
    campaign("long", retention(100, 30, 60)),
    campaign("doubtful", { ...retention(10, 30, 5), deadlines: { lead_ms: 900 } }),
  ]);
  for (const name of ["short", "long"]) {
    await seedBuyer(`of_${name}`, name);
    world.buyers.set(`of_${name}`, { ping: bids(20), post: accepts() });
  }
  await seedBuyer("mute", "doubtful", { contract: { retry: { attempts: 1 }, post_timeout_ms: 500 } });
  world.buyers.set("mute", { ping: bids(20), post: silent });
});
afterAll(() => {
  world.end();
  clock.end();
});

/** The consent is given now, by the clock that runs ahead. */
const asked = () => ({ consent_at: new Date(Date.now() + clock.ms - 60_000).toISOString() });
const lead = async (to: string, n: number): Promise<string> =>
  String((await call(key, "/v1/leads", { campaign: to, lead: { ...wholeLead(n), ...asked() } })).body.lead_id);
const ping = async (to: string, n: number): Promise<string> =>
  String((await call(key, "/v1/pings", { campaign: to, lead: leadOf(n).ping, click_id: `c${n}` })).body.ping_id);
const erased = async (lead_id: string) =>
  (
    await rows<{ erased: number }>(
      "SELECT erased_at IS NOT NULL AND sealed = '' AND wrapped_key = '' AS erased FROM leads WHERE lead_id = ?",
      lead_id,
    )
  )[0]?.erased;
const auction = async (ping_id: string) => (await rows("SELECT 1 FROM auctions WHERE ping_id = ?", ping_id)).length;
const proofs = async () =>
  (await rows<{ lead_id: string }>("SELECT lead_id FROM consent_proofs ORDER BY lead_id")).map((row) => row.lead_id);

/** The keeper's own daily run, by its alarm alone. */
async function nextDay(days: number): Promise<JobAnswer> {
  await settle(clock);
  clock.ms += days * DAY;
  const before = new Set((await jobs()).map((job) => job.id));
  for (let n = 0; n < 200; n++) {
    await ring(clock, 25_000);
    const fresh = (await jobs()).filter((job) => !before.has(job.id));
    const job = fresh.find((one) => one.kind === "retention");
    if (job && fresh.every((one) => one.state !== "running")) return job;
  }
  throw new Error("the chores do not end");
}
const jobs = async () => (await admin("GET", "/jobs")).items as (JobAnswer & { kind: string })[];

it("by age, campaign by campaign: leads, then unposted auctions, then proofs; what rests is only told of", async () => {
  world.buyers.set("mute", { ping: bids(20), post: silent });
  const [short, long, resting] = [await lead("short", 1), await lead("long", 2), await lead("doubtful", 3)];
  const [unposted, kept] = [await ping("short", 4), await ping("long", 5)];
  expect(await nextDay(2)).toMatchObject({ state: "done", done: 0, failed: 0 });
  expect([await erased(short), await erased(long), await erased(resting)]).toEqual([0, 0, 0]);
  const short_auction =
    (await rows<{ ping_id: string }>("SELECT ping_id FROM leads WHERE lead_id = ?", short))[0]?.ping_id ?? "";

  // Auctions of five days and more.
  expect((await nextDay(5)).counts).toEqual({ auctions_removed: 1 });
  expect([await auction(unposted), await auction(kept), await auction(short_auction)]).toEqual([0, 1, 1]);

  // Leads of ten days and more. Their book has let go of them.
  const job = await nextDay(5);
  expect(job).toMatchObject({ state: "done", failed: 0, counts: { erased: 1, resting_kept: 1 } });
  expect([await erased(short), await erased(long), await erased(resting)]).toEqual([1, 0, 0]);
  expect(await proofs()).toEqual([short]);
  expect(await rows("SELECT subject FROM alerts WHERE kind = 'retention_rests'")).toEqual([
    { subject: "campaign:doubtful" },
  ]);
  expect(
    await rows("SELECT json_extract(record, '$.sealed') AS sealed FROM auctions WHERE ping_id = ?", short_auction),
  ).toEqual([{ sealed: null }]);
  expect(await admin("GET", `/leads/${short}/trace`)).toMatchObject({ lead: { state: "sold" }, sale: { price: 20 } });

  // Ended by an operator, the resting lead's time begins with its end.
  await admin("POST", `/leads/${resting}/resolve`, { as: "unsold", reason: "they never got it" });
  await nextDay(5);
  expect(await erased(resting)).toBe(0);
  await nextDay(6);
  expect(await erased(resting)).toBe(1);

  // The proof's own term: thirty days after the purge.
  expect(await proofs()).toEqual([short, resting].sort());
  await nextDay(21);
  expect(await proofs()).toEqual([resting]);
  expect(await auction(kept)).toBe(1);
  await nextDay(20);
  expect(await auction(kept)).toBe(0);
  expect(await erased(long)).toBe(0);
  expect(await rows("SELECT count(*) AS n FROM sales")).toEqual([{ n: 2 }]);
});

it("a lead that cannot be read keeps its data and is named; the rest goes on", async () => {
  world.buyers.set("of_short", { ping: bids(20), post: rejects });
  const [broken, sound] = [await lead("short", 11), await lead("short", 12)];
  await settle(clock);
  clock.ms += 9 * DAY;
  await settle(clock);
  await settle(clock);
  await env.DB.prepare("UPDATE leads SET wrapped_key = 'k9.gone' WHERE lead_id = ?").bind(broken).run();
  const job = await nextDay(3);
  expect(job).toMatchObject({ state: "done", failed: 1, failures: [{ item: broken, reason: "Error" }] });
  expect([await erased(broken), await erased(sound)]).toEqual([0, 1]);
});
