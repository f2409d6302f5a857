import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { replaceDeps } from "../../../worker/deps.ts";
import { returnSale } from "../../../worker/flows/after-sale.ts";
import { accepts, admin, World } from "../../support/world.ts";
import {
  accountOf,
  buyerCall,
  buyerKey,
  comesTo,
  expectNobody,
  gateway,
  operator,
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

/** A lead sold for 20 to `id`, whose contract has these rules after the sale. */
async function sold(id: string, n: number, after_sale: object = {}) {
  const key = await seed(id);
  await seedOne(world, id, id, 20, accepts(), { after_sale, caps: [{ per: "day", count: 1 }] });
  const token = await buyerKey(id);
  const lead_id = await post(key, id, n);
  expect(await stateOf(lead_id)).toBe("sold");
  const reservation = reservationOf(lead_id, id);
  await vi.waitFor(async () => expect((await buyerCall(token, reservation)).status).toBe(200));
  return { key, token, lead_id, reservation };
}

const FAILED = { result: "failed", reason: "wrong number of Quentin1xx" };
const REFUND = { on_failure: "refund", within_hours: 24 };
const movements = async (buyer: string) =>
  (await admin("GET", `/movements?account=buyer:${buyer}`)) as {
    items: { kind: string; amount: number }[];
    sum: number;
  };

it("failed in time, and the contract refunds: the charge is back once, the publisher keeps its own", async () => {
  const { token, lead_id, reservation } = await sold("refund", 1, REFUND);
  expect(await accountOf("refund")).toMatchObject({ balance: -20, caps: [{ used_count: 1 }] });
  const answers = await Promise.all(Array.from({ length: 5 }, () => buyerCall(token, reservation, FAILED)));
  for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { state: "returned", price: null } });
  // A rejection after the sale is a failure too, and a repeat changes nothing, however late.
  world.moveClock(48 * 3_600_000);
  expect(await buyerCall(token, reservation, { result: "rejected" })).toMatchObject({
    status: 200,
    body: { state: "returned" },
  });
  world.moveClock(-48 * 3_600_000);
  expect(await accountOf("refund")).toMatchObject({ balance: 0, held: 0, caps: [{ used_count: 0 }] });
  expect(await stateOf(lead_id)).toBe("returned");
  expect((await admin("GET", `/leads/${lead_id}/trace`)).lead).toMatchObject({ result: "accepted", price: 16 });
  await vi.waitFor(
    async () =>
      expect(await movements("refund")).toMatchObject({ sum: 0, items: [{ kind: "refund" }, { kind: "capture" }] }),
    { timeout: 8_000, interval: 200 },
  );
  const yes = await buyerCall(token, reservation, { result: "accepted" });
  expect(yes).toMatchObject({ status: 409, body: { known: { state: "returned" } } });
  // Somebody else may have it by now.
  expect(JSON.stringify(await admin("GET", "/alerts"))).toContain("after its charge was given back");
  const plain = await Promise.all(
    ["money_movements", "reservations", "alerts", "audit", "sales"].map((table) =>
      env.DB.prepare(`SELECT * FROM ${table}`).all(),
    ),
  );
  expectNobody([1], [answers, yes, plain, await admin("GET", `/leads/${lead_id}/trace`)]);
});

it("failed, and the contract re-auctions: the next bidder gets it, the publisher is not paid twice", async () => {
  const { key, token } = await sold("again", 2, { ...REFUND, re_auction: true });
  await seedOne(world, "heir", "again", 12, accepts(), { duplicate_window_days: 0 });
  // One that has the heir in its plan, below its first buyer, whose cap has room for one more.
  await admin("PATCH", "/contracts/again_c", { caps: [], price: { type: "bid" } });
  let lead_id = "";
  await vi.waitFor(async () => {
    lead_id = await post(key, "again", 30 + world.received.length);
    const trace = await admin("GET", `/leads/${lead_id}/trace`);
    expect((trace.buyers as { rank: number | null }[]).filter(({ rank }) => rank !== null).length).toBe(2);
  });
  expect(await stateOf(lead_id)).toBe("sold");
  const before = Number((await accountOf("again")).balance);
  expect((await buyerCall(token, reservationOf(lead_id, "again"), FAILED)).body.state).toBe("returned");
  await comesTo(lead_id, "sold");
  expect(Number((await accountOf("again")).balance)).toBe(before + 20);
  expect(await accountOf("heir")).toMatchObject({ balance: -12 });
  // An operator who repeats its order for the first sale, in so few words, must not take the second one back.
  const order = { reason: "they called twice", refund: true };
  expect(await operator("POST", `/leads/${lead_id}/return`, order)).toMatchObject({
    status: 422,
    body: { errors: [{ field: "reservation_id" }] },
  });
  const named = { ...order, reservation_id: reservationOf(lead_id, "again") };
  expect((await operator("POST", `/leads/${lead_id}/return`, named)).body).toMatchObject({ repeated: true });
  expect(await accountOf("heir")).toMatchObject({ balance: -12 });
  const trace = await admin("GET", `/leads/${lead_id}/trace`);
  expect(trace.lead).toMatchObject({ result: "accepted", price: 16 });
  expect(trace.attempts).toMatchObject([
    { contract_id: "again_c", class: "ok", why: "The buyer answered, and its answer was read." },
    { kind: "report", why: expect.stringContaining("refused") },
    { contract_id: "heir_c", outcome: "accepted" },
  ]);
  // Amounts of steps are in units of the currency, like all others, and each step has its sentence.
  const closed = (trace.steps as { step: string; detail: object; text: string }[]).filter((s) => s.step === "closed");
  expect(closed).toMatchObject([
    { detail: { price: 20, payout: 16 }, text: expect.stringContaining("sold") },
    { detail: { price: 12, payout: 0 } },
  ]);
  await vi.waitFor(
    async () => {
      const { items } = await admin("GET", `/movements?account=publisher:again_pub&limit=500`);
      const refs = (items as { ref: string; amount: number }[]).filter(({ ref }) => ref.startsWith(lead_id));
      expect(refs.reduce((sum, { amount }) => sum + amount, 0)).toBe(16);
      const { items: sales } = await admin("GET", `/sales?lead=${lead_id}`);
      expect(sales).toMatchObject([
        { price: 20, returned_at: expect.stringMatching(/^20.*Z$/), refunded: 20 },
        { price: 12, returned_at: null, refunded: 0 },
      ]);
    },
    { timeout: 8_000, interval: 200 },
  );
});

