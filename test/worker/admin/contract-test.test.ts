import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { contractChecks } from "../../../worker/ledger/contract-checks.ts";
import { type Answer, send } from "../../support/raw.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { accepts, admin, bids, dialect, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";
import { db, emptied } from "./support.ts";

const SECRET = "CANARY-credential";
const BASIC = btoa(`acme:${SECRET}`);
let world: World;
beforeEach(async () => {
  await emptied();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
});
afterEach(() => world.end());

const operator = (path: string, body: unknown): Promise<Answer> =>
  send(`/v1/admin${path}`, { key: TEST_OPERATOR_TOKEN, method: "POST", body });
const try_ = (body: object = {}) => operator("/contracts/acme_c/test", body);

interface Phase {
  phase: string;
  outcome: string;
  exchanges: {
    request: { url: string; body: string; curl: string };
    answer: { status: number; body: string };
    explained: { rules: { truth: boolean | null; matched: boolean }[]; values: Record<string, { value: unknown }> };
  }[];
  empty: { name: string }[];
  schema: { violations: { path: string }[] } | null;
}
const phasesOf = (answer: Answer) => answer.body.phases as Phase[];
const codesOf = (answer: Answer) => (answer.body.findings as { code: string }[]).map(({ code }) => code);

async function seed(endpoint: object = {}, contract: object = {}): Promise<void> {
  const own = dialect("acme");
  const headers = { "x-token": "{{secret.token}}" };
  const { ping, post } = own;
  await seedCampaign(autoInsurance);
  await seedBuyer("acme", autoInsurance.id, {
    endpoint: {
      accepts_test: true,
      credentials: { token: SECRET },
      dialect: {
        ...own,
        ping: { ...ping, request: { ...ping.request, headers } },
        post: { ...post, request: { ...post.request, headers } },
      },
      ...endpoint,
    },
    contract,
  });
}

