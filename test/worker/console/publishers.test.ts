import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { admin, call as publish, seedCampaign, World } from "../../support/world.ts";
import { ORIGIN, open, send as post, signIn } from "./visitor.ts";

const page = async (path: string): Promise<string> => (await open(path)).text();

beforeAll(async () => {
  const world = new World();
  await seedCampaign(autoInsurance, { name: "QuoteWise" });
  world.end();
  await signIn();
});

const FORM: [string, string][] = [
  ["name", "Lead Stream"],
  ["campaigns", "auto_insurance"],
  ["mode", "pending"],
  ["risk_rule", "rejected"],
  ["pings_per_second", "50"],
  ["publisher_share", "75.5"],
  ["postback_url", "https://stream.example/postback"],
  ["postback_method", "POST"],
  ["notes", "met at the fair"],
  ["reason", "new partner"],
];

test("the list: every publisher, with its state", async () => {
  const html = await page("/ops/publishers");
  expect(html).toContain('<a href="/ops/publishers/pub">QuoteWise</a>');
  expect(html).toContain("New publisher");
  expect(html).not.toContain("cannot be read");
});

test("a new one: each error at its field with everything typed still there, then made", async () => {
  const wrong = await post("/ops/publishers/new", [
    ["id", "Lead Stream"],
    ...FORM.filter(([name]) => name !== "campaigns"),
  ]);
  expect(wrong.status).toBe(422);
  const html = await wrong.text();
  for (const text of [
    'id="id-error"',
    'id="campaigns-error"',
    'value="Lead Stream"',
    'value="75.5"',
    "met at the fair",
  ])
    expect(html).toContain(text);
  const made = await post("/ops/publishers/new", [["id", "leadstream"], ...FORM]);
  expect([made.status, made.headers.get("location")]).toEqual([303, "/ops/publishers/leadstream?done=publisher+made"]);
  expect(await admin("GET", "/publishers/leadstream")).toMatchObject({
    record: { name: "Lead Stream", publisher_share: 75.5, pings_per_second: 50, postback: { method: "POST" } },
  });
});

test("its page: terms, specification, postback, figures", async () => {
  const html = await page("/ops/publishers/leadstream");
  for (const text of [
    "75.5 %",
    `${ORIGIN}/specs/auto_insurance`,
    "https://stream.example/postback",
    "no secret: none is sent",
    "Sell-through",
    "No key yet",
  ])
    expect(html).toContain(text);
  expect((await open("/ops/publishers/nobody")).status).toBe(404);
});

test("edit: what is emptied is taken away, the rest stays; over a version that is old nothing is saved", async () => {
  const html = await page("/ops/publishers/leadstream/edit");
  expect(html).toContain('name="version" value="1"');
  const changed = FORM.map(([name, value]): [string, string] => [name, name === "publisher_share" ? "" : value]);
  const saved = await post("/ops/publishers/leadstream/edit", [["version", "1"], ...changed]);
  expect([saved.status, saved.headers.get("location")]).toEqual([303, "/ops/publishers/leadstream?done=saved"]);
  const { record } = await admin("GET", "/publishers/leadstream");
  expect(record).not.toHaveProperty("publisher_share");
  expect(record).toMatchObject({ notes: "met at the fair", status: "active" });
  const late = await post("/ops/publishers/leadstream/edit", [["version", "1"], ...FORM]);
  expect(late.status).toBe(412);
  expect(await late.text()).toContain("met at the fair");
  const odd = FORM.map(([name, value]): [string, string] => [name, name === "pings_per_second" ? "many" : value]);
  const refused = await post("/ops/publishers/leadstream/edit", [["version", "2"], ...odd]);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('id="pings_per_second-error"');
});

test("a key is shown once and works; revoked with a reason it does not", async () => {
  const made = await post("/ops/publishers/leadstream/keys", [
    ["label", "first"],
    ["test", "yes"],
  ]);
  expect([made.status, made.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const [key = ""] = /pk_test_\w+/.exec(await made.text()) ?? [];
  expect((await publish(key, "/v1/pings", { campaign: "auto_insurance", lead: {} })).status).toBe(422);
  const html = await page("/ops/publishers/leadstream");
  expect(html).not.toContain(key);
  expect(html).toContain("the key “first”, test");
  const [, id = ""] = /keys\/([0-9a-f]{64})\/revoke/.exec(html) ?? [];
  const without = await post(`/ops/publishers/leadstream/keys/${id}/revoke`, []);
  expect(without.status).toBe(422);
  const revoked = await post(`/ops/publishers/leadstream/keys/${id}/revoke`, [["reason", "leaked"]]);
  expect(revoked.headers.get("location")).toBe("/ops/publishers/leadstream?done=key+revoked");
  expect(await page("/ops/publishers/leadstream")).toContain("revoked");
});

test("postback secret once; a form with its origins; pause and resume", async () => {
  expect(await (await post("/ops/publishers/leadstream/postback-secret", [])).text()).toMatch(/whsec_\w+/);
  expect(await page("/ops/publishers/leadstream")).toContain("Standard Webhooks");
  const wrong = await post("/ops/publishers/leadstream/forms", [
    ["campaign_id", "auto_insurance"],
    ["allowed_origins", "not an origin"],
  ]);
  expect(wrong.status).toBe(422);
  expect(await wrong.text()).toContain("not an origin");
  await post("/ops/publishers/leadstream/forms", [
    ["campaign_id", "auto_insurance"],
    ["allowed_origins", "https://a.example\nhttps://b.example"],
  ]);
  const html = await page("/ops/publishers/leadstream");
  expect(html).toContain("Pages of: https://a.example, https://b.example");
  const [, form = ""] = /leadstream\/forms\/(\w+)"/.exec(html) ?? [];
  await post(`/ops/publishers/leadstream/forms/${form}`, [["allowed_origins", "https://c.example"]]);
  await post(`/ops/publishers/leadstream/forms/${form}/pause`, [["reason", "rebuilt"]]);
  expect(await admin("GET", `/forms/${form}`)).toMatchObject({
    record: { allowed_origins: ["https://c.example"], status: "paused" },
  });
  const refused = await post("/ops/publishers/leadstream/pause", []);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain('id="reason-switch-error"');
  await post("/ops/publishers/leadstream/pause", [["reason", "unpaid"]]);
  expect(await page("/ops/publishers/leadstream")).toContain("Resume");
  expect(await admin("GET", "/publishers/leadstream")).toMatchObject({ record: { status: "paused" } });
});

test("a campaign beyond those that the form lists stays the publisher's", async () => {
  const record = JSON.stringify({ ...autoInsurance, id: "zz_last", name: "Last of many" });
  await admin("PUT", "/campaigns/zz_last", JSON.parse(record));
  const rows = Array.from({ length: 200 }, (_, i) => `m${String(i).padStart(3, "0")}`);
  const copy = env.DB.prepare(
    "INSERT INTO config (kind, id, version, body, author, updated_at, seq) SELECT c.kind, m.value, c.version, c.body, c.author, c.updated_at, c.seq FROM config c, json_each(?1) m WHERE c.kind = 'campaign' AND c.id = 'zz_last'",
  );
  await copy.bind(JSON.stringify(rows)).run();
  const { record: present } = (await admin("GET", "/publishers/pub")) as { record: Record<string, unknown> };
  await admin("PUT", "/publishers/pub", { ...present, campaigns: ["auto_insurance", "zz_last"] });
  const html = await page("/ops/publishers/pub/edit");
  expect(html).toMatch(/value="zz_last" checked/);
});