it("of a final publisher, whose deadline is long past: it was told yes, so the next bidder still gets the lead", async () => {
  const key = await seed("final", {}, { mode: "final" });
  await seedOne(world, "final", "final", 20, accepts(), { after_sale: { ...REFUND, re_auction: true } });
  await seedOne(world, "second", "final", 12, accepts());
  const token = await buyerKey("final");
  const lead_id = await post(key, "final", 9);
  expect(await stateOf(lead_id)).toBe("sold");
  await vi.waitFor(async () => expect((await buyerCall(token, reservationOf(lead_id, "final"))).status).toBe(200));
  world.moveClock(60_000);
  expect((await buyerCall(token, reservationOf(lead_id, "final"), FAILED)).body.state).toBe("returned");
  await comesTo(lead_id, "sold");
  expect(await accountOf("second")).toMatchObject({ balance: -12 });
});

it.each([
  ["by contract", { on_failure: "review" }, 0, "leaves that to an operator"],
  ["too late", { on_failure: "refund", within_hours: 1 }, 3_700_000, "later than its contract allows"],
])("failed, and an operator decides (%s): 202 and one alert, nothing moves", async (_, rules, later, words) => {
  const id = `op${later}`;
  const { token, lead_id, reservation } = await sold(id, 3, rules);
  world.moveClock(later);
  for (let n = 0; n < 2; n++)
    expect(await buyerCall(token, reservation, FAILED)).toMatchObject({
      status: 202,
      body: { state: "accepted", price: 20, message: expect.stringContaining("operator decides") },
    });
  const alerts = (await admin("GET", "/alerts?kind=after_sale")).items as { subject: string; message: string }[];
  expect(alerts.filter(({ subject }) => subject === `lead:${lead_id}`)).toMatchObject([
    { message: expect.stringContaining(words) },
  ]);
  expect(await accountOf(id)).toMatchObject({ balance: -20 });
  expect(await stateOf(lead_id)).toBe("sold");

  // The operator takes it back, twice by mistake.
  const order = { reason: "buyer is right", refund: true };
  expect(await operator("POST", `/leads/${lead_id}/return`, order)).toMatchObject({
    status: 200,
    body: { reservation_id: reservation, refunded: 20, reopened: false, repeated: false },
  });
  expect(await operator("POST", `/leads/${lead_id}/return`, order)).toMatchObject({
    status: 200,
    body: { repeated: true },
  });
  expect(await accountOf(id)).toMatchObject({ balance: 0 });
  expect(await stateOf(lead_id)).toBe("returned");
  expectNobody([3], [alerts, await admin("GET", `/audit?target=lead:${lead_id}`)]);
});

it("refuses to return what was never sold, or without saying that money moves", async () => {
  const { lead_id } = await sold("noreturn", 4);
  const order = { reason: "buyer is right", refund: true };
  expect((await operator("POST", `/leads/${lead_id}/return`, { reason: "no word of money" })).status).toBe(422);
  expect((await operator("POST", `/leads/${lead_id}/return`, { ...order, refund: false })).status).toBe(422);
  expect((await operator("POST", `/leads/${"l".padEnd(28, "x")}/return`, order)).body.code).toBe("not_found");
  const other = { ...order, reservation_id: reservationOf(lead_id, "somebody") };
  expect((await operator("POST", `/leads/${lead_id}/return`, other)).body.code).toBe("not_found");
  expect(await accountOf("noreturn")).toMatchObject({ balance: -20 });
});

it.each(["after-refund", "after-returned"])("dies %s: a repeat finishes it, with one refund", async (point) => {
  const id = point.replace("-", "");
  const { token, lead_id, reservation } = await sold(id, 5, { ...REFUND, within_hours: 1 });
  const restore = replaceDeps({
    crash: (at) => {
      if (at === point) throw new Error("died");
    },
  });
  const order = { reservation_id: reservation, reason: "test", author: "tester", re_auction: false };
  await expect(returnSale(gateway(), order)).rejects.toThrow("died");
  // Before the book has heard of it, the buyer's own report dies at the same place.
  expect((await buyerCall(token, reservation, FAILED)).status).toBe(point === "after-refund" ? 503 : 200);
  restore();
  expect(await accountOf(id)).toMatchObject({ balance: 0 });
  // Too late for a first report, but what was begun is finished.
  world.moveClock(7_200_000);
  expect(await buyerCall(token, reservation, FAILED)).toMatchObject({ status: 200, body: { state: "returned" } });
  expect(await stateOf(lead_id)).toBe("returned");
  expect(await accountOf(id)).toMatchObject({ balance: 0, held: 0 });
});
