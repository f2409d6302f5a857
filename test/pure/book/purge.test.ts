import { describe, expect, it } from "vitest";
import { readMeta } from "../../../durable-objects/book/tables.ts";
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

  it("looks at each auction once, whatever stays, and at those that come when all are gone", async () => {
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
    record(0, 1_200);
    const left = () => book.core.book.sql.all<{ n: number }>("SELECT count(*) AS n FROM auctions")[0]?.n;
    const cursor = () => Number(readMeta(book.core.book.sql, "auctions_purged_to") ?? "0");
    await w.live(7 * DAY + 2 * 3_600_000);
    // The lead that rests keeps its own.
    expect([left(), cursor()]).toEqual([1, 1]);
    record(2_000, 3);
    book.core.close(ended("unsold", null));
    await w.live(7 * DAY + 2 * 3_600_000);
    expect([left(), book.core.auction("p1", "pub").kind, cursor()]).toEqual([0, "none", 0]);
    record(3_000, 2);
    await w.live(6 * DAY);
    expect(left()).toBe(2);
    await w.live(2 * DAY);
    expect([left(), book.core.stats().auctions]).toEqual([0, 0]);
  });

  it("begins by itself", () => {
    expect(testBook().core.book.due.next()).toBe(T0 + 3_600_000);
  });
});
