import { runDurableObjectAlarm } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OAuthServer, type ServerOptions } from "../../support/oauth-server.ts";
import { admin, dialect, env, type Received } from "../../support/world.ts";
import { LaterWorld } from "./support.ts";

let w: LaterWorld;
beforeEach(() => {
  w = new LaterWorld();
});
afterEach(() => w.end());

const CREDENTIALS = { id: "client one", secret: "s3cret&+ü", refresh: "refresh-1" };
const AUTH = {
  type: "oauth2",
  grant: "client_credentials",
  client_id: "{{secret.id}}",
  client_secret: "{{secret.secret}}",
};

/** A buyer whose interface takes a token of its own server only. */
async function buyer(
  id: string,
  {
    auth = {},
    server = {},
    endpoint = {},
    contract = {},
  }: { auth?: object; server?: ServerOptions; endpoint?: object; contract?: object } = {},
) {
  const oauth = new OAuthServer(server);
  const key = await w.campaign(id);
  const checked = (answer: object) => (request: Received) =>
    oauth.takes(request.headers.authorization) ? Response.json(answer) : new Response("{}", { status: 401 });
  w.buyers.set(id, { ping: checked({ result: "bid", price: 20, ref: "r1" }), post: checked({ result: "accepted" }) });
  w.buyers.set(id, { ...w.buyers.get(id), token: oauth.token });
  await w.buyer(id, id, 20, contract, {
    dialect: { ...dialect(id), auth: { ...AUTH, token_url: `http://127.0.0.1/${id}/token`, ...auth } },
    credentials: CREDENTIALS,
    ...endpoint,
  });
  w.on(id, "ping", checked({ result: "bid", price: 20, ref: "r1" }));
  return { oauth, key, tokens: () => w.received.filter(({ url }) => url.endsWith(`/${id}/token`)).length };
}

const accountOf = (id: string) => env.ACCOUNT.get(env.ACCOUNT.idFromName(id));
/** What is due at the buyer's object is done: a fetch, a status row on its way to D1. */
async function settle(id: string): Promise<void> {
  for (let n = 0; n < 4; n++) await runDurableObjectAlarm(accountOf(id));
}
const person = { first_name: "Ann", last_name: "Personal" };

