import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { money } from "../../schema/money.ts";
import type { AccountPort, ReserveReply } from "../../schema/rpc/account.ts";
import { replaceDeps } from "../../worker/deps.ts";
import { command, terms, usd } from "../support/account-commands.ts";

let restore = () => {};
afterEach(() => restore());

/** The account's clock runs this many ms ahead. */
function ahead(ms: number): void {
  restore();
  restore = replaceDeps({ now: () => Date.now() + ms });
}

const stubOf = (buyer: string) => env.ACCOUNT.get(env.ACCOUNT.idFromName(buyer));
const portOf = (buyer: string): AccountPort => stubOf(buyer);
const deposit = (buyer: string, amount: number) =>
  portOf(buyer).entry(buyer, { id: "d1", kind: "deposit", amount: money(amount), reason: "by wire", author: "alice" });

/** The message of a call that fails. (`rejects` would read properties of the RPC promise, each of which is a call of its own.) */
const failure = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "did not fail",
    (error: Error) => error.message,
  );

const PRICE = 211_050;
const limited = (buyer: string) =>
  terms({ buyer: { credit_limit: 0 }, contract: { contract_id: `${buyer}-c`, caps: [{ per: "day", count: 50 }] } });

/** One post as the flow makes it, and what reserve said. The object may die at any point between its calls. */
async function post(buyer: string, n: number): Promise<ReserveReply> {
  const id = `${buyer}-${n}`;
  const reply = await portOf(buyer).reserve(command(id, { amount: money(PRICE), terms: limited(buyer) }));
  if (reply.kind === "held") {
    const captured = await portOf(buyer).capture({
      v: 1,
      reservation_id: id,
      price: money(PRICE),
      attempt_id: `${id}_1`,
    });
    expect(captured).toEqual({ kind: "captured", price: PRICE });
  }
  return reply;
}

async function run(buyer: string, posts: number, money_for: number, evictions: number): Promise<void> {
  await deposit(buyer, money_for * PRICE + PRICE - 1);
  const replies: ReserveReply[] = [];
  const part = Math.ceil(posts / (evictions + 1));
  for (let from = 0; from < posts; from += part) {
    const numbers = Array.from({ length: Math.min(part, posts - from) }, (_, i) => from + i);
    replies.push(...(await Promise.all(numbers.map((n) => post(buyer, n)))));
    await evictDurableObject(stubOf(buyer));
  }
  const codes = replies.map((reply) => (reply.kind === "refused" ? reply.code : reply.kind));
  expect(codes.filter((code) => code === "held")).toHaveLength(money_for);
  expect(codes.filter((code) => code === "balance")).toHaveLength(posts - money_for);
  const view = await portOf(buyer).view();
  expect(view).toMatchObject({ balance: PRICE - 1, held: 0, reservations: { captured: money_for, held: 0 } });
  expect(view.caps).toMatchObject([{ used_count: money_for, used_money: money_for * PRICE }]);
}

describe("exactness under concurrency", () => {
  it("200 posts at once, a cap of 50 and money for 40: exactly 40 sales", () => run("acme", 200, 40, 0));

  it("the same with the object evicted between", () => run("bolt", 200, 40, 7));

  it("a hundred times over, with evictions between: never one too many", async () => {
    for (let i = 0; i < 100; i++) await run(`again${i}`, 200, 40, 3);
  }, 120_000);

  it("the cap alone: 200 posts at once, exactly 50", async () => {
    const buyer = "rich";
    await deposit(buyer, 1_000 * PRICE);
    const replies = await Promise.all(Array.from({ length: 200 }, (_, n) => post(buyer, n)));
    const refused = replies.filter((reply) => reply.kind === "refused");
    expect(refused).toHaveLength(150);
    expect(new Set(refused.map((reply) => reply.code))).toEqual(new Set(["cap_reached"]));
  });

  it("the same reservation a hundred times at once is one hold and one charge", async () => {
    const buyer = "twice";
    await deposit(buyer, 10 * PRICE);
    const replies = await Promise.all(Array.from({ length: 100 }, () => post(buyer, 1)));
    expect(new Set(replies.map((reply) => reply.kind)).size).toBeLessThanOrEqual(2);
    expect(await portOf(buyer).view()).toMatchObject({ balance: 9 * PRICE, held: 0, reservations: { captured: 1 } });
  });
});

