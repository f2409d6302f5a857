import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LIVE_SQL } from "../../../worker/ledger/live.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { accepts, admin, call, World } from "../../support/world.ts";
import { down, expectNobody, post, seed, seedOne } from "../dead-letters/support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

type Item = Record<string, unknown>;
const db: D1Database = env.DB;

/** The ledger has what happened: looked at again until it has. */
async function since(
  after: string | null,
  kinds: string[],
): Promise<{ items: Item[]; cursor: string; skipped: number }> {
  return vi.waitFor(
    async () => {
      const page = await admin("GET", after === null ? "/live" : `/live?after=${after}`);
      const items = page.items as Item[];
      for (const kind of kinds) expect(items.map((item) => item.kind)).toContain(kind);
      return { items, cursor: String(page.cursor), skipped: Number(page.skipped) };
    },
    { timeout: 10_000, interval: 50 },
  );
}

it("tells auctions and sales once each, in the order in which they came, with winner and reason", async () => {
  const key = await seed("lv");
  await seedOne(world, "taker", "lv", 20, accepts());
  const start = String((await admin("GET", "/live")).cursor);
  const lead_id = await post(key, "lv", 31);
  const { items, cursor } = await since(start, ["auction", "sale"]);
  expect(items).toEqual([
    expect.objectContaining({
      kind: "auction",
      publisher: "lv_pub",
      campaign: "lv",
      result: "accepted",
      price: 16,
      asked: 1,
      bids: 1,
      winner: { contract_id: "taker_c", buyer_id: "taker", bid: 20 },
      why: "taker_c is first with 20.00.",
    }),
    expect.objectContaining({ kind: "sale", lead_id, buyer_id: "taker", price: 20, payout: 16 }),
  ]);
  expect(await admin("GET", `/live?after=${cursor}`)).toEqual({ items: [], cursor, skipped: 0 });

  world.buyers.set("taker", { ping: () => Response.json({ result: "no" }) });
  await call(key, "/v1/pings", { campaign: "lv", lead: { zip: "78704" } });
  const later = await since(cursor, ["auction"]);
  expect(later.items).toMatchObject([
    { result: "rejected", code: "no_bids", winner: null, why: "No usable bid: 1 declined to bid." },
  ]);
  expectNobody([31], [items, later.items]);
});

it("is bounded: of many the newest, and how many were left out; a cursor beyond the ledger begins anew", async () => {
  const key = await seed("many");
  await seedOne(world, "manyb", "many", 20, accepts());
  const start = String((await admin("GET", "/live")).cursor);
  for (let n = 0; n < 5; n++)
    await call(key, "/v1/pings", { campaign: "many", lead: { zip: "78704" }, click_id: `c${n}` });
  await vi.waitFor(async () => expect(((await admin("GET", `/live?after=${start}`)).items as Item[]).length).toBe(5), {
    timeout: 10_000,
    interval: 50,
  });
  const page = await admin("GET", `/live?after=${start}&limit=2`);
  expect((page.items as Item[]).length).toBe(2);
  expect(page.skipped).toBe(3);
  // Without a cursor nothing counts as skipped.
  expect(await admin("GET", "/live?limit=2")).toMatchObject({ skipped: 0 });
  expect(await admin("GET", "/live?after=999999999.999999999")).toMatchObject({
    items: [],
    cursor: page.cursor,
    skipped: 0,
  });
  for (const bad of ["after=x", "after=1", "after=1.2.3", "after=-1.2", "limit=0", "limit=101", "before=1.1"])
    await expect(admin("GET", `/live?${bad}`), bad).rejects.toThrow("422");
});

it("reads only by rowid or by time, whatever the ledger holds", async () => {
  for (const sql of Object.values(LIVE_SQL)) {
    const holes = [1, 2, 3].filter((n) => sql.includes(`?${n}`)).map(() => 1);
    const { results } = await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...holes)
      .all<{ detail: string }>();
    const scans = results.map(({ detail }) => detail).filter((detail) => /^SCAN (auctions|sales|leads)/.test(detail));
    expect(scans, sql).toEqual([]);
  }
});