describe("an endpoint with OAuth 2.0", () => {
  it("its token is fetched when it is saved, and its pings and posts carry it", async () => {
    const { oauth, key, tokens } = await buyer("fresh");
    await settle("fresh");
    expect([oauth.granted, tokens()]).toEqual([["client_credentials"], 1]);
    w.moveClock(3_000);
    expect(await w.post(key, "fresh", person)).toMatchObject({ result: "accepted" });
    expect([w.to("fresh", "ping").length, w.to("fresh", "post").length, tokens()]).toEqual([1, 1, 1]);
  });

  it("a ping waits for none: the buyer is passed over, and the object fetches one meanwhile", async () => {
    const { oauth, key } = await buyer("slow");
    oauth.down = true;
    await settle("slow");
    w.moveClock(70_000);
    const asked = await admin("GET", "/alerts?limit=10");
    expect(JSON.stringify(asked)).not.toContain("s3cret");
    expect(await w.ping(key, "slow")).toBeDefined();
    expect(w.to("slow", "ping")).toHaveLength(0);
    oauth.down = false;
    w.moveClock(70_000);
    await settle("slow");
    w.moveClock(3_000);
    await w.post(key, "slow", person);
    expect(w.to("slow", "post")).toHaveLength(1);
  });

  it("a bid that echoes its token is kept without it", async () => {
    const { key } = await buyer("echo");
    await settle("echo");
    w.moveClock(3_000);
    const echo = ({ headers }: Received) => Response.json({ result: "bid", price: 20, ref: headers.authorization });
    w.on("echo", "ping", echo);
    expect(await w.post(key, "echo", person)).toMatchObject({ result: "accepted" });
    expect(w.to("echo", "ping")[0]?.headers.authorization).toMatch(/^Bearer access-/);
    expect(JSON.parse(w.to("echo", "post")[0]?.body ?? "")).toMatchObject({ ref: "Bearer ***" });
  });

  it("a refused token is replaced, and the post repeated, once and in the same attempt", async () => {
    const { oauth, key, tokens } = await buyer("revoked");
    await settle("revoked");
    w.moveClock(5_000);
    const ping_id = await w.ping(key, "revoked");
    oauth.revoke();
    expect(await w.postOf(key, ping_id, person)).toMatchObject({ result: "accepted" });
    const [first, second] = w.to("revoked", "post");
    expect([tokens(), w.to("revoked", "post").length]).toEqual([2, 2]);
    expect(first?.headers["idempotency-key"]).toBe(second?.headers["idempotency-key"]);
    expect(first?.headers.authorization).not.toBe(second?.headers.authorization);
  });

  it("credentials that are wrong are an alert that names no secret, until they are right", async () => {
    const { oauth, key } = await buyer("wrong", {
      server: {},
      endpoint: { credentials: { ...CREDENTIALS, secret: "other" } },
    });
    await settle("wrong");
    expect(oauth.refused).toContain("client_credentials invalid_client");
    await settle("wrong");
    const alerts = JSON.stringify(await admin("GET", "/alerts?limit=50"));
    expect(alerts).toContain("token_failed");
    expect(alerts).not.toMatch(/s3cret|other"/);
    w.moveClock(3_000);
    await w.ping(key, "wrong");
    expect(w.to("wrong", "ping")).toHaveLength(0);
    const changed = await admin("PATCH", "/endpoints/wrong_ep/credentials", {
      credentials: { secret: CREDENTIALS.secret },
    });
    expect(changed).toMatchObject({ credentials: ["id", "refresh", "secret"], test_credentials: [] });
    expect(JSON.stringify(changed)).not.toContain("s3cret");
    await settle("wrong");
    w.moveClock(3_000);
    expect(await w.post(key, "wrong", person)).toMatchObject({ result: "accepted" });
  });

  it.each([
    ["refuses us", "set_up_error auth", "parked"],
    ["is away", "not_taken no_token", "unsold"],
  ])("a post whose token's server %s is sent nowhere: %s, %s", async (how, expected, state) => {
    const away = how === "is away";
    const id = away ? "gone" : "denied";
    const { oauth, key } = await buyer(id, {
      contract: { price: { type: "fixed", amount: 20 } },
      endpoint: away ? {} : { credentials: { ...CREDENTIALS, secret: "other" } },
    });
    oauth.down = away;
    const { lead_id } = await w.post(key, id, person);
    const { lead, attempts } = await w.story(lead_id);
    expect(attempts.map(({ outcome, class: cls }) => `${outcome} ${cls}`)).toContain(expected);
    expect([w.to(id, "post"), lead.state]).toEqual([[], state]);
  });

  it.each([
    ["accounts.example.com", 0],
    ["127.0.0.1", 1],
  ])("a token's address that a credential begins must be among hosts: with %s %d requests", async (host, asked) => {
    const id = `based${asked}`;
    const credentials = { ...CREDENTIALS, base: `http://127.0.0.1/${id}` };
    const auth = { token_url: "{{secret.base}}/token", hosts: [host] };
    const { tokens } = await buyer(id, { auth, endpoint: { credentials } });
    await settle(id);
    expect(tokens() > 0).toBe(asked > 0);
  });

  it("a rotating refresh token is kept by the object and used for the next fetch", async () => {
    const { oauth, tokens } = await buyer("rotating", {
      auth: { grant: "refresh_token", refresh_token: "{{secret.refresh}}" },
      server: { rotate: true },
    });
    await settle("rotating");
    expect(oauth.granted).toEqual(["refresh_token"]);
    for (let n = 0; n < 3; n++) {
      w.moveClock(3_600_000 * 0.9);
      await settle("rotating");
    }
    expect([oauth.granted.length, oauth.refused, tokens()]).toEqual([4, [], 4]);
  });
});

describe("set-up by consent", () => {
  const auth = {
    grant: "refresh_token",
    refresh_token: "{{secret.refresh}}",
    authorize_url: "http://127.0.0.1/consent?prompt=consent",
  };
  const open = (url: string) => exports.default.fetch(url);

  it("brings the refresh token, sealed, without a sight of it", async () => {
    const { oauth, key } = await buyer("consent", {
      auth,
      endpoint: { credentials: { id: CREDENTIALS.id, secret: CREDENTIALS.secret } },
    });
    oauth.refresh_token = "nobody's";
    const started = await admin("POST", "/endpoints/consent_ep/oauth/start", {});
    const asked = new URL(String(started.authorize_url)).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      ...{ prompt: "consent", response_type: "code", client_id: CREDENTIALS.id, code_challenge_method: "S256" },
      ...{ redirect_uri: "https://gateway.test/v1/oauth/callback", state: started.state },
    });
    oauth.code = {
      code: "c1",
      challenge: asked.get("code_challenge") ?? "",
      redirect_uri: asked.get("redirect_uri") ?? "",
    };
    const done = await open(`https://gateway.test/v1/oauth/callback?code=c1&state=${asked.get("state")}`);
    const page = await done.text();
    expect([done.status, page.includes("Done"), page.includes("refresh-")]).toEqual([200, true, false]);
    await settle("consent");
    w.moveClock(3_000);
    expect(oauth.granted).toEqual(["authorization_code", "refresh_token"]);
    expect(await w.post(key, "consent", person)).toMatchObject({ result: "accepted" });
    // The same link a second time: the code is used up.
    expect((await open(`https://gateway.test/v1/oauth/callback?code=c1&state=${asked.get("state")}`)).status).toBe(409);
  });

  it("takes no state that is forged, or older than ten minutes, and no refusal", async () => {
    await buyer("late", { auth, endpoint: { credentials: { id: CREDENTIALS.id, secret: CREDENTIALS.secret } } });
    const { state } = await admin("POST", "/endpoints/late_ep/oauth/start", {});
    const [body = "", mac = ""] = String(state).split(".");
    const forged = `${body.slice(0, -2)}AA.${mac}`;
    const back = (query: string) =>
      open(`https://gateway.test/v1/oauth/callback?${query}`).then(({ status }) => status);
    expect(await back(`code=c1&state=${forged}`)).toBe(400);
    expect(await back("code=c1")).toBe(400);
    expect(await back(`error=access_denied&state=${state}`)).toBe(400);
    w.moveClock(600_001);
    expect(await back(`code=c1&state=${state}`)).toBe(400);
  });

  it("says what an endpoint lacks for it", async () => {
    await buyer("plain");
    await expect(admin("POST", "/endpoints/plain_ep/oauth/start", {})).rejects.toThrow(/409.*grant refresh_token/s);
  });
});
