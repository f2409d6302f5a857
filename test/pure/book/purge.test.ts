import { describe, expect, it } from "vitest";
import { Auctions } from "../../../durable-objects/book/auctions.ts";
import { attempt, auction, claim, claimed, ended, sold, T0, testBook } from "./support.ts";
import { world } from "./world.ts";

const DAY = 86_400_000;

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
    expect([book.core.auction("p2", "pub").kind, book.core.auction("p1", "pub").kind, book.core.story("l1")]).toEqual([
      "none",
      "none",
      null,
    ]);
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

  it("lets go of pages whatever stays of them, and of those that come when all are gone", async () => {
    const book = claimed();
    book.core.close(ended("review", 1));
    const w = world(book);
    const record = (from: number, count: number) =>
      book.core.record({
        v: 1,
        batch: `b${from}`,
        auctions: Array.from({ length: count }, (_, i) => auction({ ping_id: `x${from + i}`, at: book.now() })),
        late: [],
        project: [],
      });
    for (let n = 0; n < 600; n++) record(2 * n, 2);
    const left = () => book.core.stats().auctions;
    expect(left()).toBe(1_201);
    await w.live(7 * DAY + 2 * 3_600_000);
    // The lead that rests keeps its own, in a row of its own.
    expect([left(), book.core.story("l1")?.auction?.ping_id]).toEqual([1, "p1"]);
    record(2_000, 3);
    book.core.close(ended("unsold", null));
    await w.live(7 * DAY + 2 * 3_600_000);
    expect([left(), book.core.auction("p1", "pub").kind]).toEqual([0, "none"]);
    record(3_000, 2);
    await w.live(6 * DAY);
    expect(left()).toBe(2);
    await w.live(2 * DAY);
    expect(left()).toBe(0);
    expect(w.d1.filter(({ table }) => table === "unlisted")).toHaveLength(1_205);
  });

  it("what changes while a half day is being cleared changes in the row that was moved too", async () => {
    const book = claimed();
    book.core.close(ended("review", 1));
    const w = world(book);
    await w.live(60_000);
    // More pages than are looked at at once, so that the clearing takes several goes.
    for (let n = 0; n < 700; n++)
      book.core.record({ v: 1, batch: `b${n}`, auctions: [auction({ ping_id: `y${n}` })], late: [], project: [] });
    await w.live(60_000);
    book.pass(7 * DAY + 1);
    expect([book.core.purge(), book.core.stats().auctions]).toEqual([true, 702]);
    const { sql } = book.core.book;
    sql.run("UPDATE auctions SET record = json_set(record, '$.sealed', 'a secret') WHERE ping_id = 'p1'");
    const auctions = new Auctions(book.core.book);
    sql.transaction(() => auctions.unseal("p1"));
    expect([book.core.purge(), book.core.stats().auctions]).toEqual([true, 1]);
    expect(auctions.get("p1")?.sealed).toBeUndefined();
    expect([book.core.purge(), book.core.story("l1")?.auction?.ping_id]).toEqual([false, "p1"]);
  });

  it("keeps pages that D1 has not heard of", async () => {
    const book = testBook();
    const w = world(book);
    w.down.d1 = true;
    book.core.record({ v: 1, batch: "b", auctions: [auction({ ping_id: "x1" })], late: [], project: [] });
    await w.live(8 * DAY);
    expect(book.core.auction("x1", "pub").kind).toBe("found");
    w.down.d1 = false;
    await w.live(2 * 3_600_000);
    expect([book.core.auction("x1", "pub").kind, w.d1.map(({ table }) => table)]).toEqual(["none", ["unlisted"]]);
  });

  it("begins by itself", () => {
    expect(testBook().core.book.due.next()).toBe(T0 + 3_600_000);
  });

  it("goes round the consumers in bounded looks, and leaves those whose window lasts", () => {
    const book = claimed();
    const { sql } = book.core.book;
    const plans: string[] = [];
    const all = sql.all;
    sql.all = (query, ...bindings) => {
      if (query.includes("FROM consumers")) plans.push(JSON.stringify(all(`EXPLAIN QUERY PLAN ${query}`, ...bindings)));
      return all(query, ...bindings) as never;
    };
    for (let n = 0; n < 12_000; n++)
      sql.run(
        "INSERT INTO consumers (key, lead_id, at, sold_at, sold_until) VALUES (?, 'l', 0, 0, ?)",
        `k${100_000 + n}`,
        T0 + (n % 3 === 0 ? 0 : 9 * DAY),
      );
    const left = () => all<{ n: number }>("SELECT count(*) AS n FROM consumers")[0]?.n;
    // 5,000 at a look, of which so many went that it goes on at once.
    expect([book.core.purge(), left(), book.core.purge(), left(), book.core.purge(), left()]).toEqual([
      ...[true, 10_333, true, 8_666, true, 8_000],
    ]);
    expect([book.core.purge(), left()]).toEqual([false, 8_000]);
    expect(plans.filter((plan) => plan.includes("SCAN consumers"))).toEqual([]);
  });
});
