import { expect, test } from "vitest";
import { readConfig } from "../../../worker/ledger/config-store.ts";
import { BUYER, CAMPAIGN, CONTRACT, db, ENDPOINT, fieldsOf, PUBLISHER, seeded, world } from "./support.ts";

test("a record is shown word by word as it was written, money too", async () => {
  const w = await seeded();
  expect((await w.call("GET", "/buyers/acme")).body).toEqual({
    id: "acme",
    version: 1,
    author: "alice",
    updated_at: "2026-11-20T15:04:05.000Z",
    record: BUYER,
    secrets: [],
  });
  expect((await w.call("GET", "/campaigns/auto")).body.record).toEqual(CAMPAIGN);
  expect((await w.call("GET", "/contracts/acme_auto")).body.record).toEqual(CONTRACT);
  expect((await w.call("GET", "/buyers/acme")).headers.get("etag")).toBe('"1"');
});

test("credentials are sealed for their place and never shown, not in any answer", async () => {
  const w = await seeded();
  const { credentials: _plain, ...open } = ENDPOINT;
  const answers = [
    await w.call("GET", "/endpoints/acme_http"),
    await w.call("GET", "/endpoints"),
    await w.call("GET", "/endpoints/acme_http/history"),
    await w.call("PATCH", "/endpoints/acme_http", { name: "New" }),
    await w.call("POST", "/endpoints/acme_http/rollback", { version: 1, reason: "as it was" }),
  ];
  expect(answers[0]?.body).toMatchObject({ record: open, secrets: ["token"] });
  for (const { status, body } of answers) {
    expect(status).toBe(200);
    expect(JSON.stringify(body)).not.toMatch(/CANARY|sealed/);
  }
  expect((await readConfig(db, "endpoint", "acme_http"))?.body.credentials_sealed).toEqual({
    token: "sealed(endpoint/acme_http/token:12)",
  });
  expect(JSON.stringify((await db.prepare("SELECT * FROM config_history").all()).results)).not.toContain("CANARY");
});

test("a replaced record keeps its credentials; named ones change, null takes one away", async () => {
  const w = await seeded();
  const { credentials: _plain, ...open } = ENDPOINT;
  const names = async (body: object) => (await w.call("PUT", "/endpoints/acme_http", body)).body.secrets;
  expect(await names(open)).toEqual(["token"]);
  expect(await names({ ...open, credentials: { user: "u" } })).toEqual(["token", "user"]);
  expect(await names({ ...open, credentials: { user: null } })).toEqual(["token"]);
  const refused = await w.call("PUT", "/endpoints/acme_http", { ...open, credentials: { token: null } });
  expect([refused.status, fieldsOf(refused.body)]).toEqual([422, ["dialect.ping.request.headers.X-Key"]]);
});

test("PUT creates and replaces; what is left out goes back to its default, but for the status", async () => {
  const w = await seeded();
  expect((await w.call("PUT", "/buyers/new_one", { name: "N" })).status).toBe(201);
  await w.call("POST", "/buyers/acme/pause", { reason: "late payer" });
  const put = await w.call("PUT", "/buyers/acme", { name: "Acme Inc" });
  expect(put.status).toBe(200);
  expect(put.body).toMatchObject({ version: 3, record: { id: "acme", name: "Acme Inc", status: "paused" } });
  expect((await w.call("PUT", "/buyers/acme", { name: "Acme", status: "active" })).body.record).toMatchObject({
    status: "active",
  });
});

test("PATCH replaces the named members only", async () => {
  const w = await seeded();
  const answer = await w.call("PATCH", "/contracts/acme_auto?reason=more+volume", {
    caps: [{ per: "hour", count: 9 }],
  });
  expect(answer.status).toBe(200);
  expect(answer.body.record).toEqual({ ...CONTRACT, caps: [{ per: "hour", count: 9 }] });
  const past = (await w.call("GET", "/contracts/acme_auto/history")).body.items as {
    version: number;
    reason: string | null;
    author: string;
  }[];
  expect(past.map((v) => [v.version, v.reason, v.author])).toEqual([
    [2, "more volume", "alice"],
    [1, null, "alice"],
  ]);
});

