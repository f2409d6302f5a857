import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { keptLeads } from "../../support/objects.ts";
import { type Answer, fieldsOf, type Sent, send } from "../../support/raw.ts";
import { accepts, admin, bids, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const campaign = autoInsurance.id;
let key: string;
let form: string;
let ping_id: string;
let world: World;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("alpha", campaign);
  const made = await admin("POST", "/forms", { publisher_id: "pub", campaign_id: campaign, unknown_fields: "reject" });
  form = `/f/${made.id}`;
  world = new World();
  world.buyers.set("alpha", { ping: bids(20), post: accepts() });
  const ping = await send("/v1/pings", { key, body: { campaign, lead: leadOf(1).ping } });
  ping_id = String(ping.body.ping_id);
  world.end();
});
beforeEach(() => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(20), post: accepts() });
});
afterEach(async () => {
  // Whatever was wrong, nothing of it was kept and nobody heard of it.
  expect(await keptLeads()).toEqual([]);
  expect(world.received).toEqual([]);
  world.end();
});

const CALLS = ["/v1/pings", "/v1/posts", "/v1/leads"] as const;
type Path = (typeof CALLS)[number];

function valid(path: Path): { lead: Record<string, unknown> } & Record<string, unknown> {
  if (path === "/v1/posts") return { ping_id, lead: leadOf(1).post };
  return { campaign, lead: path === "/v1/pings" ? leadOf(1).ping : wholeLead(1) };
}
function expectProblem(answer: Answer, status: number, code: string, fields?: string[]): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.type).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  if (fields) expect(fieldsOf(answer).sort()).toEqual([...fields].sort());
}

describe.each(CALLS)("%s", (path) => {
  it.each<[string, Sent, number, string]>([
    ["no key", { key: undefined }, 401, "unauthorized"],
    ["an unknown key", { key: "pk_live_unknown" }, 401, "unauthorized"],
    ["a key of 10,000 characters", { key: "k".repeat(10_000) }, 401, "unauthorized"],
    ["bad JSON", { body: '{"campaign": "auto' }, 400, "invalid_json"],
    ["nothing", { body: "" }, 400, "invalid_body"],
    ["a list", { body: "[]" }, 400, "invalid_body"],
    ["a text", { body: '"lead"' }, 400, "invalid_body"],
    ["null", { body: "null" }, 400, "invalid_body"],
    ["no UTF-8", { body: new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]) }, 400, "invalid_encoding"],
    ["65 KB", { body: JSON.stringify({ campaign, lead: { zip: "9".repeat(66_000) } }) }, 413, "body_too_large"],
    ["text/plain", { type: "text/plain" }, 415, "unsupported_media_type"],
    ["XML", { type: "application/xml", body: "<lead/>" }, 415, "unsupported_media_type"],
    ["no content type", { type: "" }, 415, "unsupported_media_type"],
    ["a prototype", { body: '{"lead":{"__proto__":{"a":1}}}' }, 400, "forbidden_key"],
    ["an empty form", { type: "application/x-www-form-urlencoded", body: "&&=" }, 400, "invalid_body"],
  ])("%s", async (_, sent, status, code) => {
    const answer = await send(path, { key, body: valid(path), ...sent });
    expectProblem(answer, status, code);
  });

  it("wrong types, one by one: each names its field", async () => {
    for (const [field, wrong] of Object.entries({
      zip: {},
      vehicle_year: "soon",
      credit_tier: "regal",
      licensed: [],
    })) {
      const body = valid(path);
      const answer = await send(path, { key, body: { ...body, lead: { ...body.lead, [field]: wrong } } });
      expect([field, answer.status]).toEqual([field, 422]);
      expect(fieldsOf(answer).map((name) => name.split(".").at(-1))).toContain(field);
    }
  });

  it("an unknown member and an unknown field", async () => {
    const body = valid(path);
    expectProblem(await send(path, { key, body: { ...body, leed: {} } }), 422, "invalid_fields", ["leed"]);
    const answer = await send(path, { key, body: { ...body, lead: { ...body.lead, shoe_size: 9 } } });
    expectProblem(answer, 422, "invalid_fields", ["shoe_size"]);
  });

  it("members of wrong types: each is named", async () => {
    const body = { ...valid(path), test: "maybe", sub_id1: [], click_id: {} };
    const answer = await send(path, { key, body });
    expectProblem(answer, 422, "invalid_fields", ["test", "sub_id1", "click_id"]);
  });
});

it.each<[Path, string[]]>([
  ["/v1/pings", ["zip", "vehicle_year", "vehicle_make", "vehicle_model", "credit_tier", "currently_insured"]],
  ["/v1/leads", ["zip", "vehicle_year", "first_name", "last_name", "phone", "email", "consent_text", "consent_at"]],
])("%s: what is missing is named, all at once", async (path, fields) => {
  const answer = await send(path, { key, body: { campaign, lead: { age: 40 } } });
  expectProblem(answer, 422, "invalid_fields");
  for (const field of fields) expect(fieldsOf(answer)).toContain(field);
});

it("a post without its personal fields names them", async () => {
  const answer = await send("/v1/posts", { key, body: { ping_id, lead: { age: 40 } } });
  expectProblem(answer, 422, "invalid_fields");
  for (const field of ["first_name", "phone", "email"]) expect(fieldsOf(answer)).toContain(field);
});

it("a personal field in a ping is refused by name, and its value is not repeated", async () => {
  const personal = { phone: "+12025550188", first_name: "Canary", email: "canary@example.com", address: "1 Canary St" };
  for (const [field, value] of Object.entries(personal)) {
    const answer = await send("/v1/pings", { key, body: { campaign, lead: { ...leadOf(1).ping, [field]: value } } });
    expectProblem(answer, 422, "invalid_fields", [field]);
    expect(answer.text).not.toContain(value);
  }
});

it.each(["nowhere", "", 7, null])("a campaign that is not the publisher's: %j", async (wrong) => {
  for (const path of ["/v1/pings", "/v1/leads"] as const) {
    const answer = await send(path, { key, body: { ...valid(path), campaign: wrong } });
    expect([403, 422]).toContain(answer.status);
    expect(fieldsOf(answer)).toEqual(["campaign"]);
  }
});

it.each(["12,50", "NaN", -1, 1e30, {}, "1.00001"])("a least price of %j", async (min_price) => {
  const answer = await send("/v1/pings", { key, body: { ...valid("/v1/pings"), min_price } });
  expectProblem(answer, 422, "invalid_fields", ["min_price"]);
});

it("a form: unknown key, unknown field, missing fields, wrong type", async () => {
  const type = "application/x-www-form-urlencoded";
  expect((await send("/f/nosuchform1234", { type, body: "zip=90210" })).status).toBe(404);
  const unknown = await send(form, { type, body: "zip=90210&shoe_size=9" });
  expect(unknown.status).toBe(422);
  expect(fieldsOf(unknown)).toEqual(expect.arrayContaining(["shoe_size", "phone", "vehicle_year"]));
  expect((await send(form, { type: "text/plain", body: "zip=90210" })).status).toBe(415);
  expect((await send(form, { type, body: `zip=${"9".repeat(70_000)}` })).status).toBe(413);
});
