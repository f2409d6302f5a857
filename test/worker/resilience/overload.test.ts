import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { send } from "../../support/raw.ts";
import { accepts, bids, call, env, seedBuyer, seedCampaign, seedPublisher, World } from "../../support/world.ts";

const slow = { ...autoInsurance, id: "auto_slow" };
const fixed = { ...autoInsurance, id: "auto_fixed" };
/** Three quarters of MAX_IN_FLIGHT. */
const ROOM_FOR_PINGS = 192;
let loud: string;
let quiet: string;
let world: World;
let next = 1;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const campaigns = [slow.id, fixed.id];
  loud = await seedCampaign(slow, { id: "loud", campaigns, pings_per_second: 10_000 }, [fixed]);
  quiet = await seedPublisher({ id: "quiet", campaigns });
  await seedBuyer("alpha", slow.id, { endpoint: { ping_timeout_ms: 900 } });
  await seedBuyer("beta", fixed.id, { contract: { price: { type: "fixed", amount: 12 } } });
});
beforeEach(() => {
  world = new World();
  world.buyers.set("alpha", { ping: bids(20) });
  world.buyers.set("beta", { post: accepts() });
});
afterEach(() => world.end());

const ping = (key: string) => send("/v1/pings", { key, body: { campaign: slow.id, lead: leadOf(next++).ping } });

/** This isolate is at work on so many pings of a publisher; returns what lets them go. */
function busyWith(count: number, publisher: string): () => void {
  const { admission } = realGateway(env, { waitUntil: () => {} }).isolate;
  const inside = Array.from({ length: count }, () => admission.enter("ping", publisher, Date.now()));
  expect(inside).not.toContain(null);
  return () => {
    for (const leave of inside) leave?.();
  };
}

it("beyond its room an isolate refuses pings early, and says when to come again; posts go on", async () => {
  const leave = busyWith(ROOM_FOR_PINGS, "loud");
  const refused = await ping(loud);
  expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([429, "overloaded", "1"]);
  expect(refused.headers.get("ratelimit-limit")).toBe("10000");
  expect((await ping(quiet)).status).toBe(429);
  expect(world.received).toEqual([]);
  const sold = await call(loud, "/v1/leads", { campaign: fixed.id, lead: wholeLead(next++) });
  expect(sold.body).toMatchObject({ result: "accepted" });
  leave();
  expect((await ping(loud)).body).toMatchObject({ result: "accepted", price: 16 });
});

it("when it is half full, a loud publisher gets no more than its share, and a quiet one is let in", async () => {
  const leave = [busyWith(ROOM_FOR_PINGS / 2, "loud"), busyWith(1, "third")];
  expect((await ping(loud)).status).toBe(429);
  expect((await ping(quiet)).body).toMatchObject({ result: "accepted" });
  for (const one of leave) one();
});

it("a stranger's flood is told nothing of the load, and its body is not read", async () => {
  const leave = busyWith(ROOM_FOR_PINGS, "loud");
  const answer = await send("/v1/pings", { key: "not-a-key", body: "{" });
  expect(answer.status).toBe(401);
  leave();
});
