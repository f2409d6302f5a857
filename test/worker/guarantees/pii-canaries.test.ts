import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { replaceDeps } from "../../../worker/deps.ts";
import { admin, seedPublisher, World } from "../../support/world.ts";
import { CAMPAIGNS, Canaries } from "./canaries.ts";
import { byForm, oneStep, twoSteps } from "./canary-callers.ts";
import { cast, echo, POSTS } from "./canary-scenarios.ts";
import { prefixOf, seed } from "./canary-seed.ts";
import { drain, everythingStored, type Json, operator, post, send } from "./support.ts";
import { Witness } from "./witness.ts";

const canaries = new Canaries();
const secrets = new Canaries();
const ended: { key: string; lead_id: string }[] = [];
let world: World;
let witness: Witness;
let finalKey: string;
let pendingKey: string;

beforeAll(async () => {
  world = new World();
  for (const campaign of CAMPAIGNS) await admin("POST", "/campaigns", campaign);
  const campaigns = CAMPAIGNS.map(({ id }) => id);
  finalKey = await seedPublisher({ id: "final", campaigns });
  const postback = { url: "http://127.0.0.1/postback/post", method: "POST" };
  pendingKey = await seedPublisher({ id: "pending", campaigns, mode: "pending", postback });
  const { secret } = await admin("POST", "/publishers/pending/postback-secret");
  for (const text of [finalKey, pendingKey, String(secret).replace("whsec_", "")]) secrets.add(text);
  for (const campaign of CAMPAIGNS) await seed(campaign, secrets);
  witness = new Witness();
  world.onRequest = (request) => witness.dispatched(request);
}, 30_000);

afterAll(() => {
  world.end();
  vi.restoreAllMocks();
});

async function remember(key: string, sold: Promise<Json>): Promise<Json> {
  const body = await sold;
  if (typeof body.lead_id === "string") ended.push({ key, lead_id: body.lead_id });
  return body;
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
        remember(finalKey, twoSteps(canaries, finalKey, campaign)),
        remember(pendingKey, twoSteps(canaries, pendingKey, campaign)),
        remember(finalKey, oneStep(canaries, finalKey, campaign)),
        remember(finalKey, byForm(canaries, campaign)),
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
    // It waits for every lead's end and reads every table of D1 and of the objects.
  }, 90_000);

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
