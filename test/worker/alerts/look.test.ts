import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { NEW_MEMORY } from "../../../worker/alerts/memory.ts";
import { deps } from "../../../worker/deps.ts";
import { look } from "../../../worker/flows/alerts/look.ts";
import { alertContext } from "../../../worker/gateway/alert-context.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { admin, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { fresh, incidents, kinds, MINUTE, ring, SECRET, tell, to } from "./support.ts";

let world: World;
let seeded = false;
beforeEach(async () => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  if (!seeded) {
    await seedCampaign(autoInsurance);
    await seedBuyer("acme", autoInsurance.id, { buyer: { credit_limit: 0 } });
    const url = "http://127.0.0.1/hook/alerts";
    await admin("PUT", "/alert-channels/hook", {
      name: "Hook",
      type: "webhook",
      url,
      secret: SECRET,
      min_severity: "info",
    });
    await admin("PUT", "/alert-channels/chat", { name: "Chat", type: "slack", hook_url: "http://127.0.0.1/hook/chat" });
  }
  seeded = true;
  await fresh();
  for (const phase of ["alerts", "chat"])
    world.buyers.set("hook", { ...world.buyers.get("hook"), [phase]: () => new Response("") });
  await ring(world, MINUTE);
});
afterEach(() => world.end());

it("sees a buyer without money, and that it got some", async () => {
  await admin("POST", "/buyers/acme/account/entries", {
    id: "d0",
    kind: "deposit",
    amount: 10,
    reason: "first deposit",
  }).catch(() => {});
  await ring(world, MINUTE);
  expect(await incidents("?kind=balance_low&state=open")).toMatchObject([
    { severity: "critical", subject: "buyer:acme" },
  ]);
  expect(await admin("GET", "/alerts/rules?buyer=acme")).toMatchObject({
    items: expect.arrayContaining([
      { name: "balance_low", settings: { on: true, warning: 200, critical: 20 }, set_by_main: [], set_by_buyer: [] },
    ]),
  });
  await admin("PUT", "/alerting/buyer_acme", { buyer_id: "acme", rules: { balance_low: { warning: 0, critical: 0 } } });
  for (let n = 0; n < 5; n++) await ring(world, MINUTE);
  expect(await incidents("?kind=balance_low&state=open")).toEqual([]);
});

it("sees differences between the books until they are mended", async () => {
  const row =
    "INSERT INTO differences (id, job_id, at, kind, subject, detail) VALUES ('d', 'j', ?1, 'price_differs', 'lead:x', '{}')";
  await env.DB.prepare(row).bind(deps().now()).run();
  await ring(world, MINUTE);
  expect(await incidents("?kind=differences_open")).toMatchObject([{ state: "open", severity: "critical" }]);
  await env.DB.prepare("UPDATE differences SET mended_at = 1").run();
  for (let n = 0; n < 4; n++) await ring(world, MINUTE);
  expect(await incidents("?kind=differences_open")).toMatchObject([{ state: "resolved" }]);
});

it("sees an hour that is not as that hour usually is", async () => {
  const hour = Math.floor(deps().now() / 3_600_000) * 3_600_000;
  const pings = (at: number, count: number) =>
    env.DB.prepare(
      "INSERT INTO rollup_pings (grain, slot, publisher_id, campaign_id, pings) VALUES (0, ?1, 'pub', 'auto_insurance', ?2)",
    )
      .bind(at / 900_000, count)
      .run();
  for (let day = 1; day <= 5; day++) await pings(hour - day * 86_400_000, 100);
  await pings(hour, 10);
  world.moveClock(hour + 3_600_000 + 300_000 - deps().now());
  await ring(world, MINUTE);
  expect(await incidents("?kind=volume_low")).toMatchObject([{ subject: "publisher:pub", state: "open" }]);
});

it("an event is told, and nothing personal leaves with it", async () => {
  const message = "contract acme_c: new reason ann.lee@example.com, call (512) 555-0142. <!channel>";
  await tell({
    table: "alerts",
    row: { id: "drift:acme_c:x:1", at: deps().now(), kind: "drift_new_reason", subject: "contract:acme_c", message },
  });
  await tell({
    table: "alerts",
    row: { id: "contested:1", at: deps().now(), kind: "contested", subject: "lead:l1", message: "twice" },
  });
  await ring(world, MINUTE);
  const told = [...to(world, "/hook/alerts"), ...to(world, "/hook/chat")].map(({ body }) => body).join("\n");
  expect(told).toContain("drift_new_reason");
  expect(told).not.toMatch(/ann\.lee|555-0142/);
  expect(to(world, "/hook/chat").at(-1)?.body).toContain("&lt;!channel&gt;");
  // The finding is not open at the buyer's object: the alert is over with the next look. The other waits for somebody.
  await ring(world, MINUTE);
  const open = await incidents("?state=open");
  expect(kinds(open)).toContain("contested");
  expect(kinds(open)).not.toContain("drift_new_reason");
  await admin("POST", "/alerts/contested:1/acknowledge");
  await ring(world, MINUTE);
  expect(kinds(await incidents("?state=open"))).not.toContain("contested");
});

