import { env } from "cloudflare:workers";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import { changeConfig, readConfig } from "../../../worker/ledger/config-store.ts";
import { admin, seedBuyer, seedPublisher, World } from "../../support/world.ts";
import { CAMPAIGNS, Canaries, personalFields } from "./canaries.ts";
import { cast, echo, greedyDialect, PINGS, POSTS } from "./canary-scenarios.ts";
import { drain, everythingStored, type Json, operator, post, send } from "./support.ts";
import { Witness } from "./witness.ts";

const prefixOf = (campaign: CampaignInput) => campaign.id.slice(0, 4);
const FORM = (campaign: CampaignInput) => `form_of_${campaign.id}`;
const canaries = new Canaries();
const secrets = new Canaries();
const ended: { key: string; lead_id: string }[] = [];
let world: World;
let witness: Witness;
let finalKey: string;
let pendingKey: string;

/** Buyers whose ping even asks for personal fields: configuration from before somebody checked it. */
async function makeGreedy(endpoint_id: string, contract_id: string, fields: string[]): Promise<void> {
  const asks = Object.fromEntries(fields.map((field) => [field, `{{${field}}}`]));
  const change = async (kind: "endpoint" | "contract", id: string, edit: (body: Json) => Json) => {
    const stored = await readConfig(env.DB, kind, id);
    if (!stored) throw new Error(`${id} is not there`);
    await changeConfig(env.DB, { kind, id, body: edit(stored.body), author: "tester", at: Date.now() });
  };
  await change("endpoint", endpoint_id, (body) => {
    const changed = structuredClone(body) as { dialect: { ping: { request: { body: object } } } };
    Object.assign(changed.dialect.ping.request.body, asks);
    return changed;
  });
  await change("contract", contract_id, (body) => ({ ...body, disclose: fields }));
}

async function seed(campaign: CampaignInput): Promise<void> {
  for (const name of Object.keys(PINGS)) {
    const id = `${prefixOf(campaign)}_${name}`;
    const token = `Tk/${id}+Secret=${"q".repeat(20)}`;
    secrets.add(token);
    await seedBuyer(id, campaign.id, {
      endpoint: {
        dialect: greedyDialect(id, personalFields(campaign)),
        credentials: { token },
        post_timeout_ms: 500,
        breaker: { failures: 1_000 },
      },
      contract: { retry: { attempts: 2, first_delay_s: 0.1, max_delay_s: 1 }, price: { type: "bid", max_bid: 100 } },
    });
    await makeGreedy(`${id}_ep`, `${id}_c`, personalFields(campaign));
  }
  await admin("POST", "/forms", { id: FORM(campaign), publisher_id: "final", campaign_id: campaign.id });
}

beforeAll(async () => {
  world = new World();
  for (const campaign of CAMPAIGNS) await admin("POST", "/campaigns", campaign);
  const campaigns = CAMPAIGNS.map(({ id }) => id);
  finalKey = await seedPublisher({ id: "final", campaigns });
  const postback = { url: "http://127.0.0.1/postback/post", method: "POST" };
  pendingKey = await seedPublisher({ id: "pending", campaigns, mode: "pending", postback });
  const { secret } = await admin("POST", "/publishers/pending/postback-secret");
  for (const text of [finalKey, pendingKey, String(secret).replace("whsec_", "")]) secrets.add(text);
  for (const campaign of CAMPAIGNS) await seed(campaign);
  witness = new Witness();
  world.onRequest = (request) => witness.dispatched(request);
}, 30_000);

afterAll(() => {
  world.end();
  vi.restoreAllMocks();
});

const remember = (key: string, body: Json) => {
  if (typeof body.lead_id === "string") ended.push({ key, lead_id: body.lead_id });
  return body;
};

