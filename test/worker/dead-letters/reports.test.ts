import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { callbackToken } from "../../../worker/crypto/callback.ts";
import { readId } from "../../../worker/crypto/ids.ts";
import { TEST_BINDINGS } from "../../support/settings.ts";
import { accepts, admin, type BuyerAnswer, call, rejects, World } from "../../support/world.ts";
import {
  type Answer,
  accountOf,
  buyerCall,
  buyerKey,
  callback,
  comesTo,
  down,
  expectNobody,
  gateway,
  person,
  post,
  reservationOf,
  seed,
  seedOne,
  stateOf,
} from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** A campaign with one buyer that answers 503 to posts, and a lead of which nobody knows. */
async function doubt(id: string, n: number, publisher: object = {}, contract: object = {}) {
  const key = await seed(id, {}, publisher);
  await seedOne(world, id, id, 20, down, contract);
  const token = await buyerKey(id);
  const lead_id = await post(key, id, n);
  const reservation = reservationOf(lead_id, id);
  // A new key is known to this isolate once its snapshot has been read anew.
  await vi.waitFor(async () => expect((await buyerCall(token, reservation)).status).toBe(200));
  return { key, token, lead_id, reservation };
}

it("a late yes settles an unknown: 20 reports at once are one capture, and saying it again gets the same answer", async () => {
  const { token, lead_id, reservation } = await doubt("late", 1);
  expect(await buyerCall(token, reservation)).toMatchObject({
    status: 200,
    body: { reservation_id: reservation, lead_id, contract_id: "late_c", state: "unknown", price: 20 },
  });
  const yes = { result: "accepted", buyer_lead_id: "b-77", reason: "spoke to Quentin1xx" };
  const answers = await Promise.all(Array.from({ length: 20 }, () => buyerCall(token, reservation, yes)));
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(["settling", "accepted"]).toContain(body.state);
  }
  await comesTo(lead_id, "sold");
  expect(await accountOf("late")).toMatchObject({ balance: -20, held: 0, reservations: { captured: 1 } });
  expect(await buyerCall(token, reservation, yes)).toMatchObject({
    status: 200,
    body: { state: "accepted", price: 20 },
  });
  expect(await accountOf("late")).toMatchObject({ balance: -20 });
  const trace = await admin("GET", `/leads/${lead_id}/trace`);
  const reports = (trace.attempts as { kind?: string; outcome: string }[]).filter(({ kind }) => kind === "report");
  expect(reports).toMatchObject([{ outcome: "accepted" }]);
  // Less than what was charged is no repetition.
  const less = await buyerCall(token, reservation, { ...yes, price: 12 });
  expect(less).toMatchObject({
    status: 409,
    body: { code: "settled_otherwise", known: { state: "accepted", price: 20 } },
  });
  const alerts = JSON.stringify(await admin("GET", "/alerts?kind=contested"));
  expect(alerts).toContain(reservation);
  expectNobody([1], [answers, trace, alerts, (await env.DB.prepare("SELECT * FROM alerts").all()).results]);
});

it("a late no gives the hold back, and the lead goes on to the next buyer", async () => {
  const key = await seed("lateno");
  await seedOne(world, "lateno", "lateno", 20, down);
  await seedOne(world, "next", "lateno", 15, accepts());
  const token = await buyerKey("lateno");
  const lead_id = await post(key, "lateno", 2);
  expect(await stateOf(lead_id)).toBe("review");
  const reservation = reservationOf(lead_id, "lateno");
  const no = { result: "rejected", reason: "never arrived" };
  await vi.waitFor(async () => expect((await buyerCall(token, reservation, no)).status).toBe(200));
  await comesTo(lead_id, "sold");
  expect(await accountOf("lateno")).toMatchObject({ balance: 0, held: 0 });
  expect(await accountOf("next")).toMatchObject({ balance: -15 });
  expect(world.to("lateno", "post").length).toBe(1);
  expect(await buyerCall(token, reservation, no)).toMatchObject({
    status: 200,
    body: { state: "not_accepted", price: null },
  });
  // It cannot have it after all: the next one has.
  const late = await buyerCall(token, reservation, { result: "accepted" });
  expect(late).toMatchObject({ status: 409, body: { code: "settled_otherwise", known: { state: "not_accepted" } } });
  expect(JSON.stringify(await admin("GET", "/alerts"))).toContain("after a definite no");
  expect(await accountOf("lateno")).toMatchObject({ balance: 0 });
});

