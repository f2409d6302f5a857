import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { wholeLead } from "../../support/leads.ts";
import { type Answer, send } from "../../support/raw.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { admin, call, dialect, type Received, seedBuyer, seedCampaign, World } from "../../support/world.ts";

type Row = Record<string, unknown>;
const campaign = autoInsurance.id;
const names = autoInsurance.fields.filter((field) => field.class !== "hashed").map(({ name }) => name);
const own = dialect("acme");
const SPOKEN = {
  ...own,
  post: {
    request: {
      ...own.post.request,
      headers: { "x-token": "{{secret.token}}" },
      body: {
        ...Object.fromEntries(names.map((name) => [name, `{{${name}}}`])),
        key: "{{gateway.reservation_id}}",
        test: "{{gateway.test}}",
      },
    },
    answer: {
      rules: [
        { accepted: "result is accepted" },
        { duplicate: "result is duplicate" },
        { rejected: "result is rejected" },
      ],
      buyer_lead_id: "id",
      reason: "reason",
    },
  },
};

/** A buyer in memory that does its duties; what it is told to forget, it forgets. */
class Buyer {
  readonly kept = new Map<string, { id: string; phone: unknown }>();
  forgets = false;

  post = ({ body, headers }: Received): Response => {
    if (headers["x-token"] !== "top-secret-token") return new Response("no", { status: 401 });
    const lead = parsed(body);
    if (!lead) return new Response("not JSON", { status: 400 });
    if (!lead.phone || !lead.last_name) return Response.json({ result: "rejected", reason: "incomplete" });
    const key = String(lead.key);
    const known = this.forgets ? undefined : this.kept.get(key);
    if (known) return Response.json({ result: "accepted", id: known.id });
    if (!this.forgets && [...this.kept.values()].some(({ phone }) => phone === lead.phone))
      return Response.json({ result: "duplicate" });
    const id = `L${this.kept.size + 1}`;
    this.kept.set(this.forgets ? `${key}/${id}` : key, { id, phone: lead.phone });
    return Response.json({ result: "accepted", id });
  };
}
function parsed(text: string): Row | null {
  try {
    return JSON.parse(text) as Row;
  } catch {
    return null;
  }
}

let world: World;
let key = "";
const buyer = new Buyer();
const path = "/contracts/acme_c";
const operator = (at: string, body: unknown): Promise<Answer> =>
  send(`/v1/admin${path}${at}`, { key: TEST_OPERATOR_TOKEN, method: "POST", body });
const openIn = (body: Row) => (body.steps as Row[]).filter(({ state }) => state === "open").map(({ step }) => step);
const sell = async (n: number) => (await call(key, "/v1/leads", { campaign, lead: wholeLead(n) })).body;
const checksIn = (answer: Answer, state: string) =>
  (answer.body.checks as Row[]).filter((one) => one.state === state).map(({ check }) => check);

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  world.buyers.set("acme", { ping: () => Response.json({ result: "bid", price: 20, ref: "r1" }), post: buyer.post });
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("acme", campaign, {
    endpoint: {
      dialect: SPOKEN,
      accepts_test: true,
      credentials: { token: "top-secret-token" },
      ping_timeout_ms: 3_000,
    },
    contract: { stage: "draft", ramp: { records: 2 } },
  });
});
afterAll(() => world.end());

/** The tests of this file are one story, in order. */
it("a draft gets no real lead, and says what is open", async () => {
  expect(await sell(1)).toMatchObject({ result: "rejected", code: "no_eligible_buyers" });
  expect(world.received).toEqual([]);
  const checklist = await admin("GET", `${path}/checklist`);
  expect(openIn(checklist)).toEqual(["sample_accepted", "duplicate_seen", "signed_off"]);
});

it("a buyer that sells a repeat twice is found out, and its contract stays a draft", async () => {
  buyer.forgets = true;
  const report = await operator("/conformance", {});
  expect(report.status).toBe(200);
  expect(report.body).toMatchObject({ ok: false });
  expect(checksIn(report, "fail")).toEqual(expect.arrayContaining(["repeat_same_key", "known_consumer"]));
  expect(openIn(await admin("GET", `${path}/checklist`))).toContain("duplicate_seen");
  expect((await operator("/go-live", { reason: "now" })).body).toMatchObject({ status: 409, code: "not_ready" });
});

it("one that knows them is ready: at most 30 requests, of made-up people, marked as tests, without credentials in the report", async () => {
  buyer.forgets = false;
  buyer.kept.clear();
  world.received.length = 0;
  const report = await operator("/conformance", {
    scenarios: [{ outcome: "rejected", lead: { last_name: null } }],
  });
  expect(checksIn(report, "fail")).toEqual([]);
  expect(report.body).toMatchObject({ ok: true });
  expect(world.received.length).toBeLessThanOrEqual(30);
  expect(report.body.requests).toBe(world.received.length);
  expect(report.text).not.toMatch(/top-secret-token|55501|Santos/);
  const posts = world.to("acme", "post").flatMap(({ body }) => parsed(body) ?? []);
  expect(posts.length).toBeGreaterThan(5);
  for (const lead of posts) expect(lead).toMatchObject({ test: true });
  const { items } = (await admin("GET", "/audit?action=check_conformance")) as { items: Row[] };
  expect(items[0]).toMatchObject({ target: "contract:acme_c", author: "tester" });
});

it("sample, sign-off, ramp: two real leads and not one more; confirmed, it is live", async () => {
  expect((await operator("/test", {})).body).toMatchObject({ ok: true });
  expect((await operator("/checklist/sign-off", { note: "looked at with Dana" })).body).toMatchObject({ ready: true });
  expect((await operator("/go-live", { reason: "agreed for Monday" })).body).toMatchObject({ stage: "ramping" });
  const told = await Promise.all([2, 3, 4, 5].map(sell));
  expect(told.filter(({ result }) => result === "accepted")).toHaveLength(2);
  expect(await admin("GET", `${path}/checklist`)).toMatchObject({ stage: "ramping", ramp: { records: 2, sold: 2 } });
  expect((await operator("/go-live", { reason: "both were good" })).body).toMatchObject({ stage: "live", next: null });
  expect(await sell(6)).toMatchObject({ result: "accepted" });
});

it("refuses what it must not send", async () => {
  const real = await operator("/conformance", { lead: { phone: "(415) 392-0202" } });
  expect(real.body).toMatchObject({ status: 422, errors: [{ field: "lead.phone" }] });
  await admin("PATCH", "/endpoints/acme_ep", { accepts_test: false });
  expect((await operator("/conformance", {})).body).toMatchObject({ status: 409, code: "tests_not_accepted" });
});
