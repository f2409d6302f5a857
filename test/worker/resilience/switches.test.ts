import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { ConfigKind } from "../../../schema/config/index.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import worker from "../../../worker/index.ts";
import { changeConfig, readConfig } from "../../../worker/ledger/config-store.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { type LedgerFaults, ledgerAway } from "../../support/ledger-faults.ts";
import { AheadClock } from "../../support/objects.ts";
import { accepts, admin, bids, call, dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const campaign = autoInsurance.id;
const clock = new AheadClock();
let key: string;
let world: World;
let faults: LedgerFaults | null = null;
let next = 1;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("alpha", campaign);
});
beforeEach(() => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(21.105), post: accepts() });
});
afterEach(() => {
  faults?.end();
  faults = null;
  world.end();
});

const ping = async () => (await call(key, "/v1/pings", { campaign, lead: leadOf(next++).ping })).body;
const lead = async () => (await call(key, "/v1/leads", { campaign, lead: wholeLead(next++) })).body;

const pingRequest = (): Request<unknown, IncomingRequestCfProperties> =>
  new Request("https://gateway.test/v1/pings", {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ campaign, lead: leadOf(next++).ping }),
  });

/** Another isolate's change: this one only learns of it by its snapshot. */
async function change(kind: ConfigKind, id: string, changes: Record<string, unknown>): Promise<void> {
  const stored = await readConfig(env.DB, kind, id);
  const body = { ...(stored?.body ?? { id }), ...changes };
  await changeConfig(env.DB, { kind, id, body, author: "tester", at: Date.now() });
}

/** Two seconds of traffic, a ping every 400 ms. */
async function twoSeconds(): Promise<void> {
  for (let n = 0; n < 5; n++) {
    clock.ahead += 400;
    const execution = createExecutionContext();
    const answer = await worker.fetch(pingRequest(), env, execution);
    await answer.json();
    // What goes on after the answer reads the changes.
    await waitOnExecutionContext(execution);
  }
}

it.each<[ConfigKind, string, string]>([
  ["settings", "gateway", "gateway_paused"],
  ["publisher", "pub", "publisher_paused"],
  ["campaign", campaign, "campaign_paused"],
  ["buyer", "alpha", "no_eligible_buyers"],
  ["endpoint", "alpha_ep", "no_eligible_buyers"],
  ["contract", "alpha_c", "no_eligible_buyers"],
])(
  "a pause of the %s by another isolate is in force here within two seconds, and so is its end",
  async (kind, id, code) => {
    expect(await ping()).toMatchObject({ result: "accepted" });
    await change(kind, id, { status: "paused" });
    await twoSeconds();
    const asked = world.received.length;
    expect(await ping()).toMatchObject({ result: "rejected", code });
    expect(await lead()).toMatchObject({ result: "rejected", code });
    expect(world.received).toHaveLength(asked);
    await change(kind, id, { status: "active" });
    await twoSeconds();
    expect(await ping()).toMatchObject({ result: "accepted" });
  },
);

it.each(["buyers/alpha", "endpoints/alpha_ep", "contracts/alpha_c"])(
  "a pause of %s refuses reservations the moment its call returns, whatever the snapshots say",
  async (path) => {
    const { ping_id } = await ping();
    // With D1 away this isolate cannot learn of the pause: only the buyer's object knows.
    const done = await admin("POST", `/${path}/pause`, { reason: "stop now" });
    expect(done).toMatchObject({ status: "paused", at_buyer: true, in_ledger: true });
    faults = ledgerAway("throws");
    const sold = (await call(key, "/v1/posts", { ping_id, lead: leadOf(next - 1).post })).body;
    expect(sold).toMatchObject({ result: "rejected" });
    expect(world.to("alpha", "post")).toHaveLength(0);
    const trace = await admin("GET", `/leads/${sold.lead_id}/trace`);
    expect(JSON.stringify(trace)).toContain(`${{ b: "buyer", e: "endpoint", c: "contract" }[path[0] ?? ""]}_paused`);
    faults.end();
    await admin("POST", `/${path}/resume`, { reason: "go on" });
    expect(await lead()).toMatchObject({ result: "accepted" });
  },
);

const health = async () =>
  (await (await exports.default.fetch("https://gateway.test/healthz")).json()) as {
    status: string;
    checks: Record<string, unknown>;
  };

it("a record that does not parse is left out, shown as a gauge, and everything else sells on", async () => {
  await seedBuyer("beta", campaign);
  world.buyers.set("beta", { ping: bids(30), post: accepts() });
  expect(await lead()).toMatchObject({ result: "accepted", price: 24 });
  expect(await health()).toMatchObject({ status: "ok", checks: { config_refused: 0 } });
  await change("contract", "beta_c", { price: { type: "barter" } });
  await twoSeconds();
  expect(await health()).toMatchObject({ status: "degraded", checks: { config_refused: 1 } });
  const asked = world.to("beta", "ping").length;
  expect(await lead()).toMatchObject({ result: "accepted", price: 16.884 });
  expect(world.to("beta", "ping")).toHaveLength(asked);
  await change("contract", "beta_c", { price: { type: "bid" }, status: "paused" });
  await twoSeconds();
  expect(await health()).toMatchObject({ status: "ok", checks: { config_refused: 0 } });
});

it("credentials rotate with the endpoint's version, in pings and posts", async () => {
  const { ping: asks, post } = dialect("gamma");
  const headers = { authorization: "Bearer {{secret.token}}" };
  const signed = {
    ...dialect("gamma"),
    ping: { ...asks, request: { ...asks.request, headers } },
    post: { ...post, request: { ...post.request, headers } },
  };
  await seedBuyer("gamma", campaign, { endpoint: { dialect: signed, credentials: { token: "first-secret" } } });
  world.buyers.set("gamma", { ping: bids(40), post: accepts() });
  const used = () => [...world.to("gamma", "ping"), ...world.to("gamma", "post")].map((r) => r.headers.authorization);
  expect(await lead()).toMatchObject({ result: "accepted", price: 32 });
  expect(used()).toEqual(["Bearer first-secret", "Bearer first-secret"]);
  await admin("PATCH", "/endpoints/gamma_ep", { credentials: { token: "second-secret" } });
  expect(await lead()).toMatchObject({ result: "accepted", price: 32 });
  expect(used().sort()).toEqual([
    ...["Bearer first-secret", "Bearer first-secret"],
    ...["Bearer second-secret", "Bearer second-secret"],
  ]);
  const shown = JSON.stringify(await admin("GET", "/endpoints/gamma_ep/history"));
  expect(shown).not.toContain("-secret");
  await admin("POST", "/buyers/gamma/pause", { reason: "end of test" });
});
