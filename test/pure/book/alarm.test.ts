import { describe, expect, it } from "vitest";
import { BookAlarm } from "../../../durable-objects/book/alarm.ts";
import { BookRunner } from "../../../durable-objects/book/runner.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { attempt, claim, claimed, ended, later, sold } from "./support.ts";
import { world } from "./world.ts";

const DAY = 86_400_000;

describe("leads that stopped moving", () => {
  it("are woken 5 s after the lease, then in growing pauses of at most half a minute, until somebody comes", async () => {
    const book = claimed();
    const w = world(book);
    await w.live(22_999);
    expect(w.sent).toEqual([]);
    const at: number[] = [];
    for (let second = 23; second < 400; second++) {
      const before = w.sent.length;
      await w.live(second === 23 ? 1 : 1_000);
      if (w.sent.length > before) at.push(second);
    }
    expect(w.sent[0]).toEqual({ v: 1, kind: "lead", lead_id: "l1" });
    expect(at.slice(0, 6)).toEqual([23, 33, 53, 83, 113, 143]);
    const count = w.sent.length;
    book.core.lease("l1", "w2", 600_000);
    await w.live(600_000);
    expect(w.sent).toHaveLength(count);
  });

  it("are left alone once they ended, and while they rest", async () => {
    for (const command of [sold(0), ended("unsold", 1), ended("review", 1), ended("parked", 1)]) {
      const book = claimed();
      const w = world(book);
      book.core.close(command);
      await w.live(DAY);
      expect(w.sent).toEqual([]);
    }
  });

  it("that were deferred are woken only if their own message was lost", async () => {
    const book = claimed({ mode: "pending" });
    const w = world(book);
    book.core.defer("l1", 1, 8_000);
    await w.live(27_999);
    expect(w.sent).toEqual([]);
    await w.live(1);
    expect(w.sent).toHaveLength(1);
  });

  it("are woken again when the queue was away", async () => {
    const book = claimed();
    const w = world(book);
    w.down.queue = true;
    await w.live(60_000);
    expect([w.sent, w.failed.includes("sweep")]).toEqual([[], true]);
    w.down.queue = false;
    await w.live(60_000);
    expect(w.sent.length).toBeGreaterThan(0);
  });
});

describe("outbox", () => {
  it("reaches D1 in order, each event once, also after D1 was away for a minute", async () => {
    const book = claimed();
    const w = world(book);
    w.down.d1 = true;
    await w.live(30_000);
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.close(sold(0));
    await w.live(30_000);
    expect(book.core.stats()).toMatchObject({ outbox: 8, outbox_lag_ms: 60_000 });
    w.down.d1 = false;
    await w.live(15_000);
    expect(w.d1.map((event) => event.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(book.core.stats()).toMatchObject({ outbox: 0, outbox_lag_ms: 0 });
    expect(w.failed.filter((kind) => kind === "outbox").length).toBeLessThan(12);
  });

  it("keeps what comes while it drains", async () => {
    const book = claimed();
    const w = world(book);
    const first = new BookAlarm(book.core, {
      enqueue: async () => {},
      settleConsumer: async () => {},
      failed: () => {},
      project: async () => {
        if (book.core.lead("l1")?.state === "open") book.core.close(sold(0));
        return { refused: [] };
      },
    });
    book.pass(1_000);
    const before = book.events().length;
    await first.run();
    await w.live(5_000);
    expect(before).toBe(2);
    expect(book.core.stats().outbox).toBe(0);
  });
});

describe("consumers", () => {
  const keys = ["enam-07:here", "enam-03:there"];
  it("of a sold lead are kept from its sale, here and at another shard, whenever that answers", async () => {
    const book = claimed({ consumer_keys: keys });
    const w = world(book);
    book.core.consumer("enam-07:here", "l1", null);
    w.down.shard = true;
    book.core.close(sold(0));
    await w.live(25_000);
    w.down.shard = false;
    await w.live(10_000);
    expect(w.freed).toEqual([["enam-03", "enam-03:there", "l1", 30 * DAY - 31_000]]);
    expect(book.core.consumerSold("enam-07:here", DAY)).toBe(true);
    expect(book.core.consumer("enam-07:here", "l2", "l1").kind).toBe("taken");
  });

  it("of an unsold lead are freed; of a resting one they stay", async () => {
    const book = claimed({ consumer_keys: keys });
    const w = world(book);
    book.core.consumer("enam-07:here", "l1", null);
    book.core.close(ended("review", 1));
    await w.live(60_000);
    expect([w.freed, book.core.consumer("enam-07:here", "l2", null).kind]).toEqual([[], "taken"]);
    book.core.close(ended("unsold", null));
    await w.live(60_000);
    expect(w.freed).toEqual([["enam-03", "enam-03:there", "l1", null]]);
    expect(book.core.consumer("enam-07:here", "l2", null).kind).toBe("yours");
  });
});

describe("postback", () => {
  it("is asked for at the end, and again until it is done", async () => {
    const book = claimed({ mode: "pending", wants_postback: true });
    const w = world(book);
    book.core.freeze("l1", later);
    book.core.close(sold(0));
    await w.live(0);
    expect(w.sent).toEqual([{ v: 1, kind: "postback", lead_id: "l1" }]);
    book.core.postbackDone("l1", false, 5_000);
    await w.live(5_000);
    expect(w.sent).toHaveLength(2);
    book.core.postbackDone("l1", true, null);
    await w.live(DAY);
    expect(w.sent).toHaveLength(2);
  });
});

it("a queue or a shard that never answers does not hold up the object's only alarm", async () => {
  const hangs = () => new Promise<never>(() => {});
  const failed: string[] = [];
  const alarms: number[] = [];
  let now = 1_000_000;
  const runner = new BookRunner({
    sql: nodeSql(),
    now: () => now,
    shard: "enam-00",
    // Every wait is over at once.
    timer: (fn) => {
      setTimeout(fn, 0);
      return () => {};
    },
    setAlarm: (at) => void alarms.push(at),
    effects: {
      enqueue: hangs,
      settleConsumer: hangs,
      project: async () => ({ refused: [] }),
      failed: (kind) => void failed.push(kind),
    },
  });
  await runner.claim(claim({ ping_id: null }));
  runner.core.book.due.put("consumer", "l0 other-01:k", now);
  const ended = { lead_id: "l0", aliases: [], state: "unsold" };
  runner.core.table.insert({ ...JSON.parse(JSON.stringify(runner.core.table.need("l1"))), ...ended }, 0);
  now += 60_000;
  await Promise.race([runner.alarm(), new Promise((done) => setTimeout(done, 500))]);
  expect(failed.sort()).toEqual(["consumer", "sweep"]);
  // What was not done is due again, soon.
  expect(alarms.at(-1)).toBe(now + 10_000);
});