it("a yes after the publisher was told no is contested: 409, an alert, no charge", async () => {
  const { token, lead_id, reservation } = await doubt("contest", 3, { mode: "final" });
  const yes = { result: "accepted" };
  for (let n = 0; n < 2; n++) {
    const late = await buyerCall(token, reservation, yes);
    expect(late).toMatchObject({ status: 409, body: { code: "settled_otherwise", known: { state: "contested" } } });
  }
  expect(await accountOf("contest")).toMatchObject({ balance: 0, held: 20 });
  expect(await stateOf(lead_id)).toBe("review");
  await vi.waitFor(
    async () => expect(JSON.stringify(await admin("GET", "/alerts?kind=contested"))).toContain(reservation),
    { timeout: 5_000 },
  );
});

it("a no for a final publisher's unknown ends it unsold and frees the money", async () => {
  const { token, lead_id, reservation } = await doubt("finalno", 4, { mode: "final" });
  expect((await buyerCall(token, reservation, { result: "rejected" })).status).toBe(200);
  await comesTo(lead_id, "unsold");
  expect(await accountOf("finalno")).toMatchObject({ balance: 0, held: 0 });
});

it("a buyer speaks for its own deliveries only, and only for what was sent to it", async () => {
  const { token, lead_id, reservation, key } = await doubt("mine", 5);
  await seedOne(world, "thief", "mine", 5, rejects);
  const other = await buyerKey("thief");
  await vi.waitFor(async () => expect((await buyerCall(other, reservation)).status).toBe(404));
  const never = await post(key, "mine", 6);
  for (const [who, id] of [
    [other, reservation],
    [other, reservationOf(never, "thief")],
    [token, reservationOf(lead_id, "mine", 2)],
    [token, reservationOf("l".padEnd(28, "Z"), "mine")],
    [token, "nonsense"],
    [token, `${reservation}_1`],
  ] as const) {
    expect((await buyerCall(who, id)).status, id).toBe(404);
    expect(await buyerCall(who, id, { result: "accepted" }), id).toMatchObject({
      body: { code: "delivery_not_found" },
    });
  }
  expect(await accountOf("mine")).toMatchObject({ balance: 0, held: 40 });
  for (const bad of [null, "bk_live_unknown", "operator-token-of-the-tests", key])
    expect((await buyerCall(bad, reservation)).status).toBe(401);
  const { items } = (await admin("GET", "/buyers/mine/keys")) as { items: { id: string }[] };
  expect(JSON.stringify(items)).not.toContain(token);
  await admin("POST", `/buyers/mine/keys/${items[0]?.id}/revoke`, { reason: "lost laptop" });
  await vi.waitFor(async () => expect((await buyerCall(token, reservation)).status).toBe(401));
});

it.each([
  [{}, "result"],
  [{ result: "maybe" }, "result"],
  [{ result: "rejected", price: 3 }, "price"],
  [{ result: "accepted", price: "-3" }, "price"],
  [{ result: "accepted", notes: "x" }, "notes"],
  [{ result: "failed", reason: "x".repeat(501) }, "reason"],
])("422 %j names %s", async (body, field) => {
  const reservation_id = reservationOf("l".padEnd(28, "Z"), "none");
  const token = callbackToken(TEST_BINDINGS.HASH_SECRET, reservation_id);
  const answer = await callback(`https://gateway.test/v1/callbacks/${token}`, JSON.stringify(body), "application/json");
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
});