it("gauges: rates without tests, open unknowns with their money, alerts that nobody has seen", async () => {
  const key = await seed("ga");
  await seedOne(world, "gamute", "ga", 20, down);
  const start = String((await admin("GET", "/live")).cursor);
  const lead_id = await post(key, "ga", 41);
  await since(start, ["auction"]);
  // The minute that is counted ends three seconds ago.
  world.moveClock(10_000);
  await vi.waitFor(async () => {
    world.moveClock(5_001);
    const gauges = await admin("GET", "/live/gauges");
    expect(gauges).toMatchObject({
      unknowns: { count: 1, money_at_risk: 20, complete: true },
      resting: 1,
      working: 0,
      outbox: 0,
      breakers: { count: 0, items: [] },
      unreachable: [],
    });
    const { posts, pings, revenue } = gauges.per_minute as Record<string, number>;
    expect([posts, pings, revenue].map((rate) => typeof rate)).toEqual(["number", "number", "number"]);
    expect(Math.min(posts ?? 0, pings ?? 0)).toBeGreaterThanOrEqual(1);
  });
  await admin("POST", `/dead-letters/${lead_id}/close`, { as: "unsold", reason: "test is over" });
  // The same five seconds: the same answer, and nobody is asked.
  expect(await admin("GET", "/live/gauges")).toMatchObject({ unknowns: { count: 1 } });
  world.moveClock(5_001);
  expect(await admin("GET", "/live/gauges")).toMatchObject({ unknowns: { count: 0, money_at_risk: 0 }, resting: 0 });
});

it("streams in workerd: what comes, gauges, and again from the last id", async () => {
  const key = await seed("st");
  await seedOne(world, "stb", "st", 20, accepts());
  const open = (headers: Record<string, string> = {}, query = "") =>
    exports.default.fetch(`https://gateway.test/v1/admin/live/stream${query}`, {
      headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}`, ...headers },
    });
  const { cursor } = await admin("GET", "/live");
  const response = await open({ "last-event-id": String(cursor) });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const lead_id = await post(key, "st", 51);
  const events = await until(response, (text) => text.includes('"kind":"sale"'));
  expect(events.gauges.length).toBeGreaterThan(0);
  const items = events.items.flatMap(({ data }) => (JSON.parse(data) as { items: Item[] }).items);
  expect(items.map(({ kind }) => kind).sort()).toEqual(["auction", "sale"]);
  expect(items).toContainEqual(expect.objectContaining({ kind: "sale", lead_id }));
  expectNobody([51], events);

  // A browser that comes again with the id it has seen is told nothing twice.
  const last = events.items.at(-1)?.id ?? "";
  const again = await until(await open({ "last-event-id": last }), (text) => text.includes("event: gauges"));
  expect(again.items).toEqual([]);
  expect((await open({}, "?after=nonsense")).status).toBe(422);
  expect((await exports.default.fetch("https://gateway.test/v1/admin/live/stream")).status).toBe(401);
});

interface Told {
  items: { id: string; data: string }[];
  gauges: string[];
}

/** Reads the stream until its text is so, then leaves. */
async function until(response: Response, done: (text: string) => boolean): Promise<Told> {
  const reader = response.body?.getReader();
  if (!reader) throw new Error("no body");
  const decoder = new TextDecoder();
  let text = "";
  while (!done(text)) {
    const { value, done: ended } = await reader.read();
    if (ended) throw new Error(`ended after ${text}`);
    text += decoder.decode(value);
  }
  await reader.cancel();
  const blocks = text
    .split("\n\n")
    .map((block) => Object.fromEntries(block.split("\n").map((line) => line.split(": ", 2))));
  const data = (block: string) => /data: (.*)/.exec(block)?.[1] ?? "";
  const raw = text.split("\n\n");
  return {
    items: raw.flatMap((block, i) =>
      blocks[i]?.event === "items" ? [{ id: String(blocks[i]?.id), data: data(block) }] : [],
    ),
    gauges: raw.flatMap((block, i) => (blocks[i]?.event === "gauges" ? [data(block)] : [])),
  };
}