describe("the object", () => {
  it("knows its name after an eviction, sends its outbox to D1 by alarm and then rests", async () => {
    const buyer = "carol";
    await deposit(buyer, 100_000);
    await portOf(buyer).reserve(command("carol-1", { terms: limited(buyer), amount: money(70_000) }));
    await portOf(buyer).capture({ v: 1, reservation_id: "carol-1", price: money(60_000), attempt_id: "a" });
    await evictDurableObject(stubOf(buyer));
    ahead(5_000);
    expect(await runDurableObjectAlarm(stubOf(buyer))).toBe(true);
    const rows = await env.DB.prepare(
      "SELECT account, amount FROM money_movements WHERE ref IN ('carol-1', 'entry:carol:d1') ORDER BY id",
    ).all();
    expect(rows.results).toEqual([
      { account: "buyer:carol", amount: -60_000 },
      { account: "clearing", amount: 60_000 },
      { account: "buyer:carol", amount: 100_000 },
      { account: "outside", amount: -100_000 },
    ]);
    const copy = await env.DB.prepare(
      "SELECT buyer_id, state, amount FROM reservations WHERE reservation_id = 'carol-1'",
    ).first();
    expect(copy).toEqual({ buyer_id: "carol", state: "captured", amount: 60_000 });
    const status = await env.DB.prepare("SELECT body FROM status WHERE kind = 'buyer' AND id = 'carol'").first();
    expect(status).toEqual({ body: JSON.stringify({ available: 40_000 }) });
    expect((await portOf(buyer).view()).outbox).toBe(0);
  });

  it("takes an unsettled hold into doubt by its alarm, also after an eviction", async () => {
    const buyer = "dora";
    await portOf(buyer).reserve(command("dora-1", { hold_ms: 30_000 }));
    await evictDurableObject(stubOf(buyer));
    ahead(30_001);
    await runDurableObjectAlarm(stubOf(buyer));
    expect((await portOf(buyer).view()).reservations).toMatchObject({ held: 0, in_doubt: 1 });
    ahead(30_001 + 72 * 3_600_000);
    await runDurableObjectAlarm(stubOf(buyer));
    expect(await portOf(buyer).view()).toMatchObject({ held: 0, reservations: { in_doubt: 0, expired: 1 } });
  });

  it("has an alarm as soon as something is due, and none too late", async () => {
    const buyer = "edna";
    const alarm = () => runInDurableObject(stubOf(buyer), (_object, state) => state.storage.getAlarm());
    expect(await alarm()).toBeNull();
    const before = Date.now();
    await portOf(buyer).reserve(command("edna-1", { hold_ms: 3_000 }));
    await evictDurableObject(stubOf(buyer));
    const at = await alarm();
    expect(at).not.toBeNull();
    expect(at ?? 0).toBeLessThanOrEqual(Date.now() + 3_000);
    expect(at ?? 0).toBeGreaterThanOrEqual(before);
  });

  it("throws a conflict that its caller can name, and takes no other buyer's money", async () => {
    const entry = { id: "d1", kind: "deposit" as const, amount: usd(5), reason: "by wire", author: "alice" };
    expect(await portOf("fay").entry("fay", entry)).toEqual({ balance: usd(5), repeated: false });
    expect(await failure(portOf("fay").entry("fay", { ...entry, amount: usd(6) }))).toMatch(/^entry_conflict/);
    expect(await failure(portOf("fay").entry("gus", { ...entry, id: "d2" }))).toContain("another buyer");
    expect((await portOf("fay").view()).balance).toBe(usd(5));
  });
});
