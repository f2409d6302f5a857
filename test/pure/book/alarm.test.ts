import { describe, expect, it } from "vitest";
import { BookAlarm, type BookEffects } from "../../../durable-objects/book/alarm.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import { attempt, auction, claim, claimed, ended, later, sold, T0, type TestBook, testBook } from "./support.ts";

const DAY = 86_400_000;

/** The world of an alarm: what it sent, and what of it fails. */
function world(book: TestBook) {
  const sent: DeliveryMessage[] = [];
  const freed: [string, string, string, number | null][] = [];
  const d1: NumberedEvent[] = [];
  const failed: string[] = [];
  const down = { queue: false, shard: false, d1: false };
  const effects: BookEffects = {
    enqueue: async (messages) => {
      if (down.queue) throw new Error("queue");
      sent.push(...messages);
    },
    settleConsumer: async (...call) => {
      if (down.shard) throw new Error("shard");
      freed.push(call);
    },
    project: async (_object, events) => {
      if (down.d1) throw new Error("d1");
      d1.push(...events);
      return { refused: [] };
    },
    failed: (kind) => failed.push(kind),
  };
  const alarm = new BookAlarm(book.core, effects);
  /** Time passes, and the alarm rings whenever something is due. */
  const live = async (ms: number) => {
    const until = book.now() + ms;
    for (let n = 0; n < 10_000; n++) {
      const next = book.core.book.due.next();
      if (next === null || next > until) break;
      book.pass(Math.max(0, next - book.now()));
      await alarm.run();
    }
    book.pass(until - book.now());
  };
  return { sent, freed, d1, failed, down, live };
}

describe("leads that stopped moving", () => {
  it("are woken 5 s after the lease, then in growing pauses of at most a minute, until somebody comes", async () => {
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
    expect(at.slice(0, 6)).toEqual([23, 33, 53, 93, 153, 213]);
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
    expect(w.freed).toEqual([["enam-03", "enam-03:there", "l1", 30 * DAY - 30_000]]);
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

describe("purge", () => {
  it("lets go of auctions and ended leads after a week, of outcomes after a month", async () => {
    const book = claimed();
    const w = world(book);
    book.core.record({ v: 1, batch: "n2", auctions: [auction({ ping_id: "p2" })], late: [], project: [] });
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.close(sold(0));
    await w.live(7 * DAY - 3_600_000);
    expect([book.core.auction("p2", "pub").kind, book.core.story("l1")?.attempts.length]).toEqual(["found", 1]);
    await w.live(3 * 3_600_000);
    expect([book.core.auction("p2", "pub").kind, book.core.auction("p1", "pub").kind, book.core.story("l1")]).toEqual(["none", "none", null]);
    expect(JSON.stringify(book.core.table.get("l1"))).not.toContain("sealed-lead");
    expect(book.core.claim(claim({ owner: "w9" }))).toMatchObject({ kind: "replay", outcome: { result: "accepted" } });
    expect(book.core.close(sold(0)).kind).toBe("closed");
    await w.live(24 * DAY);
    expect([book.core.lead("l1"), book.core.stats().auctions]).toEqual([null, 0]);
    expect(book.core.book.sql.all("SELECT * FROM attempts")).toEqual([]);
  });

  it("keeps what is not over: a lead under review with its auction, a lead that D1 lacks", async () => {
    const resting = claimed();
    resting.core.close(ended("review", 1));
    await world(resting).live(60 * DAY);
    expect(resting.core.story("l1")).toMatchObject({ auction: { ping_id: "p1" }, lead: { sealed: "sealed-lead" } });
    const unseen = claimed();
    unseen.core.close(sold(0));
    const w = world(unseen);
    w.down.d1 = true;
    unseen.pass(8 * DAY);
    expect(unseen.core.purge()).toBe(false);
    expect(unseen.core.story("l1")?.lead.sealed).toBe("sealed-lead");
    w.down.d1 = false;
    await w.live(2 * 3_600_000);
    expect(unseen.core.story("l1")).toBeNull();
  });

  it("of a slim lead, later evidence is an alert and never overwrites what D1 has", async () => {
    const book = claimed();
    const w = world(book);
    book.core.close(ended("unsold", 1));
    await w.live(8 * DAY);
    book.core.close(sold(0));
    book.core.evidence("l1", attempt(1, { takes: true }));
    expect(book.events().map((event) => event.table)).toEqual(["alerts", "deliveries", "alerts"]);
    expect(book.core.lead("l1")?.state).toBe("unsold");
  });

  it("begins by itself", () => {
    expect(testBook().core.book.due.next()).toBe(T0 + 3_600_000);
  });
});
