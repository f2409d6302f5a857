import { describe, expect, it } from "vitest";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
import { auction, claim, testBook } from "./support.ts";
import { world } from "./world.ts";

const batch = (auctions: AuctionRecord[], project: string[] = []) => ({
  v: 1 as const,
  batch: "n",
  auctions,
  late: [],
  project,
});
const slow = (ping_id: string) =>
  auction({
    ping_id,
    candidates: [
      { contract_id: "c1", buyer_id: "b1", endpoint_id: "e1", outcome: "bid", rank: 1, reason: null },
      { contract_id: "c9", buyer_id: "b9", endpoint_id: "e9", outcome: "timeout", ms: 100, reason: "timeout" },
    ],
  });

describe("record", () => {
  it("projects only what it is told to, and has the others counted, in one row", () => {
    const book = testBook();
    book.core.record(
      batch([auction({ ping_id: "p1" }), auction({ ping_id: "p2" }), auction({ ping_id: "p3" })], ["p1", "p3"]),
    );
    expect(book.rows("auctions").map((row) => row.ping_id)).toEqual(["p1", "p3"]);
    expect(book.events().map(({ table, n }) => [table, n])).toEqual([
      ["auctions", 1],
      ["unlisted", 2],
      ["auctions", 3],
    ]);
    expect(book.rows("unlisted")).toMatchObject([{ ping_id: "p2", publisher_id: "pub", test: 0 }]);
    expect(book.core.book.sql.all("SELECT first_n FROM pages")).toHaveLength(1);
    expect(book.core.book.sql.all("SELECT first_n FROM outbox")).toHaveLength(0);
    expect(book.core.auction("p2", "pub").kind).toBe("found");
    expect(book.core.stats()).toMatchObject({ auctions: 3, outbox: 3 });
  });

  it("writes a batch once, also when parts of it come again in another", () => {
    const book = testBook();
    book.core.record(batch([auction({ ping_id: "p1" }), auction({ ping_id: "p2" })], ["p1", "p2"]));
    book.core.record(batch([auction({ ping_id: "p1" }), auction({ ping_id: "p2" })], ["p1", "p2"]));
    book.core.record({ ...batch([auction({ ping_id: "p2", took_ms: 999 })], ["p2"]), batch: "other" });
    expect(book.rows("auctions")).toHaveLength(2);
    expect(book.core.stats().auctions).toBe(2);
  });

  it("projects a posted auction that was not to be", () => {
    const book = testBook();
    book.core.record(batch([auction({ ping_id: "p1" })]));
    expect(book.rows("auctions")).toEqual([]);
    book.core.claim(claim());
    expect(book.rows("auctions")[0]).toMatchObject({
      ping_id: "p1",
      counted: 1,
      bidders: 3,
      bids: 3,
      test: 0,
      config_seq: 7,
    });
    expect(book.rows("leads")[0]).toMatchObject({ ping_id: "p1", state: "open", result: null, sealed: "sealed-lead" });
  });

  it("tells which snapshot it keeps, and keeps no older one", () => {
    const { core } = testBook();
    expect([core.record(batch([])).snapshot_seq, core.snapshot()]).toEqual([0, null]);
    core.keepSnapshot(7, ["a", "b", "c"]);
    core.keepSnapshot(5, ["old"]);
    expect(core.snapshot()).toMatchObject({ seq: 7, parts: ["a", "b", "c"] });
    core.keepSnapshot(9, ["d"]);
    expect(core.record(batch([])).snapshot_seq).toBe(9);
    expect(core.snapshot()?.parts).toEqual(["d"]);
  });
});

describe("late bids", () => {
  const late = (ping_id: string, contract_id = "c9") => ({
    v: 1 as const,
    batch: "l",
    auctions: [],
    late: [{ ping_id, contract_id, ms: 140 }],
    project: [],
  });
  const candidate = (book: ReturnType<typeof testBook>, row: number) =>
    (JSON.parse(book.rows("auctions").at(row)?.record ?? "") as AuctionRecord).candidates[1];

  it("correct a timeout, in the book and in what D1 gets, once", () => {
    const book = testBook();
    book.core.record(batch([slow("p1"), slow("p2")], ["p1", "p2"]));
    book.core.record(late("p1"));
    book.core.record(late("p1"));
    // Nothing has been sent: the page tells it as it is now.
    expect(book.rows("auctions").map(({ ping_id }) => ping_id)).toEqual(["p1", "p2"]);
    expect(candidate(book, 0)).toMatchObject({ outcome: "late", reason: "late", ms: 140 });
    expect(candidate(book, 1)).toMatchObject({ outcome: "timeout" });
  });

  it("that come when D1 has the auction are told by an event of their own", async () => {
    const book = testBook();
    const w = world(book);
    book.core.record(batch([slow("p1")], ["p1"]));
    await w.live(2_000);
    book.core.record(late("p1"));
    book.core.record(late("p1"));
    expect(book.rows("auctions")).toHaveLength(1);
    await w.live(10_000);
    expect(w.d1.map(({ table, n }) => [table, n])).toEqual([
      ["auctions", 1],
      ["auctions", 2],
    ]);
  });

  it("of several auctions of a page leave each other's be", () => {
    const book = testBook();
    book.core.record(batch([slow("p1"), slow("p2")], ["p1", "p2"]));
    book.core.record({ ...late("p1"), late: [...late("p1").late, ...late("p2").late] });
    expect([candidate(book, 0)?.outcome, candidate(book, 1)?.outcome]).toEqual(["late", "late"]);
  });

  it("of the same batch, of an auction that is not projected, of nobody", () => {
    const book = testBook();
    book.core.record({ ...late("p1"), auctions: [slow("p1")], project: ["p1"] });
    expect(candidate(book, -1)?.outcome).toBe("late");
    book.core.record(batch([slow("p2")]));
    book.core.record(late("p2"));
    book.core.record(late("p3"));
    book.core.record(late("p1", "c1"));
    expect(book.rows("auctions").map((row) => row.ping_id)).toEqual(["p1"]);
    book.core.claim(claim({ ping_id: "p2" }));
    expect(candidate(book, -1)?.outcome).toBe("late");
  });
});
