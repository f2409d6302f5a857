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

  it("paced: 200 posts at once take the slots of the window, those of rejected ones come free, and a refund takes none twice", async () => {
    const buyer = "gina";
    const own = terms({
      contract: { contract_id: "gina-c", pacing: { count: 20, minutes: 60 }, caps: [{ per: "total", count: 25 }] },
    });
    const ask = (from: number) =>
      Promise.all(
        Array.from({ length: 200 }, async (_, i) => {
          const id = `gina-${from + i}`;
          const reply = await portOf(buyer).reserve(command(id, { amount: money(PRICE), terms: own }));
          return { id, reply };
        }),
      );
    const held = (asked: Awaited<ReturnType<typeof ask>>) =>
      asked.filter(({ reply }) => reply.kind === "held").map(({ id }) => id);
    const first = await ask(0);
    expect(held(first)).toHaveLength(20);
    const refused = first.flatMap(({ reply }) => (reply.kind === "refused" ? [reply] : []));
    expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(["paced"]));
    expect(Math.max(...refused.map(({ reopens_in_ms }) => reopens_in_ms ?? 0))).toBeLessThanOrEqual(3_600_000);
    await evictDurableObject(stubOf(buyer));
    const [rejected, sold] = [held(first).slice(0, 8), held(first).slice(8)];
    await Promise.all(rejected.map((id) => portOf(buyer).release(id, "rejected")));
    const second = held(await ask(200));
    expect(second).toHaveLength(8);
    await Promise.all(
      [...sold, ...second].map((id) =>
        portOf(buyer).capture({ v: 1, reservation_id: id, price: money(PRICE), attempt_id: `${id}_1` }),
      ),
    );
    const refund = (id: string, n: number) =>
      portOf(buyer).refund({
        v: 1,
        id: `f-${id}`,
        reservation_id: id,
        reason: "failed",
        author: "alice",
        free_place: n < 5,
      });
    const replies = await Promise.all([...sold, ...sold].map((id, n) => refund(id, n % sold.length)));
    expect(replies.filter((reply) => reply.kind === "refunded" && !reply.repeated)).toHaveLength(sold.length);
    expect(held(await ask(400))).toHaveLength(0);
    ahead(3_700_000);
    // Of 25 places 20 are taken and 5 of them came free again.
    expect(held(await ask(600))).toHaveLength(10);
    const view = await portOf(buyer).view();
    expect(view).toMatchObject({
      balance: -8 * PRICE,
      held: 10 * PRICE,
      reservations: { captured: 20, released: 8, held: 10 },
    });
    expect(view.caps).toMatchObject([{ used_count: 25 }]);
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

  it("gives reconcile its pages, writes its rows again and forgets consumers, also after an eviction", async () => {
    const buyer = "hope";
    await deposit(buyer, 100_000);
    const own = terms({ contract: { contract_id: "hope-c", duplicate_window_ms: 86_400_000 } });
    for (const id of ["hope-1", "hope-2"])
      await portOf(buyer).reserve(command(id, { terms: own, amount: money(10_000) }));
    await portOf(buyer).capture({ v: 1, reservation_id: "hope-1", price: money(9_000), attempt_id: "a" });
    await evictDurableObject(stubOf(buyer));
    const page = await portOf(buyer).reservations(null, 1);
    expect(page).toMatchObject({
      facts: [{ reservation_id: "hope-1", amount: 9_000 }],
      next: "hope-1",
      balance: 91_000,
      held: 10_000,
    });
    expect(await portOf(buyer).reservationsById(["hope-2"])).toMatchObject([{ state: "held", refunded: 0 }]);
    ahead(5_000);
    await runDurableObjectAlarm(stubOf(buyer));
    const rows = () =>
      env.DB.prepare(
        "SELECT id, at, month, account, amount FROM money_movements WHERE account = 'buyer:hope' ORDER BY id",
      ).all();
    const before = (await rows()).results;
    expect(before).toHaveLength(2);
    await env.DB.prepare("DELETE FROM money_movements WHERE account IN ('buyer:hope', 'clearing', 'outside')").run();
    expect(await portOf(buyer).republish(["hope-1", "hope-2"], true)).toBe(1);
    ahead(10_000);
    await runDurableObjectAlarm(stubOf(buyer));
    expect((await rows()).results).toEqual(before);
    await portOf(buyer).forget(["lead-hope-1"]);
    const again = await portOf(buyer).reserve(command("hope-3", { terms: own, consumer_keys: ["consumer-hope-1"] }));
    expect(again.kind).toBe("held");
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
