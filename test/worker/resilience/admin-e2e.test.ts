import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { gatewayApp } from "../../../worker/routes/gateway-app.ts";
import { PAGES } from "../../../worker/routes/operations.ts";
import { wholeLead } from "../../support/leads.ts";
import { rows } from "../../support/ledger-faults.ts";
import { AheadClock, settleLedger } from "../../support/objects.ts";
import { type Answer, send } from "../../support/raw.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { accepts, bids, dialect, World } from "../../support/world.ts";

const clock = new AheadClock();
const campaign = autoInsurance.id;
let world: World;
let key = "";

beforeAll(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  world.buyers.set("acme", { ping: bids(21.105), post: accepts() });
});
afterAll(() => world.end());

const operator = (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> => send(`/v1/admin${path}`, { key: TEST_OPERATOR_TOKEN, method, body, headers });
async function done(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const answer = await operator(method, path, body);
  expect([method, path, answer.status < 300, answer.text]).toEqual([method, path, true, answer.text]);
  return answer.body;
}
const sell = async (n: number) => (await send("/v1/leads", { key, body: { campaign, lead: wholeLead(n) } })).body;
const account = () => done("GET", "/buyers/acme/account");

/** The tests of this file are one story, in order. */
it("sets up everything by its calls alone", async () => {
  await done("POST", "/campaigns", autoInsurance);
  await done("POST", "/publishers", { id: "pub", name: "Publisher", campaigns: [campaign] });
  const made = await done("POST", "/publishers/pub/keys", { label: "the first" });
  key = String(made.key);
  await done("POST", "/buyers", { id: "acme", name: "Acme", credit_limit: 0 });
  const { ping, post } = dialect("acme");
  const headers = { "x-token": "{{secret.token}}" };
  const signed = { version: 1, ping: { ...ping, request: { ...ping.request, headers } }, post };
  const endpoint = { id: "acme_ep", buyer_id: "acme", name: "Acme's", dialect: signed };
  await done("POST", "/endpoints", { ...endpoint, credentials: { token: "top-secret-token" } });
  const contract = { id: "acme_c", buyer_id: "acme", endpoint_id: "acme_ep", campaign_id: campaign, name: "Acme auto" };
  await done("POST", "/contracts?force=test+world", { stage: "live", ...contract, price: { type: "bid" } });
  // Prepaid, and nothing paid in yet.
  expect(await sell(1)).toMatchObject({ result: "rejected" });
  expect(world.to("acme", "post")).toEqual([]);
});

it("books a deposit once, whatever is repeated; other content under its id is refused", async () => {
  const deposit = { id: "wire-1", kind: "deposit", amount: 50, reason: "bank transfer" };
  expect(await done("POST", "/buyers/acme/entries", deposit)).toMatchObject({ balance: 50 });
  expect(await done("POST", "/buyers/acme/entries", deposit)).toMatchObject({ balance: 50 });
  const other = await operator("POST", "/buyers/acme/entries", { ...deposit, amount: 60 });
  expect([other.status, other.body.code]).toEqual([409, "entry_conflict"]);
  const adjusted = { id: "fix-1", kind: "adjustment", amount: -0.0001, reason: "a rounding of theirs" };
  expect(await done("POST", "/buyers/acme/entries", adjusted)).toMatchObject({ balance: 49.9999 });
  expect((await operator("POST", "/buyers/acme/entries", { ...deposit, id: "x", amount: -5 })).status).toBe(422);
  expect((await operator("POST", "/buyers/acme/entries", { ...deposit, id: "y", reason: "" })).status).toBe(422);
});

it("sells while the balance lasts; balances, sales and movements are exact", async () => {
  clock.ahead += 6_000;
  expect(await sell(2)).toMatchObject({ result: "accepted", price: 16.884 });
  expect(await sell(3)).toMatchObject({ result: "accepted", price: 16.884 });
  expect(await sell(4)).toMatchObject({ result: "rejected" });
  expect(world.to("acme", "ping").at(-1)?.headers["x-token"]).toBe("top-secret-token");
  expect(await account()).toMatchObject({ balance: 7.7899, held: 0 });
  await settleLedger(clock);
  const { items: sales } = await done("GET", "/sales");
  expect(sales).toHaveLength(2);
  const sum = async (name: string) => (await done("GET", `/movements?account=${encodeURIComponent(name)}`)).sum;
  expect(await sum("buyer:acme")).toBe(7.7899);
  expect(await sum("publisher:pub")).toBe(33.768);
  expect(await sum("clearing")).toBe(0);
  expect(await rows("SELECT sum(amount) AS s FROM money_movements")).toEqual([{ s: 0 }]);
  expect(await rows("SELECT ref FROM money_movements GROUP BY ref HAVING sum(amount) <> 0")).toEqual([]);
});

it("keeps every version with its author and reason, rolls back, and refuses an outdated If-Match", async () => {
  const read = await operator("GET", "/contracts/acme_c");
  expect(read.headers.get("etag")).toBe('"1"');
  const raised = { priority: 5 };
  const changed = await operator("PATCH", "/contracts/acme_c?reason=they%20asked", raised, { "if-match": '"1"' });
  expect([changed.status, changed.body.version]).toEqual([200, 2]);
  const late = await operator("PATCH", "/contracts/acme_c", { priority: 9 }, { "if-match": '"1"' });
  expect([late.status, late.body.code]).toEqual([412, "version_mismatch"]);
  const bad = await operator("PATCH", "/contracts/acme_c", { priority: 9 }, { "if-match": "one" });
  expect(bad.status).toBe(400);
  const wrong = await operator("PATCH", "/contracts/acme_c", { priority: 0, colour: "red" });
  expect(wrong.status).toBe(422);
  const back = await done("POST", "/contracts/acme_c/rollback", { version: 1, reason: "too early" });
  expect(back).toMatchObject({ version: 3 });
  const { items } = (await done("GET", "/contracts/acme_c/history")) as { items: Record<string, unknown>[] };
  expect(items.map(({ version, author, reason }) => [version, author, reason])).toEqual([
    [3, "tester", expect.stringContaining("too early")],
    [2, "tester", "they asked"],
    [1, "tester", null],
  ]);
  expect(items[0]?.record).not.toHaveProperty("priority");
});

it("of twenty changes from one version one is made", async () => {
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      operator("PATCH", "/buyers/acme", { notes: `note ${n}` }, { "if-match": '"1"' }),
    ),
  );
  const made = all.filter((answer) => answer.status === 200);
  expect(made).toHaveLength(1);
  expect(new Set(all.map((answer) => answer.status))).toEqual(new Set([200, 412]));
  expect((await done("GET", "/buyers/acme/history")).items).toHaveLength(2);
});

