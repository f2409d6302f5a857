import { describe, expect, it } from "vitest";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
import type { SettleCommand } from "../../../schema/rpc/book.ts";
import { attempt, auction, bid, claimed, ended, m, type TestBook, takeOver } from "./support.ts";

const plan = (book: TestBook) => book.core.story("l1")?.lead.plan ?? [];
const aged = (): AuctionRecord =>
  auction({ ping_id: "p9", ranked: [2, 4, 5].map((rank) => bid(rank, 11 - rank, "p9")), sealed: "sealed-facts" });

describe("a further auction", () => {
  it("adds its bidders behind those that are there, without those who had their chance", () => {
    const book = claimed({ mode: "pending", bid_ids: ["p1_1"] });
    const reply = book.core.extend("l1", 1, aged());
    expect(reply).toMatchObject({ kind: "planned", lead: { re_auctions: 1, bid_ids: ["p1_1"] } });
    expect(plan(book).map((b) => [b.contract_id, b.came, b.status])).toEqual([
      ["c1", undefined, "untried"],
      ["c2", "re_auction", "untried"],
      ["c4", "re_auction", "untried"],
      ["c5", "re_auction", "untried"],
    ]);
    expect(book.rows("leads").at(-1)?.re_auctions).toBe(1);
    expect(book.rows("auctions").map((row) => row.ping_id)).toEqual(["p1", "p9"]);
    expect(book.core.auction("p9", "pub").kind).toBe("found");
  });

  it("joins once, whatever became of the reply, and only for the holder", () => {
    const book = claimed({ mode: "pending" });
    book.core.extend("l1", 1, aged());
    expect(book.core.extend("l1", 1, aged())).toMatchObject({ kind: "planned", lead: { re_auctions: 1 } });
    expect(plan(book)).toHaveLength(5);
    takeOver(book);
    expect(book.core.extend("l1", 1, auction({ ping_id: "p8" }))).toEqual({ kind: "stale" });
    expect(book.core.extend("l1", 2, auction({ ping_id: "p8", ranked: [] }))).toMatchObject({
      lead: { re_auctions: 2 },
    });
    book.core.close(ended("unsold", 2));
    expect(book.core.extend("l1", 2, auction({ ping_id: "p7" }))).toEqual({ kind: "stale" });
  });
});

describe("a contract that takes what another has no room for", () => {
  const full = (changes: Partial<SettleCommand> = {}): SettleCommand => ({
    v: 1,
    lead_id: "l1",
    epoch: 1,
    index: 0,
    status: "refused",
    refusal: "cap_reached",
    overflow: { ...bid(7, 10), buyer_id: "b1" },
    ...changes,
  });

  it("is the next after it, once", () => {
    const book = claimed();
    book.core.settle(full());
    book.core.settle(full());
    expect(plan(book).map((b) => [b.contract_id, b.came])).toEqual([
      ["c1", undefined],
      ["c7", "overflow"],
      ["c2", undefined],
      ["c3", undefined],
    ]);
    expect(book.core.settle(full({ index: 2, overflow: bid(3, 6) }))).toMatchObject({ kind: "settled" });
    expect(plan(book)).toHaveLength(4);
    expect(book.core.settle(full({ epoch: 9, overflow: bid(8, 6) }))).toEqual({ kind: "stale" });
  });

  it("moves nobody's evidence or sale to another bidder", () => {
    const book = claimed({ mode: "pending" });
    book.core.advance("l1", 1, { index: 1, round: 1, attempt: 1 });
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 1, status: "unknown" });
    book.core.settle(full());
    // Whoever asked c2 knows it as the second of the plan; it is the third now.
    book.core.evidence("l1", attempt(1, { takes: true, reservation_id: "l1_c2_1_1" }));
    expect(plan(book).map((b) => b.status)).toEqual(["refused", "untried", "accepted", "untried"]);
    expect(book.core.story("l1")?.attempts[0]?.index).toBe(2);
    const sale = { state: "sold", index: 1, reservation_id: "l1_c2_1_1", price: m(10), payout: m(8) } as const;
    book.core.close({ v: 1, lead_id: "l1", epoch: null, ...sale });
    expect(book.rows("sales")[0]).toMatchObject({ contract_id: "c2", buyer_id: "b2" });
    expect(book.core.story("l1")?.lead.plan[1]?.status).toBe("untried");
  });
});

describe("status calls", () => {
  it("are counted in their round", () => {
    const book = claimed({ mode: "pending" });
    const ask = { v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown", asked: true } as const;
    book.core.settle({ ...ask, asked: undefined });
    expect(plan(book)[0]?.asked).toBeUndefined();
    book.core.settle(ask);
    book.core.settle({ ...ask, retry_in_ms: 4_000 });
    expect(plan(book)[0]).toMatchObject({ asked: 2, status: "unknown", not_before: book.now() + 4_000 });
    book.core.settle({ ...ask, status: "not_taken", next_round: true, asked: undefined });
    expect(plan(book)[0]).toMatchObject({ round: 2, doubt: false });
    expect(plan(book)[0]?.asked).toBeUndefined();
  });
});