describe("POST /contracts/:id/test", () => {
  it("200: sends the sample lead as a test, and shows each request, answer and rule, without credentials", async () => {
    await seed();
    world.buyers.set("acme", { ping: bids(12.5, { echo: SECRET }), post: accepts({ price: 12.5 }) });
    const answer = await try_();
    expect([answer.status, answer.body.outcome, answer.body.ok, answer.body.sent]).toEqual([
      200,
      "accepted",
      true,
      true,
    ]);
    expect(answer.text).not.toContain(SECRET);
    const [ping, post] = phasesOf(answer);
    expect(world.received.map(({ headers }) => headers["x-token"])).toEqual([SECRET, SECRET]);
    expect(ping).toMatchObject({ phase: "ping", outcome: "bid", reading: { price: 12.5, carried: { ref: "r1" } } });
    expect(ping?.exchanges[0]?.request.body).toContain('"ref":"test_acme_c_');
    expect(ping?.exchanges[0]?.request.curl).toContain("-H 'x-token: ***'");
    expect(ping?.exchanges[0]?.answer.body).toContain('"echo":"***"');
    expect(ping?.exchanges[0]?.explained.rules).toMatchObject([
      { outcome: "bid", truth: true, matched: true, uses: [{ name: "result", value: "bid" }] },
      { outcome: "no_bid", truth: false, matched: false },
    ]);
    expect(ping?.exchanges[0]?.explained.values.price).toEqual({ source: "price", value: 12.5 });
    expect(post?.exchanges[0]?.request.body).toContain('"ref":"r1"');
    expect(world.received.at(-1)?.body).toContain("+1");
  });

  it("200: of an Authorization header only the scheme is shown: name and password in base64 are no text that a masker finds", async () => {
    const auth = { type: "basic", username: "acme", password: "{{secret.token}}" };
    await seed({ dialect: { ...dialect("acme"), auth } });
    world.buyers.set("acme", { ping: bids(12.5), post: accepts() });
    const answer = await try_();
    expect(world.received.map(({ headers }) => headers.authorization)).toEqual(Array(2).fill(`Basic ${BASIC}`));
    expect(answer.text).not.toContain(BASIC);
    expect(phasesOf(answer)[1]?.exchanges[0]?.request.curl).toContain("-H 'Authorization: Basic ***'");
  });

  it("200: holds no money, counts in no cap, makes no lead; who tested what is in the audit and on the contract", async () => {
    await seed();
    world.buyers.set("acme", { ping: bids(12.5), post: accepts() });
    await try_();
    expect(await admin("GET", "/buyers/acme/account")).toMatchObject({
      balance: 0,
      held: 0,
      reservations: { held: 0, captured: 0, released: 0, in_doubt: 0, expired: 0 },
      breakers: [],
    });
    expect((await admin("GET", "/leads")).items).toEqual([]);
    const { items } = await admin("GET", "/audit?target=contract:acme_c&action=test_contract");
    expect(items).toMatchObject([{ action: "test_contract", detail: "ping: bid, post: accepted" }]);
    expect(await contractChecks(db, "acme_c")).toMatchObject([
      {
        name: "test_ping",
        ok: true,
        contract_version: 1,
        endpoint_version: 1,
        detail: { outcome: "bid", http_status: 200 },
      },
      { name: "test_post", ok: true, detail: { outcome: "accepted" } },
    ]);
  });

  it("200: says what is missing: fields, consent, empty placeholders, the buyer's own schema", async () => {
    const schemas = {
      post: { type: "json_schema", schema: { required: ["dob"], properties: { zip: { type: "integer" } } } },
    };
    await seed({ schemas }, { consent: { required: ["consent_text"] } });
    world.buyers.set("acme", { ping: bids(12.5), post: accepts() });
    const answer = await try_({ lead: { email: null } });
    expect(new Set(codesOf(answer))).toEqual(new Set(["consent_unmapped", "schema", "empty", "unused_field"]));
    const post = phasesOf(answer)[1];
    expect(post?.empty.map(({ name }) => name)).toContain("email");
    expect(post?.schema?.violations.map(({ path }) => path)).toEqual(["dob", "zip"]);
    expect(answer.text).toContain("consent_text must travel with every post");
  });

  it("200: steps around a post are shown in their order, each with how it was read", async () => {
    const own = dialect("acme");
    const session = {
      name: "session",
      request: { url: "http://127.0.0.1/acme/ping", body: { zip: "{{zip}}" } },
      answer: { rules: [{ go_on: "result is bid" }], carry: { id: "ref" } },
    };
    const request = { ...own.post.request, headers: { "x-session": "{{step.session.id}}" } };
    await seed({ credentials: {}, dialect: { ...own, post: { ...own.post, request, before: [session] } } });
    world.buyers.set("acme", { ping: bids(12.5), post: accepts() });
    const [post] = phasesOf(await try_({ phase: "post" }));
    expect(post).toMatchObject({
      outcome: "accepted",
      exchanges: [
        { place: "post.before.session", explained: { reading: { outcome: "go_on" } } },
        { place: "post", explained: { reading: { outcome: "accepted" } } },
      ],
    });
    expect(world.received.at(-1)?.headers["x-session"]).toBe("r1");
  });

  it("200: a pasted answer is read, and nothing leaves", async () => {
    await seed({ accepts_test: false });
    const answer = await try_({ phase: "post", answer: { status: 200, body: '{"result":"rejected","reason":"no"}' } });
    expect([answer.body.outcome, answer.body.ok, answer.body.sent]).toEqual(["rejected", false, false]);
    expect(phasesOf(answer)[0]?.exchanges[0]?.answer.body).toContain("rejected");
    expect(world.received).toEqual([]);
    expect(await contractChecks(db, "acme_c")).toEqual([]);
  });

  it("200: no answer, and no bid, are told as they are", async () => {
    await seed();
    world.buyers.set("acme", { ping: silent, post: accepts() });
    const late = await try_({ timeout_ms: 50 });
    expect([late.body.outcome, codesOf(late).includes("no_answer")]).toEqual(["timeout", true]);
    world.buyers.set("acme", { ping: () => Response.json({ result: "what?" }), post: accepts() });
    const odd = await try_();
    expect([odd.body.outcome, phasesOf(odd).length, codesOf(odd).includes("no_rule")]).toEqual(["error", 1, true]);
    expect(await contractChecks(db, "acme_c")).toMatchObject([{ name: "test_ping", ok: false }]);
  });

  it("409: an endpoint that takes no tests gets none", async () => {
    await seed({ accepts_test: false });
    const answer = await try_();
    expect([answer.status, answer.body.code]).toEqual([409, "tests_not_accepted"]);
    expect(world.received).toEqual([]);
  });

  it("422: real people stay out of it", async () => {
    await seed();
    const answer = await try_({ lead: { phone: "+16502530000", email: "ann@gmail.com", zip: "90210" } });
    expect(answer.status).toBe(422);
    expect((answer.body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      "lead.email",
      "lead.phone",
    ]);
    expect(world.received).toEqual([]);
  });

  it.each([
    ["a field that is none", { lead: { shoe_size: 9 } }],
    ["a value that is none", { lead: { zip: "nowhere" } }],
    ["an answer to both", { phase: "both", answer: { body: "{}" } }],
    ["another phase", { phase: "status" }],
  ])("422: %s", async (_, body) => {
    await seed();
    expect((await try_(body)).status).toBe(422);
    expect(world.received).toEqual([]);
  });

  it("404: no such contract", async () => {
    expect((await operator("/contracts/nobody/test", {})).status).toBe(404);
  });
});

describe("dialects that are not saved", () => {
  const check = (body: object) => operator("/dialects/check", body);

  it("POST /dialects/check 200: every problem with its place, or the names that are used", async () => {
    const broken = dialect("acme");
    const wrong = await check({
      dialect: { ...broken, post: { request: { url: "https://b.example/p", body: { a: "{{zip | nonsense}}" } } } },
    });
    expect(wrong.body).toMatchObject({ ok: false, explained: null });
    expect(JSON.stringify(wrong.body.problems)).toContain("post.request.body.a");
    const unfit = await check({ dialect: { version: 1, post: { request: { url: 5 } } } });
    expect(unfit.body.problems).toMatchObject([{ path: "post.request.url" }]);
    const right = await check({ dialect: broken });
    expect(right.body).toMatchObject({ ok: true, problems: [] });
    expect(right.body.names).toContain("gateway.reservation_id");
  });

  it("POST /dialects/check 200: explains an answer", async () => {
    const answer = await check({
      dialect: dialect("acme"),
      phase: "ping",
      answer: { body: '{"result":"bid","price":"9.50"}' },
    });
    expect(answer.body.explained).toMatchObject({
      reading: { outcome: "bid", price: 9.5 },
      rules: [{ matched: true }, {}],
    });
  });

  it("POST /dialects/suggest 200: a draft of an answer's rules", async () => {
    const { body } = await operator("/dialects/suggest", { answer: { body: '{"status":"sold","lead_id":"7"}' } });
    expect(body).toMatchObject({ phase: "post", answer: { buyer_lead_id: "lead_id" } });
  });

  it.each(["/dialects/check", "/dialects/suggest"])("POST %s 422: without what it is about", async (path) => {
    expect((await operator(path, {})).status).toBe(422);
  });
});
