import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deps } from "../../../worker/deps.ts";
import { accepts, admin, bids, call, dialect, rejects, seedBuyer, seedPublisher } from "../../support/world.ts";
import { LaterWorld } from "./support.ts";

let w: LaterWorld;
beforeEach(() => {
  w = new LaterWorld();
});
afterEach(() => w.end());

const withNotices = (name: string) => ({
  ...dialect(name),
  win: {
    request: {
      url: `http://127.0.0.1/${name}/won`,
      body: { ref: "{{bid.ref}}", sale: "{{gateway.reservation_id}}", price: "{{gateway.price}}" },
    },
  },
  loss: {
    request: {
      url: `http://127.0.0.1/${name}/lost`,
      body: {
        ref: "{{bid.ref}}",
        ping: "{{gateway.ping_id}}",
        won: "{{gateway.winning_price}}",
        why: "{{gateway.loss_reason}}",
      },
    },
  },
});
const person = { first_name: "Canary", last_name: "Personal" };
const wins = () => w.received.filter(({ url }) => url.endsWith("/won"));
const told = () => w.received.filter(({ url }) => url.endsWith("/lost"));
/** What goes on after the answer is under way; each look is one of the runtime's own turns. */
async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 200 && !holds(); n++) await new Promise<void>((resolve) => void deps().timer(resolve, 5));
  expect(holds()).toBe(true);
}

/** `winner` bids 20, `loser` 15, `silent` (no loss notice) 14. */
async function auction(id: string, campaign: object = {}): Promise<string> {
  const key = await w.campaign(id, campaign);
  for (const [name, price, own] of [
    ["winner", 20, true],
    ["loser", 15, true],
    ["quiet", 14, false],
  ] as const) {
    const buyer = `${id}_${name}`;
    w.buyers.set(buyer, { ping: bids(price), post: accepts() });
    await seedBuyer(buyer, id, {
      endpoint: { ping_timeout_ms: 5_000, ...(own ? { dialect: withNotices(buyer) } : {}) },
    });
    w.buyers.set(buyer, { ...w.buyers.get(buyer), lost: () => new Response("ok"), won: () => new Response("ok") });
  }
  return key;
}

describe("a loss notice", () => {
  it("goes once to who lost, after the sale, without the price and the consumer", async () => {
    const key = await auction("lost");
    const answer = await w.post(key, "lost", person);
    expect(answer).toMatchObject({ result: "accepted" });
    await until(() => told().length > 0);
    const [notice, ...more] = told();
    expect([new URL(notice?.url ?? "").pathname, more]).toEqual(["/lost_loser/lost", []]);
    expect(JSON.parse(notice?.body ?? "")).toEqual({ ref: "r1", ping: expect.stringMatching(/^p/), why: "lower_bid" });
    expect(w.received.findIndex(({ url }) => url.endsWith("/lost"))).toBeGreaterThan(
      w.received.findIndex(({ url }) => url.endsWith("/lost_winner/post")),
    );
    expect(JSON.stringify(notice)).not.toMatch(/Canary|Personal|\+1512/);
    // The same post again is the same sale.
    expect(told()).toHaveLength(1);
  });

  it("says not_taken to who could not take it, and lost_tie to who bid the same", async () => {
    const key = await auction("why");
    w.on("why_loser", "ping", bids(20));
    w.on("why_winner", "post", () => new Response("later", { status: 429 }));
    w.on("why_loser", "post", accepts());
    expect(await w.post(key, "why", person)).toMatchObject({ result: "accepted" });
    await until(() => told().length > 0);
    const reasons = told().map(({ url, body }) => [new URL(url).pathname.split("/")[1], JSON.parse(body).why]);
    expect([
      ["why_winner", "not_taken"],
      ["why_winner", "lost_tie"],
    ]).toContainEqual(reasons[0]);
    expect(reasons).toHaveLength(1);
  });

  it("names the price where the campaign discloses it", async () => {
    const key = await auction("open", { disclose_price: true });
    await w.post(key, "open", person);
    await until(() => told().length > 0);
    expect(JSON.parse(told()[0]?.body ?? "")).toMatchObject({ won: 20 });
  });

  it("is not sent for a lead that nobody bought, nor to who refused it", async () => {
    const key = await auction("unsold");
    for (const name of ["winner", "loser", "quiet"]) w.on(`unsold_${name}`, "post", rejects);
    expect(await w.post(key, "unsold", person)).toMatchObject({ result: "rejected" });
    w.on("unsold_loser", "post", accepts());
    expect(await w.post(key, "unsold", person)).toMatchObject({ result: "accepted" });
    expect(told()).toEqual([]);
  });

  it("a buyer that cannot be reached harms nobody", async () => {
    const key = await auction("away");
    w.buyers.set("away_loser", { ping: bids(15), post: accepts() });
    expect(await w.post(key, "away", person)).toMatchObject({ result: "accepted" });
    await until(() => told().length === 1);
  });
});

describe("a win notice", () => {
  it("goes once to who got the lead, with the sale and its price, without the consumer; never for a test or an unsold lead", async () => {
    const key = await auction("won");
    expect(await w.post(key, "won", person)).toMatchObject({ result: "accepted" });
    await until(() => wins().length > 0);
    const [notice, ...more] = wins();
    expect([new URL(notice?.url ?? "").pathname, more]).toEqual(["/won_winner/won", []]);
    const post = JSON.parse(w.to("won_winner", "post")[0]?.body ?? "") as { key: string };
    expect(JSON.parse(notice?.body ?? "")).toEqual({ ref: "r1", sale: post.key, price: 20 });
    expect(JSON.stringify(notice)).not.toMatch(/Canary|Personal|\+1512/);
    const test = await seedPublisher({ id: "won_tester", campaigns: ["won"] }, { test: true });
    await w.post(test, "won", person);
    for (const name of ["winner", "loser", "quiet"]) w.on(`won_${name}`, "post", rejects);
    expect(await w.post(key, "won", person)).toMatchObject({ result: "rejected" });
    expect(wins()).toHaveLength(1);
  });
});