it("an event that the ledger got late is told all the same; what was there before the first look is history", async () => {
  const old = (id: string, kind: "contested" | "set_up_error", subject: string) =>
    tell({ table: "alerts", row: { id, at: deps().now() - 5 * 3_600_000, kind, subject, message: "long ago" } });
  await old("contested:late", "contested", "lead:l2");
  await old("set_up:late", "set_up_error", "endpoint:acme_ep");
  await ring(world, MINUTE);
  const open = await incidents("?state=open");
  expect(open.filter(({ subject }) => subject === "lead:l2")).toMatchObject([{ kind: "contested" }]);
  // What ends by silence is over already.
  expect(kinds(open)).not.toContain("set_up_error");
  await fresh();
  await old("contested:older", "contested", "lead:l3");
  await ring(world, MINUTE);
  expect(await incidents("?kind=contested")).toEqual([]);
});

it("D1 away: nothing ends, and after three looks it is told", async () => {
  const gone = () => Promise.reject(new Error("D1_ERROR: away"));
  const statement: object = { bind: () => statement, all: gone, first: gone, run: gone };
  const db = { prepare: () => statement, batch: gone } as unknown as D1Database;
  const c = { ...alertContext(env, realGateway(env, createExecutionContext())), db };
  let memory = NEW_MEMORY;
  const seen: string[][] = [];
  for (let n = 0; n < 3; n++) {
    const after = await look(c, { memory, windows: [], drift: [], unwritten: [] });
    memory = after.memory;
    expect(after.look.scopes).not.toContain("posts");
    expect(after.look.scopes).toContain("books");
    seen.push(kinds(after.look.findings).filter((kind) => kind === "ledger_away"));
  }
  expect(seen).toEqual([[], [], ["ledger_away"]]);
});

it.each(["book", "account"] as const)(
  "one %s that does not answer ends no alert about the oldest of all",
  async (kind) => {
    const c = alertContext(env, realGateway(env, createExecutionContext()));
    const away = () => Promise.reject(new Error("overloaded"));
    let asked = 0;
    const one = (id: string) => (asked++ === 0 ? { stats: away, glance: away } : c.g[kind](id));
    const g = Object.assign(Object.create(c.g) as typeof c.g, { [kind]: one });
    const scopesOf = async (context: typeof c) =>
      (await look(context, { memory: NEW_MEMORY, windows: [], drift: [], unwritten: [] })).look.scopes;
    expect(await scopesOf(c)).toContain("books");
    expect(await scopesOf({ ...c, g })).not.toContain("books");
  },
);

it("a mute holds while the board does not answer", async () => {
  const c = alertContext(env, realGateway(env, createExecutionContext()));
  await admin("POST", "/alerts/mute", { subject: "buyer:acme", hours: 1 });
  const looking = { windows: [], drift: [], unwritten: [] };
  const { memory, mutes } = await look(c, { ...looking, memory: NEW_MEMORY });
  expect(mutes).toMatchObject({ "buyer:acme": {} });
  const away = await look({ ...c, board: () => Promise.reject(new Error("away")) }, { ...looking, memory });
  expect(away.mutes).toEqual(mutes);
  await admin("POST", "/alerts/mute", { subject: "buyer:acme", hours: 0 });
});

it("a ledger that was set back is read from its newest rows", async () => {
  const c = alertContext(env, realGateway(env, createExecutionContext()));
  const memory = { ...NEW_MEMORY, deliveries: 1_000_000, alerts: 1_000_000 };
  const after = await look(c, { memory, windows: [], drift: [], unwritten: [] });
  expect(after.memory.deliveries).toBeLessThan(1_000_000);
  expect(after.memory.alerts).toBeLessThan(1_000_000);
});

it.each([
  [
    "SELECT rowid AS seq FROM deliveries WHERE rowid > 5 ORDER BY rowid LIMIT 10",
    /SEARCH deliveries USING INTEGER PRIMARY KEY/,
  ],
  ["SELECT max(rowid) AS n FROM alerts", /SEARCH alerts/],
  [
    "SELECT at FROM differences WHERE mended_at IS NULL ORDER BY at LIMIT 10",
    /USING (COVERING )?INDEX differences_open/,
  ],
  [
    "SELECT publisher_id, campaign_id, sum(pings) AS pings FROM rollup_pings WHERE grain = 0 AND slot >= 1 AND slot < 5 GROUP BY publisher_id, campaign_id LIMIT 5",
    /SEARCH rollup_pings USING .*\(grain=\? AND slot>\? AND slot<\?\)/,
  ],
])("no look scans a table: %s", async (sql, plan) => {
  const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).all<{ detail: string }>();
  expect(results.map(({ detail }) => detail).join("; ")).toMatch(plan);
});