it("the address that came with the post is enough, in JSON or form encoding, for this one delivery", async () => {
  const key = await seed("cb");
  await seedOne(world, "cb", "cb", 20, down);
  await admin("PATCH", "/endpoints/cb_ep", {
    dialect: {
      version: 1,
      ping: {
        request: { url: "http://127.0.0.1/cb/ping", body: { zip: "{{zip}}" } },
        answer: { rules: [{ when: { path: "result", equals: "bid" }, outcome: "bid" }], price: "price" },
      },
      post: { request: { url: "http://127.0.0.1/cb/post", body: { back: "{{gateway.callback_url}}" } } },
    },
  });
  const seen: string[] = [];
  const note: BuyerAnswer = (request) => {
    seen.push(String((JSON.parse(request.body) as { back?: string }).back));
    return new Response("down", { status: 503 });
  };
  world.buyers.set("cb", { ping: world.buyers.get("cb")?.ping, post: note });
  const urls = new Map<string, string>();
  await vi.waitFor(async () => {
    const lead_id = await post(key, "cb", 100 + seen.length);
    expect(seen.at(-1)).toMatch(/^https:\/\/gateway\.test\/v1\/callbacks\/[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}$/);
    urls.set(lead_id, String(seen.at(-1)));
  });
  const second = await post(key, "cb", 200);
  urls.set(second, String(seen.at(-1)));
  const [[first = "", url = ""] = []] = [...urls];
  const form = "application/x-www-form-urlencoded";
  const forged = url.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
  const swapped = `${url.slice(0, url.lastIndexOf("/") + 1)}${reservationOf(second, "cb")}.${url.split(".").at(-1)}`;
  for (const bad of [forged, swapped, "https://gateway.test/v1/callbacks/x"])
    expect((await callback(bad, "result=accepted", form)).status).toBe(404);
  expect((await callback(url, "result=accepted&price=20", form)) satisfies Answer).toMatchObject({ status: 200 });
  await comesTo(first, "sold");
  expect((await callback(String(urls.get(second)), '{"result":"rejected"}', "application/json")).status).toBe(200);
  await comesTo(second, "unsold");
  expect(await accountOf("cb")).toMatchObject({ balance: -20, held: 0 });
  expect((await callback(url, "x".repeat(70_000), form)).status).toBe(413);
  expect((await callback(url, "<x/>", "text/xml")).status).toBe(415);
});

it.each([
  ["keep", "sold", -15],
  ["review", "review", 0],
] as const)(
  "a yes at a lower price: by contract (%s) it is kept, or a person decides",
  async (on_lower_price, state, balance) => {
    const id = `low${on_lower_price}`;
    const { token, lead_id, reservation } = await doubt(id, 7, {}, { on_lower_price });
    const yes = { result: "accepted", price: 15 };
    expect((await buyerCall(token, reservation, yes)).status).toBe(200);
    await comesTo(lead_id, state);
    expect(await accountOf(id)).toMatchObject({ balance });
    const again = await buyerCall(token, reservation, yes);
    expect(again.status).toBe(state === "sold" ? 200 : 202);
    // Its buyer has said its part: it must not read that nobody knows.
    if (state === "review") expect(again.body.message).toContain("less than your bid");
    if (state === "sold") expect(again.body).toMatchObject({ state: "accepted", price: 15 });
  },
);

it("a report that overtakes the post's own answer counts: sold once, whatever the answer says", async () => {
  const key = await seed("race");
  await seedOne(world, "race", "race", 20, down);
  const token = await buyerKey("race");
  await vi.waitFor(async () => expect((await buyerCall(token, "nonsense")).status).toBe(404));
  const told: Answer[] = [];
  world.buyers.set("race", {
    ping: world.buyers.get("race")?.ping,
    post: async (request) => {
      const reservation = String(request.headers["idempotency-key"]);
      told.push(await buyerCall(token, reservation, { result: "accepted" }));
      return new Response("down", { status: 503 });
    },
  });
  const lead_id = await post(key, "race", 8);
  await comesTo(lead_id, "sold");
  expect(told).toMatchObject([{ status: 200, body: { state: "settling", price: 20 } }]);
  expect(await accountOf("race")).toMatchObject({ balance: -20, held: 0 });
  expect(world.to("race", "post").length).toBe(1);
});

