import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import type { BookPort } from "../../schema/rpc/book.ts";
import { replaceDeps } from "../../worker/deps.ts";
import { attempt, auction, claim, ended, no, sold } from "../pure/book/fixtures.ts";

let restore = () => {};
afterEach(() => restore());

/** The book's clock runs this many ms ahead. */
function ahead(ms: number): void {
  restore();
  restore = replaceDeps({ now: () => Date.now() + ms });
}

const stubOf = (shard: string) => env.BOOK.get(env.BOOK.idFromName(shard));

/** A shard of its own for each test, with one auction that lives on the real clock. */
async function shardWithPing(shard: string) {
  const stub = stubOf(shard);
  const at = Date.now();
  const record = auction({ at, expires_at: at + 120_000 });
  await stub.record({ v: 1, batch: "n", auctions: [record], late: [], project: [] });
  const port: BookPort = stub;
  return { stub, port };
}

describe("the book's object", () => {
  it("keeps a claim through an eviction, and recognises its owner", async () => {
    const { stub, port } = await shardWithPing("enam-11");
    const first = await port.claim(claim());
    expect(first).toMatchObject({
      kind: "yours",
      lead: { epoch: 1, plan: [{ contract_id: "c1" }, { contract_id: "c2" }, { contract_id: "c3" }] },
    });
    await port.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    await evictDurableObject(stub);
    expect(await port.claim(claim())).toMatchObject({
      kind: "yours",
      lead: { plan: [{ status: "in_flight" }, {}, {}] },
    });
    expect(await port.claim(claim({ owner: "w2" }))).toMatchObject({ kind: "wait", lead_id: "l1" });
    await port.evidence("l1", attempt(0, { takes: true }));
    await port.close(sold(0));
    await evictDurableObject(stub);
    expect(await port.claim(claim({ owner: "w3" }))).toMatchObject({ kind: "replay", outcome: { result: "accepted" } });
    expect((await port.stats()).shard).toBe("enam-11");
  });

  it("a hundred posts at once: one works, the rest get its outcome", async () => {
    const { port } = await shardWithPing("enam-12");
    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, i) => port.claim(claim({ owner: `w${i}`, lead_id: `l${i}` }))),
    );
    const mine = replies.flatMap((reply) => (reply.kind === "yours" ? [reply.lead.lead_id] : []));
    expect(mine).toHaveLength(1);
    const lead_id = mine[0] ?? "";
    const waiting = Promise.all(Array.from({ length: 99 }, () => port.outcome(lead_id, 20_000)));
    expect(await port.close({ ...sold(1), lead_id })).toMatchObject({ kind: "closed" });
    const told = await waiting;
    expect(new Set(told.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(told[0]).toMatchObject({ result: "accepted", wrapped_key: "k1:wrapped" });
  });

  it("lets a waiter go when its time is up, and wakes it by a freeze", async () => {
    const { port } = await shardWithPing("enam-13");
    await port.claim(claim());
    expect(await port.outcome("l1", 5)).toBeNull();
    const waiting = port.outcome("l1", 20_000);
    await port.freeze("l1", no);
    expect(await waiting).toMatchObject(no);
  });

  it("drains its outbox into D1 by alarm", async () => {
    const { stub, port } = await shardWithPing("enam-14");
    await port.claim(claim({ lead_id: "l14" }));
    await port.evidence("l14", attempt(0, { attempt_id: "a14", takes: true }));
    await port.close({ ...sold(0), lead_id: "l14" });
    expect((await port.stats()).outbox).toBe(9);
    ahead(1_500);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await port.stats()).toMatchObject({ outbox: 0, outbox_lag_ms: 0 });
    const row = await env.DB.prepare("SELECT state, result, payout, ping_id FROM leads WHERE lead_id = ?")
      .bind("l14")
      .first();
    expect(row).toEqual({ state: "sold", result: "accepted", payout: 100_000, ping_id: "p1" });
    const sum = await env.DB.prepare(
      "SELECT count(*) AS rows, sum(amount) AS sum FROM money_movements WHERE ref = 'r0'",
    ).first();
    expect(sum).toEqual({ rows: 3, sum: 0 });
    const delivery = await env.DB.prepare(
      "SELECT lead_id, late_evidence FROM deliveries WHERE attempt_id = 'a14'",
    ).first();
    expect(delivery).toEqual({ lead_id: "l14", late_evidence: 0 });
  });

  it("keeps an alarm for what is due next, also when its work fails", async () => {
    const { stub, port } = await shardWithPing("enam-15");
    await port.claim(claim());
    const alarm = () => runInDurableObject(stub, (_book, state) => state.storage.getAlarm());
    expect((await alarm()) ?? 0).toBeLessThanOrEqual(Date.now() + 1_000);
    await runInDurableObject(stub, (_book, state) => state.storage.sql.exec("ALTER TABLE outbox RENAME TO hidden"));
    ahead(24_000);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await alarm()) ?? 0).toBeGreaterThan(Date.now() + 24_000);
    await runInDurableObject(stub, (_book, state) => state.storage.sql.exec("ALTER TABLE hidden RENAME TO outbox"));
    ahead(60_000);
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect((await port.stats()).outbox).toBe(0);
    expect((await port.story("l1"))?.lead.state).toBe("open");
  });

  it("wakes a resting lead that new evidence opens, and gets it and its return into D1", async () => {
    const { stub, port } = await shardWithPing("enam-18");
    const lead_id = "l18";
    await port.claim(claim({ lead_id, mode: "pending", person_marks: { phone: "mark18" } }));
    await port.settle({ v: 1, lead_id, epoch: 1, index: 0, status: "unknown" });
    await port.close({ ...ended("review", 1), lead_id, rest: { why: "unreadable", contract_id: "c1" } });
    expect((await port.lines({ v: 1, what: "resting", after: null, limit: 5 })).lines).toMatchObject([
      { lead_id, rest_why: "unreadable", in_doubt: [{ contract_id: "c1" }] },
    ]);
    await evictDurableObject(stub);
    const yes = attempt(0, { attempt_id: "a18", kind: "report", takes: true });
    expect(await port.evidence(lead_id, yes)).toEqual({ kind: "open", state: "open" });
    const alarm = await runInDurableObject(stub, (_book, state) => state.storage.getAlarm());
    expect(alarm ?? 0).toBeLessThanOrEqual(Date.now());
    await port.close({ ...sold(0), lead_id, reservation_id: "r18" });
    const back = { v: 1, lead_id, reservation_id: "r18", refund_id: "x18", reason: "", author: "op" } as const;
    expect(await port.returned({ ...back, re_auction: false })).toEqual({ kind: "returned", reopened: false });
    expect(await port.leadsOf(["mark18"])).toEqual([lead_id]);
    expect(await port.erase(lead_id, "op", "asked")).toBe("erased");
    ahead(1_500);
    await runDurableObjectAlarm(stub);
    const lead = () =>
      env.DB.prepare(
        "SELECT state, sealed, wrapped_key, phone_mark, rest_at, erased_at > 0 AS erased FROM leads WHERE lead_id = ?",
      )
        .bind(lead_id)
        .first();
    const expected = { state: "returned", sealed: "", wrapped_key: "", phone_mark: null, rest_at: null, erased: 1 };
    expect(await lead()).toEqual(expected);
    const sale = await env.DB.prepare("SELECT refunded, returned_at > 0 AS back FROM sales WHERE sale_id = ?")
      .bind(`${lead_id}:1`)
      .first();
    expect(sale).toEqual({ refunded: 125_000, back: 1 });
    await env.DB.prepare("DELETE FROM leads WHERE lead_id = ?").bind(lead_id).run();
    expect(await port.republish([lead_id])).toBe(1);
    ahead(9_000);
    await runDurableObjectAlarm(stub);
    expect(await lead()).toEqual(expected);
  });

  it("frees a consumer's row at another shard when its lead ends unsold", async () => {
    const { stub, port } = await shardWithPing("enam-16");
    const key = "enam-17:abc";
    const there: BookPort = stubOf("enam-17");
    await port.claim(claim({ consumer_keys: [key] }));
    await there.consumer(key, "l1", null);
    await port.close(ended("unsold", 1, "buyers_rejected"));
    ahead(1_500);
    await runDurableObjectAlarm(stub);
    expect(await there.consumerSold(key, 1_000)).toBe(false);
  });
});