describe("an endpoint's own ways", () => {
  it("a client certificate's binding carries its pings and posts; one that is not there is refused when it is saved", async () => {
    const key = await w.campaign("mtls");
    await seedBuyer("certified", "mtls", {
      endpoint: { ping_timeout_ms: 5_000, client_certificate: "MTLS_STANDIN" },
    });
    const answer = await w.post(key, "mtls", person);
    expect(answer).toMatchObject({ result: "accepted", redirect_url: "https://buyer.example/by-certificate" });
    expect(w.received).toEqual([]);
    await expect(admin("PATCH", "/endpoints/certified_ep", { client_certificate: "MTLS_NOBODY" })).rejects.toThrow(
      /client_certificate.*no binding MTLS_NOBODY.*mtls_certificates/s,
    );
    await expect(admin("PATCH", "/endpoints/certified_ep", { client_certificate: "ASSETS" })).rejects.toThrow(/422/);
  });

  it("beyond six connections the dialers take the certificate too", async () => {
    const key = await w.campaign("many");
    for (let n = 0; n < 8; n++)
      await seedBuyer(`many${n}`, "many", { endpoint: { ping_timeout_ms: 5_000, client_certificate: "MTLS_STANDIN" } });
    expect((await call(key, "/v1/pings", { campaign: "many", lead: { zip: "78704" } })).body).toMatchObject({
      result: "accepted",
    });
    expect(w.received).toEqual([]);
  });

  it("test leads go out with test credentials, live ones with the live ones", async () => {
    const key = await w.campaign("keys");
    const own = dialect("keyed");
    const headers = { "X-Key": "{{secret.api_key}}", "X-Account": "{{secret.account}}" };
    w.buyers.set("keyed", { ping: bids(20), post: accepts() });
    await seedBuyer("keyed", "keys", {
      endpoint: {
        ...{ ping_timeout_ms: 5_000, accepts_test: true },
        dialect: { ...own, post: { ...own.post, request: { ...own.post.request, headers } } },
        ...{ credentials: { api_key: "live-key", account: "a1" }, test_credentials: { api_key: "test-key" } },
      },
    });
    const test = await seedPublisher({ id: "tester", campaigns: ["keys"] }, { test: true });
    await w.post(key, "keys", person);
    await w.post(test, "keys", person);
    const sent = w.to("keyed", "post").map(({ headers: sent }) => [sent["x-key"], sent["x-account"]]);
    expect(sent).toEqual([
      ["live-key", "a1"],
      ["test-key", "a1"],
    ]);
    const shown = await admin("GET", "/endpoints/keyed_ep");
    expect(shown.secrets).toEqual(["api_key", "account", "test_credentials.api_key"]);
    expect(JSON.stringify(shown)).not.toMatch(/live-key|test-key|sealed/);
    await admin("PUT", "/endpoints/keyed_ep/credentials", { test_credentials: {} });
    expect((await admin("GET", "/endpoints/keyed_ep/credentials")).test_credentials).toEqual([]);
  });

  it("a buyer whose precondition does not hold is not called and does not win, by a fixed price neither", async () => {
    const key = await w.campaign("needs");
    const own = dialect("needy");
    const ping = { ...own.ping, require: ['zip starts with "9"'] };
    w.buyers.set("needy", { ping: bids(20), post: accepts() });
    await seedBuyer("needy", "needs", { endpoint: { ping_timeout_ms: 5_000, dialect: { ...own, ping } } });
    const fixed = { price: { type: "fixed", amount: 30 } };
    await admin("POST", "/contracts?force=test+world", {
      stage: "live",
      ...{ id: "fixed_c", buyer_id: "needy", endpoint_id: "needy_ep", campaign_id: "needs", name: "fixed", ...fixed },
    });
    const asked = await call(key, "/v1/pings", { campaign: "needs", lead: { zip: "78704" } });
    expect(asked.body).toMatchObject({ result: "rejected" });
    expect(w.received).toEqual([]);
    const other = await call(key, "/v1/pings", { campaign: "needs", lead: { zip: "90210" } });
    expect(other.body).toMatchObject({ result: "accepted", price: 24 });
  });

  it("a pre-ping's session goes on to the ping and to the post", async () => {
    const key = await w.campaign("chain");
    const own = dialect("chained");
    const step = {
      name: "quote",
      request: { url: "http://127.0.0.1/chained/quote", body: { zip: "{{zip}}" } },
      answer: { rules: [{ go_on: "ok is true" }], carry: { session: "session" } },
    };
    const session = { "X-Session": "{{step.quote.session}}" };
    w.buyers.set("chained", { ping: bids(20), post: accepts() });
    w.buyers.set("chained", {
      ...w.buyers.get("chained"),
      quote: () => Response.json({ ok: true, session: "s-77" }),
    });
    await seedBuyer("chained", "chain", {
      endpoint: {
        ping_timeout_ms: 5_000,
        dialect: {
          ...own,
          ping: { ...own.ping, before: [step], request: { ...own.ping.request, headers: session } },
          post: { ...own.post, request: { ...own.post.request, headers: session } },
        },
      },
    });
    expect(await w.post(key, "chain", person)).toMatchObject({ result: "accepted" });
    const sent = w.received.map(({ url, headers }) => [new URL(url).pathname, headers["x-session"]]);
    expect(sent).toEqual([
      ["/chained/quote", undefined],
      ["/chained/ping", "s-77"],
      ["/chained/post", "s-77"],
    ]);
  });
});