it("a no that may be older than the post on its way is to be said again: it counts once that has ended", async () => {
  const key = await seed("older");
  await seedOne(world, "older", "older", 20, down, { retry: { attempts: 4, first_delay_s: 0.5, max_delay_s: 1 } });
  await seedOne(world, "after", "older", 15, accepts());
  const token = await buyerKey("older");
  await vi.waitFor(async () => expect((await buyerCall(token, "nonsense")).status).toBe(404));
  const told: Answer[] = [];
  let posts = 0;
  world.buyers.set("older", {
    ping: world.buyers.get("older")?.ping,
    post: async (request) => {
      if (++posts === 2)
        told.push(await buyerCall(token, String(request.headers["idempotency-key"]), { result: "rejected" }));
      return new Response("down", { status: 503 });
    },
  });
  const lead_id = await post(key, "older", 32);
  await vi.waitFor(() => expect(told).toHaveLength(1), { timeout: 5_000 });
  expect(told[0]).toMatchObject({ status: 503, body: { code: "request_under_way" } });
  const reservation = reservationOf(lead_id, "older");
  const trace = await admin("GET", `/leads/${lead_id}/trace`);
  expect(JSON.stringify(trace.attempts)).not.toContain("report");
  await vi.waitFor(async () => expect((await buyerCall(token, reservation, { result: "rejected" })).status).toBe(200), {
    timeout: 5_000,
  });
  const before = posts;
  await comesTo(lead_id, "sold");
  // Once it has said no, nothing more is posted to it.
  expect(posts).toBe(before);
  expect(await accountOf("older")).toMatchObject({ balance: 0, held: 0 });
  expect(await accountOf("after")).toMatchObject({ balance: -15 });
});

it("a test lead's delivery is reported like any other, and moves no money", async () => {
  const key = await seed("tst");
  await seedOne(world, "tst", "tst", 20, down);
  await admin("PATCH", "/endpoints/tst_ep", { accepts_test: true });
  const token = await buyerKey("tst");
  let lead_id = "";
  await vi.waitFor(async () => {
    const answer = await call(key, "/v1/leads", { campaign: "tst", lead: person(9), test: true });
    lead_id = String(answer.body.lead_id);
    expect((await buyerCall(token, reservationOf(lead_id, "tst"))).status).toBe(200);
  });
  expect((await buyerCall(token, reservationOf(lead_id, "tst"), { result: "accepted" })).body).toMatchObject({
    test: true,
  });
  await comesTo(lead_id, "sold");
  expect((await buyerCall(token, reservationOf(lead_id, "tst"), { result: "failed" })).status).toBe(202);
  expect(await accountOf("tst")).toMatchObject({ balance: 0, held: 0 });
});

it("a report of an erased lead is kept without its words: the lead stays where it rests, and can be ended by it", async () => {
  const { token, lead_id, reservation } = await doubt("erased", 31);
  await comesTo(lead_id, "review");
  const g = gateway();
  const shard = readId(g.settings.HASH_SECRET, lead_id, "l")?.shard ?? "";
  expect(await g.book(shard).erase(lead_id, "tester", "request of today")).toBe("erased");
  const yes = { result: "accepted", reason: "spoke to Quentin31xx" };
  for (let i = 0; i < 2; i++)
    expect(await buyerCall(token, reservation, yes)).toMatchObject({ status: 202, body: { price: 20 } });
  expect(await stateOf(lead_id)).toBe("review");
  const trace = await admin("GET", `/leads/${lead_id}/trace`);
  const reports = (trace.attempts as { kind?: string; outcome: string }[]).filter(({ kind }) => kind === "report");
  expect(reports).toMatchObject([{ outcome: "accepted" }]);
  expectNobody([31], [trace]);
  await admin("POST", `/dead-letters/${lead_id}/close`, {
    as: "sold",
    contract_id: "erased_c",
    reason: "they have it",
  });
  expect(await accountOf("erased")).toMatchObject({ balance: -20, held: 0 });
});