async function twoSteps(key: string, campaign: CampaignInput): Promise<Json> {
  const { ping, post: lead, digests } = canaries.person(campaign);
  const hashes = { phone_hash: digests.phone, email_hash: `sha256:${digests.email}` };
  const offered = await post(key, "/v1/pings", { campaign: campaign.id, lead: ping, ...hashes });
  expect(offered.body).toMatchObject({ result: "accepted", price: 16 });
  await offered.settled;
  const sold = await post(key, "/v1/posts", { ping_id: offered.body.ping_id, lead });
  await sold.settled;
  return remember(key, sold.body);
}

async function oneStep(campaign: CampaignInput): Promise<Json> {
  const { whole } = canaries.person(campaign);
  const sold = await post(
    finalKey,
    "/v1/leads",
    { campaign: campaign.id, lead: whole },
    { "idempotency-key": `k-${whole.phone}` },
  );
  await sold.settled;
  return remember(finalKey, sold.body);
}

async function byForm(campaign: CampaignInput): Promise<Json> {
  const { whole } = canaries.person(campaign);
  const fields = Object.entries(whole).map(([name, value]): [string, string] => [name, String(value)]);
  const sold = await send(`/f/${FORM(campaign)}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams(fields).toString(),
  });
  await sold.settled;
  return remember(finalKey, sold.body);
}

/** Time passes until nothing is left to do: retries, waterfalls, postbacks, outboxes. */
async function toTheEnd(): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    world.moveClock(70_000);
    await drain(world);
    quiet = (await witness.deliver()) === 0 ? quiet + 1 : 0;
  }
}

describe("whatever becomes of a lead", () => {
  it.each(Object.entries(POSTS))("by a buyer's answer: %s", async (_, answer) => {
    for (const campaign of CAMPAIGNS) cast(world, prefixOf(campaign), answer);
    let told = 0;
    world.buyers.set("postback", { post: (request) => echo(told++ === 0 ? 500 : 200, {})(request) });
    const answers = await Promise.all(
      CAMPAIGNS.flatMap((campaign) => [
        twoSteps(finalKey, campaign),
        twoSteps(pendingKey, campaign),
        oneStep(campaign),
        byForm(campaign),
      ]),
    );
    for (const body of answers) expect(body.result).toMatch(/^(accepted|rejected|pending)$/);
    await toTheEnd();
  });

  it("refused for what it says, by whom it comes from, or for a fault of ours", async () => {
    for (const campaign of CAMPAIGNS) {
      const { whole, ping, values, digests } = canaries.person(campaign);
      const call = async (path: string, body: unknown, headers?: Record<string, string>, key = finalKey) => {
        const answered = await post(key, path, body, headers);
        await answered.settled;
        return answered.status;
      };
      const { id } = campaign;
      expect(await call("/v1/pings", { campaign: id, lead: whole })).toBe(422);
      expect(await call("/v1/pings", { campaign: id, lead: { ...ping, [`${values.email}`]: values.phone } })).toBe(422);
      expect(await call("/v1/posts", { ping_id: values.phone, lead: whole })).toBe(404);
      expect(await call("/v1/posts", { ping_id: values.phone, [values.email ?? ""]: 1, lead: whole })).toBe(422);
      expect(
        await call("/v1/leads", { campaign: id, lead: { ...whole, phone: `${values.phone}x${values.email}` } }),
      ).toBe(422);
      expect(await call("/v1/leads", `{"lead":{"phone":"${values.phone}"`)).toBe(400);
      expect(await call("/v1/leads", { campaign: values.email, lead: whole })).toBe(422);
      expect(await call("/v1/leads", { campaign: id, lead: whole }, {}, String(values.phone))).toBe(401);
      expect(
        await call("/v1/leads", JSON.stringify({ campaign: id, lead: whole }), { "content-type": "text/plain" }),
      ).toBe(415);
      await admin("POST", "/suppressions", { phone: values.phone, reason: "asked by letter" });
      expect(await call("/v1/leads", { campaign: id, lead: whole })).toBe(200);
      expect(await call("/v1/pings", { campaign: id, lead: ping, phone_hash: digests.phone })).toBe(200);
      const broken = canaries.person(campaign);
      const restore = replaceDeps({
        crash: (point) => {
          if (point === "after-reserve" || point === "before-claim")
            throw new Error(`${broken.values.phone} ${broken.values.email}`);
        },
      });
      expect(await call("/v1/leads", { campaign: id, lead: broken.whole })).toBeGreaterThanOrEqual(500);
      restore();
    }
    await toTheEnd();
  });

  it("is readable by its publisher and its operator", async () => {
    expect(new Set(ended.map(({ lead_id }) => lead_id)).size).toBeGreaterThanOrEqual(8 * Object.keys(POSTS).length);
    for (const { key, lead_id } of ended) {
      const state = await send(`/v1/leads/${lead_id}`, { headers: { authorization: `Bearer ${key}` } });
      expect(state.body.state).toMatch(/^(sold|unsold|review|parked)$/);
      const trace = await operator(`/leads/${lead_id}/trace`);
      expect(trace.status).toBe(200);
      expect(canaries.in(trace.text)).toBeNull();
      expect(secrets.in(trace.text)).toBeNull();
    }
  });
});

describe("personal data", () => {
  it("is in no request but posts for which their buyer held a reservation", () => {
    const leaks = witness.requests
      .filter(({ held }) => !held)
      .map(({ url, body, headers }) => ({ url, found: canaries.in(`${url} ${body} ${JSON.stringify(headers)}`) }))
      .filter(({ found }) => found !== null);
    expect(leaks).toEqual([]);
    const posts = witness.requests.filter(({ held }) => held);
    // The search finds what is there: every post that was allowed carries its lead.
    expect(posts.length).toBeGreaterThan(8 * Object.keys(POSTS).length);
    for (const { url, body } of posts) expect(canaries.in(`${url} ${body}`)).not.toBeNull();
    expect(witness.requests.filter(({ buyer }) => buyer === "postback").length).toBeGreaterThan(0);
    expect(witness.requests.filter(({ held, url }) => !held && url.includes("/post?"))).toEqual([]);
  });

  it("is in no line of the log, no data point and no message, nor is a key or credential", () => {
    expect(witness.lines.length).toBeGreaterThan(200);
    expect(witness.messages.length).toBeGreaterThan(10);
    const said = { log: witness.lines, analytics: witness.measured(), queue: witness.messages };
    for (const [where, texts] of Object.entries(said)) {
      expect({ where, found: texts.filter((text) => canaries.in(text) ?? secrets.in(text)) }).toEqual({
        where,
        found: [],
      });
    }
  });

  it("is in no column of the ledger and no row of an object, nor is a key or credential", async () => {
    await toTheEnd();
    const stored = await everythingStored();
    const places = new Set(stored.map(({ place }) => place));
    for (const place of [
      "D1 leads",
      "D1 deliveries",
      "D1 auctions",
      "D1 sales",
      "D1 suppressions",
      "D1 status",
      "book leads",
      "book attempts",
      "book consumers",
      "account reservations",
    ])
      expect(places).toContain(place);
    const leaks = stored
      .map(({ place, text }) => ({ place, found: canaries.in(text) ?? secrets.in(text) }))
      .filter(({ found }) => found !== null);
    expect(leaks).toEqual([]);
  });

  it("is kept sealed, opened only on the operator's word, and never with credentials in what was sent", async () => {
    const opened: string[] = [];
    for (const { lead_id } of ended) {
      const trace = await operator(`/leads/${lead_id}/trace?open=true`);
      for (const { payload } of trace.body.attempts as { payload: Json | null }[]) opened.push(JSON.stringify(payload));
    }
    expect(opened.length).toBeGreaterThan(8 * Object.keys(POSTS).length);
    for (const text of opened) {
      expect(canaries.in(text)).not.toBeNull();
      const { request, answer, reason } = JSON.parse(text) as Json;
      expect(secrets.in(`${String(request)} ${String(answer)} ${String(reason)}`)).toBeNull();
    }
  });
});
