import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { statusAnswerSchema } from "../../schema/api/status.ts";
import { PINGS } from "../../schema/rollups/rollups.ts";
import { fillOf } from "../../schema/rollups/sql.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { statusOf } from "../../worker/flows/status.ts";
import { realGateway } from "../../worker/gateway/real.ts";
import { NO_KEEPER } from "../support/no-keeper.ts";
import { send } from "../support/raw.ts";
import { admin, seedCampaign, World } from "../support/world.ts";
import { raw, world as routes } from "./routes/support.ts";

let world: World;
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
});
afterEach(() => world.end());

const execution = { waitUntil: () => {} };
const auction = (n: number, at: number, took_ms: number, test: number) =>
  env.DB.prepare(
    "INSERT INTO auctions (ping_id, month, at, publisher_id, campaign_id, test, result, price, took_ms, bidders, bids, config_seq, record, n) VALUES (?1, 202611, ?2, 'secret_publisher', 'auto', ?4, 'accepted', 123400, ?3, 1, 1, 1, '{}', 1)",
  ).bind(`p${n}_${test}`, at, took_ms, test);

describe("GET /status", () => {
  it("200: data and a page, cacheable, of the ledger's sums; no party, no volume, no money, no test", async () => {
    await seedCampaign(autoInsurance);
    const now = Date.now();
    await env.DB.batch([
      ...Array.from({ length: 40 }, (_, n) => auction(n, now - n, 80, 0)),
      ...Array.from({ length: 100 }, (_, n) => auction(n, now - n, 9_000, 1)),
    ]);
    // Auctions come in batches, which are summed as such.
    await env.DB.prepare(fillOf(PINGS)).run();
    const status = await statusOf(realGateway(env, execution), env.DB);
    expect(statusAnswerSchema.parse(status)).toMatchObject({
      status: "operational",
      pings: { last_hour: { p50_ms: 100, p95_ms: 100, p99_ms: 100 }, last_day: { p50_ms: 100 } },
      leads: { decided_in_time_percent: null },
      incidents: [],
    });
    const data = await send("/status?format=json", { method: "GET", type: "" });
    expect([data.status, data.headers.get("cache-control")]).toEqual([200, "public, max-age=10"]);
    const html = await send("/status", { method: "GET", type: "" });
    expect([html.status, html.type]).toEqual([200, "text/html; charset=utf-8"]);
    for (const { text } of [data, html]) expect(text).not.toMatch(/secret_publisher|123400|12\.34|"40"|>40</);
    expect((await send("/status?format=pdf", { method: "GET", type: "" })).status).toBe(422);
  });

  it("paused, when the gateway is", async () => {
    await admin("POST", "/gateway/pause", { reason: "trying it out" });
    const g = realGateway(env, execution);
    await g.refreshSnapshot();
    expect((await statusOf(g, env.DB)).status).toBe("paused");
    await admin("POST", "/gateway/resume", { reason: "tried" });
  });

  it("with the database and the keeper away it still comes, and says what it does not know", async () => {
    const g = realGateway(env, execution);
    await g.snapshot();
    const away = { batch: () => Promise.reject(new Error("away")), prepare: env.DB.prepare.bind(env.DB) };
    const without = {
      ...g,
      deps: g.deps,
      keeper: () => ({ ...NO_KEEPER, incidents: () => Promise.reject(new Error("away")) }),
    };
    expect(await statusOf(without as typeof g, away as unknown as D1Database)).toMatchObject({
      pings: null,
      leads: null,
      availability: null,
    });
  });
});

describe("its cost", () => {
  it("many readers within ten seconds are one look; a look that failed is made again", async () => {
    let looks = 0;
    let fails = true;
    const status = {
      ...{ status: "operational" as const, at: "", configuration_age_s: 0, pings: null, leads: null },
      ...{ availability: null, incidents: [] },
    };
    const w = routes({
      status: async () => {
        looks++;
        if (fails) throw new Error("away");
        return status;
      },
    });
    const get = () => raw(w, "/status?format=json", null, {}, "GET");
    expect((await get()).status).toBe(500);
    fails = false;
    await Promise.all(Array.from({ length: 50 }, get));
    expect(looks).toBe(2);
    w.clock.now += 9_999;
    await get();
    expect(looks).toBe(2);
    w.clock.now += 1;
    await get();
    expect(looks).toBe(3);
  });
});