it("shows a key once and credentials never, wherever one looks", async () => {
  expect(key.length).toBeGreaterThan(20);
  const paths = ["/publishers/pub", "/publishers/pub/keys", "/publishers/pub/history", "/endpoints/acme_ep"];
  paths.push(
    "/endpoints",
    "/endpoints/acme_ep/history",
    "/buyers",
    "/contracts",
    "/audit",
    "/alerts",
    "/leads",
    "/gauges",
  );
  for (const path of paths) {
    const { text, status } = await operator("GET", path);
    expect([path, status]).toEqual([path, 200]);
    for (const secret of [key, "top-secret-token", "credentials_sealed", "wrapped_key"])
      expect([path, secret, text.includes(secret)]).toEqual([path, secret, false]);
  }
  const stored = await rows<{ t: string }>("SELECT group_concat(body) AS t FROM config_history");
  expect(stored[0]?.t.includes(key) || stored[0]?.t.includes("top-secret-token")).toBe(false);
  const { items } = (await done("GET", "/publishers/pub/keys")) as { items: { id: string; prefix: string }[] };
  expect(key.startsWith(items[0]?.prefix ?? "?")).toBe(true);
  await done("POST", `/publishers/pub/keys/${items[0]?.id}/revoke`, { reason: "leaked" });
  expect((await send("/v1/leads", { key, body: {} })).status).toBe(401);
});

it("knows nobody without a token, and tells nobody which records there are", async () => {
  for (const token of [undefined, "", "wrong", TEST_OPERATOR_TOKEN.slice(0, -1)])
    for (const path of ["/buyers/acme", "/buyers/nobody"]) {
      const answer = await send(`/v1/admin${path}`, { key: token, method: "GET" });
      expect([answer.status, answer.body.code]).toEqual([401, "unauthorized"]);
    }
});

it("documents every route that is mounted; its pages can be read", async () => {
  const document = await send("/openapi.json", { method: "GET" });
  const paths = Object.keys(document.body.paths as object);
  const pages: readonly string[] = PAGES;
  const mounted = gatewayApp().routes.filter(
    ({ method, path }) => method !== "ALL" && path.startsWith("/v1/") && !pages.includes(path),
  );
  expect(mounted.length).toBeGreaterThan(40);
  for (const { path } of mounted) expect(paths).toContain(path.replaceAll(/:([a-z_]+)/g, "{$1}"));
  for (const path of ["/", "/docs", "/docs/errors"]) {
    const page = await send(path, { method: "GET" });
    expect([path, page.status, page.type.startsWith("text/html")]).toEqual([path, 200, true]);
    expect(page.text).toContain("</html>");
  }
  const errors = await send("/docs/errors", { method: "GET" });
  for (const code of ["invalid_fields", "ping_not_found", "content_changed", "ping_lost", "ledger_unavailable"])
    expect(errors.text).toContain(`id="${code}"`);
});

it("the buyer's account agrees with the ledger to the last hundredth of a cent", async () => {
  await settleLedger(clock);
  const view = await env.ACCOUNT.get(env.ACCOUNT.idFromName("acme")).view();
  expect(await rows("SELECT sum(amount) AS s FROM money_movements WHERE account = 'buyer:acme'")).toEqual([
    { s: view.balance },
  ]);
});
