import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { accepts, admin, bids, rejects, seedBuyer, seedCampaign, seedPublisher, World } from "../../support/world.ts";
import { fresh, incidents, MINUTE, ring } from "./support.ts";

let world: World;
let key = "";
beforeEach(async () => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  if (key === "") {
    await seedCampaign(autoInsurance);
    key = await seedPublisher({ id: "house", campaigns: [autoInsurance.id] }, { test: true });
    await seedBuyer("tester", autoInsurance.id, { endpoint: { accepts_test: true } });
  }
  await fresh();
});
afterEach(() => world.end());

const record = (more: object = {}) => ({ name: "Whole way", campaign_id: autoInsurance.id, key, ...more });
const watch = async () =>
  (await admin("GET", "/alerts/watch")).synthetic as {
    id: string;
    ok: boolean;
    result: string;
    failed_in_row: number;
  }[];

it.each(["two_step", "one_step"])("a lead goes the whole way through the front door: %s", async (way) => {
  world.buyers.set("tester", { ping: bids(20), post: accepts() });
  await admin("PUT", "/synthetics/auto", record({ way }));
  expect(await admin("POST", "/synthetics/auto/run")).toMatchObject({ ok: true, result: "accepted" });
  expect(world.to("tester", "post").length).toBe(1);
  // Again: another telephone number, so that it is no duplicate.
  expect(await admin("POST", "/synthetics/auto/run")).toMatchObject({ ok: true });
  const phones = world.to("tester", "post").map(({ body }) => (JSON.parse(body) as { phone: string }).phone);
  expect(phones.every((phone) => /^\+1\d{3}55501\d\d$/.test(phone))).toBe(true);
});

it("is sent on its schedule; its failure is an alert until it works again", async () => {
  world.buyers.set("tester", { ping: bids(20), post: rejects });
  await admin("PUT", "/synthetics/auto", record({ every_min: 5 }));
  // The keeper reads the record with one look and sends with the next.
  for (let n = 0; n < 3; n++) await ring(world, MINUTE);
  expect(await watch()).toMatchObject([{ id: "auto", ok: false, result: "rejected", failed_in_row: 1 }]);
  expect(await incidents("?kind=synthetic_failed")).toMatchObject([
    { state: "open", severity: "critical", subject: "campaign:auto_insurance" },
  ]);
  world.buyers.set("tester", { ping: bids(20), post: accepts() });
  for (let n = 0; n < 10; n++) await ring(world, MINUTE);
  expect(await watch()).toMatchObject([{ ok: true, result: "accepted", failed_in_row: 0 }]);
  expect(await incidents("?kind=synthetic_failed")).toMatchObject([{ state: "resolved" }]);
});

it.each([
  ["a magic ZIP needs no buyer", { lead: { zip: "00001" } }, { ok: true, result: "accepted" }],
  ["what is expected may be a no", { lead: { zip: "00005" }, expect: "rejected" }, { ok: true }],
  ["a key that is gone", { key: `pk_test_${"x".repeat(32)}` }, { ok: false, result: "http_401" }],
  ["a lead that does not fit", { lead: { zip: "nowhere" } }, { ok: false, result: "http_422" }],
])("%s", async (_, more, expected) => {
  await admin("PUT", "/synthetics/auto", record(more));
  expect(await admin("POST", "/synthetics/auto/run")).toMatchObject(expected);
});

it("takes test keys only, and shows none", async () => {
  await expect(admin("PUT", "/synthetics/x", record({ key: `pk_live_${"x".repeat(32)}` }))).rejects.toThrow(/422.*key/);
  await expect(admin("PUT", "/synthetics/x", record({ lead: { colour: "red" } }))).rejects.toThrow(/422.*lead\.colour/);
  const shown = JSON.stringify([
    await admin("GET", "/synthetics/auto"),
    await admin("GET", "/synthetics/auto/history"),
  ]);
  expect(shown).not.toContain("pk_test");
});