test("a rollback is a new version: it brings back neither a replaced credential nor a status", async () => {
  const w = await seeded();
  await w.call("PATCH", "/endpoints/acme_http", { name: "Second", credentials: { token: "longer-CANARY-token" } });
  await w.call("POST", "/endpoints/acme_http/pause", { reason: "broken" });
  const back = await w.call("POST", "/endpoints/acme_http/rollback", { version: 1, reason: "worked then" });
  expect(back.body).toMatchObject({ version: 4, record: { name: ENDPOINT.name, status: "paused" } });
  expect((await readConfig(db, "endpoint", "acme_http"))?.body.credentials_sealed).toEqual({
    token: "sealed(endpoint/acme_http/token:19)",
  });
  expect((await w.call("POST", "/endpoints/acme_http/rollback", { version: 9, reason: "no such" })).status).toBe(404);
});

test("changed terms reach the buyer's object; other kinds tell nobody", async () => {
  const w = await seeded();
  await w.call("PATCH", "/contracts/acme_auto", { caps: [{ per: "day", count: 1, money: "10.5" }] });
  await w.call("PATCH", "/buyers/acme", { credit_limit: null });
  await w.call("PATCH", "/endpoints/acme_http", { breaker: { failures: 5 } });
  await w.call("PATCH", "/publishers/pub", { name: "P" });
  expect(w.calls.map(({ buyer, args }) => [buyer, args])).toEqual([
    [
      "acme",
      {
        contracts: [
          {
            contract_id: "acme_auto",
            version: 2,
            paused: false,
            caps: [{ per: "day", count: 1, money: 105_000 }],
            time_zone: "America/New_York",
            duplicate_window_ms: 30 * 86_400_000,
            pacing: undefined,
            probe_with_lead: false,
            endpoint_id: "acme_http",
          },
        ],
      },
    ],
    ["acme", { buyer: { version: 2, paused: false, credit_limit: null } }],
    [
      "acme",
      {
        endpoints: [
          {
            endpoint_id: "acme_http",
            version: 2,
            paused: false,
            breaker: {
              failures: 5,
              within_s: 300,
              failure_rate: 50,
              slow_rate: 80,
              window_s: 60,
              min_calls: 20,
              pause_s: 30,
              max_pause_s: 600,
            },
          },
        ],
      },
    ],
  ]);
  expect(w.refreshed).toBe(4);
});

test("lists are pages, and take only filters that exist", async () => {
  const w = await seeded();
  for (const id of ["b1", "b2", "b3"]) await w.call("POST", "/buyers", { id, name: id });
  const first = await w.call("GET", "/buyers?limit=2");
  expect([(first.body.items as { id: string }[]).map((i) => i.id), first.body.next]).toEqual([["acme", "b1"], "b1"]);
  const rest = await w.call("GET", "/buyers?after=b1");
  expect([(rest.body.items as { id: string }[]).map((i) => i.id), rest.body.next]).toEqual([["b2", "b3"], null]);
  expect((await w.call("GET", "/contracts?buyer_id=acme&campaign_id=auto")).body.items).toHaveLength(1);
  expect((await w.call("GET", "/contracts?buyer_id=b1")).body.items).toEqual([]);
  expect(fieldsOf((await w.call("GET", "/contracts?buyer=acme")).body)).toEqual(["buyer"]);
});

test("a form gets a public key, and its Turnstile secret is sealed", async () => {
  const w = await seeded();
  const made = await w.call("POST", "/forms", { publisher_id: "pub", campaign_id: "auto", turnstile_secret: "CANARY" });
  expect(made.status).toBe(201);
  expect(made.body.id).toMatch(/^f_[A-Za-z0-9]{22}$/);
  expect(made.body.secrets).toEqual(["turnstile_secret"]);
  expect(JSON.stringify(made.body)).not.toContain("CANARY");
  const stored = await readConfig(db, "form", String(made.body.id));
  expect(stored?.body.turnstile_sealed).toBe(`sealed(form/${made.body.id}/turnstile:6)`);
});

test("one's own change is seen at once by the same isolate", async () => {
  const w = world();
  await w.call("GET", "/buyers");
  expect(w.refreshed).toBe(0);
  await w.call("PUT", "/publishers/pub2", { ...PUBLISHER, id: "pub2" });
  expect(w.refreshed).toBe(1);
});
