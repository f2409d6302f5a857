import { describe, expect, it } from "vitest";
import { BookCore } from "../../../durable-objects/auction-book-store.ts";
import { Ended } from "../../../durable-objects/book/ended.ts";
import { claim, claimed, ended, SHARD, sold, type TestBook } from "./support.ts";
import { world } from "./world.ts";

const KEYS = ["enam-03:a", "enam-04:b"];
const dueRows = (book: TestBook): string[] =>
  book.core.book.sql.all<{ kind: string }>("SELECT kind FROM due").map(({ kind }) => kind);
const more = (book: TestBook, lead_id: string, key: string) =>
  book.core.claim(claim({ lead_id, ping_id: null, aliases: [lead_id], consumer_keys: [key] }));
const settled = (w: ReturnType<typeof world>) => w.freed.map(([, key, lead_id]) => `${lead_id} ${key}`).sort();

describe("consumers of leads that ended", () => {
  it("are settled with the next batch, once, without a row for it", async () => {
    const book = claimed({ consumer_keys: KEYS });
    const w = world(book);
    await w.live(10_000);
    book.core.close(sold(0));
    expect(dueRows(book)).toEqual(["purge"]);
    expect(w.freed).toEqual([]);
    await w.live(1_000);
    expect(settled(w)).toEqual(["l1 enam-03:a", "l1 enam-04:b"]);
    await w.live(60_000);
    expect([w.freed.length, dueRows(book)]).toEqual([2, ["purge"]]);
  });

  it("of more leads than one look takes are all settled, also those of one moment", async () => {
    const book = claimed();
    const w = world(book);
    for (let n = 0; n < 230; n++) {
      more(book, `m${n}`, `enam-03:${n}`);
      if (n % 70 === 0) book.pass(1);
      book.core.close({ ...ended("unsold", 1), lead_id: `m${n}` });
    }
    await w.live(2_000);
    expect(new Set(settled(w)).size).toBe(230);
    expect(w.freed).toHaveLength(230);
  });

  it("that ended while others were being settled are not passed over", async () => {
    const book = claimed({ consumer_keys: ["enam-03:a"] });
    const w = world(book);
    for (const id of ["m1", "m2"]) more(book, id, `enam-03:${id}`);
    book.core.close(sold(0));
    book.pass(1_000);
    const { book: context } = book.core;
    const found = context.ended.since(book.now(), 9);
    expect(found.map(({ lead_id }) => lead_id)).toEqual(["l1"]);
    // By a clock that went back, into what is being looked at; and in this very moment.
    book.pass(-500);
    book.core.close({ ...ended("unsold", 1), lead_id: "m1" });
    expect(dueRows(book)).toContain("consumer");
    book.pass(500);
    book.core.close({ ...ended("unsold", 1), lead_id: "m2" });
    context.ended.done(book.now());
    await w.live(10_000);
    expect(settled(w)).toEqual(["m1 enam-03:m1", "m2 enam-03:m2"]);
  });

  it("that could not be settled have rows, and are tried again", async () => {
    const book = claimed({ consumer_keys: KEYS });
    const w = world(book);
    w.down.shard = true;
    book.core.close(sold(0));
    await w.live(5_000);
    expect(dueRows(book)).toEqual(["consumer", "consumer", "purge"]);
    w.down.shard = false;
    await w.live(10_000);
    expect([settled(w).length, dueRows(book)]).toEqual([2, ["purge"]]);
  });

  it("are found by an object that starts anew before it has looked", () => {
    const book = claimed({ consumer_keys: KEYS });
    book.core.close(sold(0));
    book.pass(100);
    const anew = new BookCore({ sql: book.core.book.sql, now: () => book.now(), shard: SHARD });
    expect(anew.book.due.ready(book.now(), 9).map(({ kind }) => kind)).toContain("ended");
    expect(anew.book.ended.since(book.now(), 9).map(({ lead_id }) => lead_id)).toEqual(["l1"]);
  });

  it("stay known to a lead that is erased or given back before", async () => {
    const book = claimed({ consumer_keys: KEYS });
    const w = world(book);
    book.core.close(sold(0));
    expect(book.core.erase("l1", "alice")).toBe("erased");
    await w.live(2_000);
    expect(new Set(settled(w)).size).toBe(2);
  });
});

it("a book of the version before begins to look at what ends from now on: the rest has rows", () => {
  const book = claimed({ consumer_keys: KEYS });
  const { sql } = book.core.book;
  sql.run("DELETE FROM meta WHERE key = 'consumers_settled_to'");
  book.core.close(sold(0));
  book.pass(5_000);
  expect(new Ended(sql, book.now()).since(book.now() + 1, 9)).toEqual([]);
});
