import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { leadOf } from "../../support/leads.ts";
import { AheadClock, keptLeads } from "../../support/objects.ts";
import { fieldsOf, send } from "../../support/raw.ts";
import { accepts, bids, seedBuyer, seedCampaign, seedPublisher, World } from "../../support/world.ts";

const campaign = autoInsurance.id;
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const clock = new AheadClock();
let key: string;
let stranger: string;
let world: World;
let next = 1;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  stranger = await seedPublisher({ id: "other", campaigns: [campaign] });
  await seedBuyer("alpha", campaign);
});
beforeEach(() => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(20), post: accepts() });
});
afterEach(() => world.end());

async function ping(): Promise<{ ping_id: string; n: number }> {
  const n = next++;
  const answer = await send("/v1/pings", { key, body: { campaign, lead: leadOf(n).ping } });
  expect(answer.body).toMatchObject({ result: "accepted" });
  return { ping_id: String(answer.body.ping_id), n };
}
const post = (ping_id: string, n: number, more: { key?: string; lead?: object } = {}) =>
  send("/v1/posts", { key: more.key ?? key, body: { ping_id, lead: { ...leadOf(n).post, ...more.lead } } });

it("an id with any one character changed is no ping: nothing is kept, nobody is asked", async () => {
  const { ping_id, n } = await ping();
  expect(ping_id).toMatch(/^[A-Za-z0-9]{28}$/);
  for (let at = 0; at < ping_id.length; at++) {
    const letter = LETTERS.indexOf(ping_id[at] ?? "");
    for (const step of [1, 31]) {
      const other = LETTERS[(letter + step) % LETTERS.length];
      const forged = ping_id.slice(0, at) + other + ping_id.slice(at + 1);
      const answer = await post(forged, n);
      expect([at, answer.status, answer.type, answer.body.code]).toEqual([
        at,
        404,
        "application/problem+json",
        "ping_not_found",
      ]);
    }
  }
  expect(await keptLeads()).toEqual([]);
  expect(world.to("alpha", "post")).toEqual([]);
  expect((await post(ping_id, n)).body).toMatchObject({ result: "accepted" });
});

it.each([
  "x",
  "p".repeat(28),
  "pb00äöüäöüäöüäöüäöüäöü",
  " ".repeat(28),
  "../../../../etc/passwd000000",
  "l".padEnd(28, "0"),
  "\u0000".repeat(28),
])("what was never an id: %j", async (ping_id) => {
  const answer = await post(ping_id, next++);
  expect([answer.status, answer.body.code]).toEqual([404, "ping_not_found"]);
});

it.each([
  ["", 422],
  ["p".repeat(65), 422],
  [7, 422],
  [null, 422],
  [["pb"], 422],
])("a ping_id that is none: %j names the field", async (ping_id, status) => {
  const answer = await send("/v1/posts", { key, body: { ping_id, lead: leadOf(next++).post } });
  expect([answer.status, answer.body.code, fieldsOf(answer)]).toEqual([status, "invalid_fields", ["ping_id"]]);
});

it("another publisher's ping is none of its own, and stays for its owner", async () => {
  const { ping_id, n } = await ping();
  const before = (await keptLeads()).length;
  const answer = await post(ping_id, n, { key: stranger });
  expect([answer.status, answer.body.code]).toEqual([404, "ping_not_found"]);
  expect(await keptLeads()).toHaveLength(before);
  expect((await post(ping_id, n)).body).toMatchObject({ result: "accepted" });
  const again = await post(ping_id, n, { key: stranger });
  expect([again.status, again.body.code, JSON.stringify(again.body).includes("lb0")]).toEqual([
    404,
    "ping_not_found",
    false,
  ]);
});

it("an expired ping is a business answer, and keeps no lead", async () => {
  const { ping_id, n } = await ping();
  const before = (await keptLeads()).length;
  await vi.waitFor(async () => expect((await post(ping_id, n, { lead: { zip: 7 } })).status).toBe(422));
  clock.ahead += 121_000;
  const answer = await post(ping_id, n);
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ result: "rejected", code: "ping_expired", lead_id: null, price: 0 });
  expect(await keptLeads()).toHaveLength(before);
});

it("a post again: the same content has the same answer, other content is a conflict that names the lead", async () => {
  const { ping_id, n } = await ping();
  const first = await post(ping_id, n);
  expect(first.body).toMatchObject({ result: "accepted" });
  expect((await post(ping_id, n)).body).toEqual(first.body);
  for (const lead of [{ last_name: "Other" }, { email: "other@example.com" }, { phone: "+12025559999" }]) {
    const answer = await post(ping_id, n, { lead });
    expect([answer.status, answer.body.code]).toEqual([409, "content_changed"]);
    expect(answer.body.detail).toContain(first.body.lead_id);
    expect(answer.text).not.toContain("Other");
  }
  expect(world.to("alpha", "post")).toHaveLength(1);
});

it("a field that differs from the ping's is named, and the ping can still be posted", async () => {
  const { ping_id, n } = await ping();
  const before = (await keptLeads()).length;
  const answer = await post(ping_id, n, { lead: { vehicle_year: 1999 } });
  expect([answer.status, fieldsOf(answer)]).toEqual([422, ["vehicle_year"]]);
  expect(await keptLeads()).toHaveLength(before);
  expect((await post(ping_id, n)).body).toMatchObject({ result: "accepted" });
});

it("bids of another ping are named", async () => {
  const [one, two] = [await ping(), await ping()];
  const body = { ping_id: one.ping_id, bid_ids: [`${two.ping_id}1`], lead: leadOf(one.n).post };
  const answer = await send("/v1/posts", { key, body });
  expect([answer.status, answer.body.code, fieldsOf(answer)]).toEqual([422, "bid_unknown", ["bid_ids"]]);
});
