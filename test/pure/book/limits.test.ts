import { describe, expect, it } from "vitest";
import { BookAlarm } from "../../../durable-objects/book/alarm.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
import { attempt, auction, claim, claimed, T0, testBook } from "./support.ts";

/** What a row of an object's SQLite holds. */
const ROW_BYTES = 2_000_000;
const utf8 = new TextEncoder();
type Book = ReturnType<typeof testBook>;
const sizes = (book: Book, query: string) =>
  book.core.book.sql.all<{ text: string }>(query).map(({ text }) => utf8.encode(text).length);

/** An auction of some hundred contracts: 60 kB, with letters of three bytes. */
const large = (n: number, chars = 20_000): AuctionRecord =>
  auction({ ping_id: `p${n}`, at: T0, sub_ids: { s1: "€".repeat(chars) } });
const batch = (auctions: AuctionRecord[], project: string[]) => ({
  v: 1 as const,
  batch: "n",
  auctions,
  late: [],
  project,
});

describe("a row is never larger than the platform's", () => {
  it("of a batch of auctions that a busy isolate wrote late", () => {
    const book = testBook();
    const many = Array.from({ length: 120 }, (_, n) => large(n));
    book.core.record(batch(many, ["p3", "p110"]));
    expect(Math.max(...sizes(book, "SELECT body AS text FROM pages"))).toBeLessThan(ROW_BYTES);
    expect(book.events().map(({ n }) => n)).toEqual(many.map((_, i) => i + 1));
    expect(book.rows("auctions").map(({ ping_id }) => ping_id)).toEqual(["p3", "p110"]);
    expect([book.core.auction("p119", "pub").kind, book.core.stats().auctions]).toEqual(["found", 120]);
  });

  it("of a lead's rows that are told again, with many large answers", () => {
    const book = claimed();
    for (let n = 0; n < 30; n++)
      book.core.evidence("l1", attempt(0, { attempt_id: `a${n}`, outcome: "unknown", sealed: "x".repeat(100_000) }));
    expect(book.core.republish(["l1"])).toBe(1);
    expect(Math.max(...sizes(book, "SELECT events AS text FROM outbox"))).toBeLessThan(ROW_BYTES);
    const numbers = book.events().map(({ n }) => n);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
    expect(book.rows("deliveries")).toHaveLength(60);
  });

  it("and what is read at once to be sent or purged is bounded too", async () => {
    const book = testBook();
    for (let n = 0; n < 60; n++) book.core.record(batch([large(n)], [`p${n}`]));
    const read: number[] = [];
    const { sql } = book.core.book;
    const all = sql.all;
    sql.all = (query, ...bindings) => {
      const rows = all(query, ...bindings);
      read.push(JSON.stringify(rows).length);
      return rows as never;
    };
    const sent: number[] = [];
    const project = async (_: string, events: NumberedEvent[]) => {
      sent.push(events.length);
      return { refused: [] };
    };
    while (await book.core.book.outbox.drain(project, book.now()));
    expect(sent.reduce((sum, n) => sum + n)).toBe(60);
    book.pass(8 * 86_400_000);
    book.core.purge();
    expect(book.core.stats().auctions).toBe(0);
    expect(Math.max(...read)).toBeLessThan(600_000);
  });
});

it("a row of the outbox never overtakes pages that were too much to read with it", async () => {
  const book = testBook();
  for (let n = 0; n < 45; n++) book.core.record(batch([large(n, 80_000)], []));
  book.core.claim(claim({ ping_id: "p44" }));
  for (let n = 45; n < 60; n++) book.core.record(batch([large(n, 80_000)], []));
  const sent: number[] = [];
  const project = async (_: string, events: NumberedEvent[]) => {
    sent.push(...events.map(({ n }) => n));
    return { refused: [] };
  };
  while (await book.core.book.outbox.drain(project, book.now()));
  expect(sent).toEqual(Array.from({ length: 62 }, (_, i) => i + 1));
});

const slow = (ping_id: string) =>
  auction({
    ping_id,
    candidates: [
      { contract_id: "c9", buyer_id: "b9", endpoint_id: "e9", outcome: "timeout", ms: 100, reason: "timeout" },
    ],
  });
const late = {
  v: 1 as const,
  batch: "l",
  auctions: [],
  late: [{ ping_id: "p1", contract_id: "c9", ms: 140 }],
  project: [],
};

describe("while a batch is on its way to D1", () => {
  it("a late bid is told by itself: what is on its way says otherwise, and may have arrived", async () => {
    for (const lost of [false, true]) {
      const book = testBook();
      book.core.record(batch([slow("p1")], ["p1"]));
      const arrived: NumberedEvent[] = [];
      const project = async (_: string, events: NumberedEvent[]) => {
        arrived.push(...events);
        if (arrived.length > 1) return { refused: [] };
        if (!lost) book.core.record(late);
        else throw new Error("lost");
        return { refused: [] };
      };
      await book.core.book.outbox.drain(project, book.now()).catch(() => null);
      if (lost) book.core.record(late);
      while (await book.core.book.outbox.drain(project, book.now()));
      // Of a row that D1 has, only a newer number changes anything.
      const newest = arrived.reduce((a, b) => (b.n > a.n ? b : a));
      expect([newest.n, JSON.stringify(newest.row).includes("late")]).toEqual([2, true]);
    }
  });

  it("what is written in the very moment in which it ends stays due", async () => {
    const book = testBook();
    book.core.record(batch([slow("p1")], ["p1"]));
    const project = () => {
      const done = Promise.resolve({ refused: [] });
      // Runs between the end of the drain and whoever waits for it.
      void done.then(() => queueMicrotask(() => book.core.record(batch([slow("p2")], []))));
      return done;
    };
    const nothing = async () => {};
    book.pass(5_000);
    const alarm = new BookAlarm(book.core, { enqueue: nothing, settleConsumer: nothing, project, failed: () => {} });
    await alarm.run();
    const due = book.core.book.due.ready(book.now() + 60_000, 9).filter(({ kind }) => kind === "outbox");
    expect(due.length > 0).toBe(book.core.book.outbox.pending().events > 0);
    expect(book.core.auction("p2", "pub").kind).toBe("found");
  });
});

it("unlisted auctions share a batch by what is told of them, not by what their pages hold", async () => {
  const book = testBook();
  for (let n = 0; n < 60; n++) book.core.record(batch([large(n)], []));
  const sent: number[] = [];
  const project = async (_: string, events: NumberedEvent[]) => {
    sent.push(events.length);
    return { refused: [] };
  };
  while (await book.core.book.outbox.drain(project, book.now()));
  expect(sent).toEqual([60]);
});
