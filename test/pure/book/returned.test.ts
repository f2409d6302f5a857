import { describe, expect, it } from "vitest";
import type { ReturnCommand } from "../../../schema/rpc/book.ts";
import { refundMovements } from "../../../worker/auction/money-rules.ts";
import { attempt, claim, claimed, ended, later, m, sold, type TestBook } from "./support.ts";
import { world } from "./world.ts";

const lead = (book: TestBook) => book.core.story("l1")?.lead;
const back = (changes: Partial<ReturnCommand> = {}): ReturnCommand => ({
  v: 1,
  lead_id: "l1",
  reservation_id: "r0",
  refund_id: "refund-r0",
  reason: "disconnected",
  author: "op",
  re_auction: false,
  ...changes,
});
const sale = (book: TestBook, id: string) => book.rows("sales").findLast((row) => row.sale_id === id);
const account = (book: TestBook, name: string) =>
  book
    .rows("money_movements")
    .filter((row) => row.account === name)
    .reduce((total, row) => total + row.amount, 0);

function soldLead(changes: Parameters<typeof claim>[0] = {}): TestBook {
  const book = claimed({ mode: "pending", wants_postback: true, ...changes });
  book.core.evidence("l1", attempt(0, { takes: true }));
  book.core.freeze("l1", later);
  book.core.close({ ...sold(0), recovered: true });
  return book;
}

describe("a sale that is given back", () => {
  it("is a sale no more; what the publisher was told and paid stays", () => {
    const book = soldLead();
    const told = book.core.told("l1");
    book.pass(3_600_000);
    expect(book.core.returned(back())).toEqual({ kind: "returned", reopened: false });
    expect(lead(book)).toMatchObject({ state: "returned", plan: [{ status: "returned" }, {}, {}] });
    expect(book.core.told("l1")).toEqual(told);
    expect(sale(book, "l1:1")).toMatchObject({
      returned_at: book.now(),
      refunded: m(12.5),
      price: m(12.5),
      recovered: 1,
    });
    expect(book.rows("leads").at(-1)).toMatchObject({ state: "returned", result: "accepted", payout: m(10), price: 0 });
    expect(book.core.claim(claim({ owner: "w9" }))).toMatchObject({ kind: "replay", outcome: { result: "accepted" } });
    // The refund itself is the account's; the book's money is as it was.
    expect([account(book, "clearing"), account(book, "publisher:pub")]).toEqual([-m(12.5), m(10)]);
    expect(refundMovements("b1", m(12.5)).map((row) => row.amount)).toEqual([m(12.5), -m(12.5)]);
  });

  it("once, however often it is said, and only by its own reservation", () => {
    const book = soldLead();
    expect(book.core.returned(back({ reservation_id: "r1" }))).toEqual({ kind: "refused", why: "not_sold_to" });
    expect(book.core.returned(back({ lead_id: "l9" }))).toEqual({ kind: "refused", why: "not_found" });
    book.core.returned(back({ re_auction: true }));
    const events = book.events().length;
    expect(book.core.returned(back({ re_auction: false }))).toEqual({ kind: "returned", reopened: true });
    expect(book.events()).toHaveLength(events);
    expect(claimed().core.returned(back())).toEqual({ kind: "refused", why: "not_sold_to" });
  });

  it("is never made again by a late close or a late yes of the same sale", () => {
    for (const re_auction of [true, false]) {
      const book = soldLead();
      book.core.returned(back({ re_auction }));
      const state = book.core.lead("l1")?.state;
      expect(book.core.close(sold(0))).toMatchObject({ kind: "closed", outcome: { price: m(10) } });
      expect(book.core.evidence("l1", attempt(0, { attempt_id: "late", takes: true })).kind).toBe("open");
      expect([book.core.lead("l1")?.state, lead(book)?.plan[0]?.status]).toEqual([state, "returned"]);
      expect(book.rows("alerts")).toEqual([]);
    }
  });

  it("frees its consumer, who was sold to nobody", async () => {
    const key = "enam-07:here";
    const book = soldLead({ consumer_keys: [key, "enam-03:there"] });
    const w = world(book);
    book.core.consumer(key, "l1", null);
    await w.live(60_000);
    expect(book.core.consumer(key, "l2", null).kind).toBe("taken");
    book.core.returned(back());
    await w.live(60_000);
    expect(w.freed.at(-1)).toEqual(["enam-03", "enam-03:there", "l1", 0]);
    expect(book.core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("keeps its consumer where another buyer said yes as well", async () => {
    const key = "enam-07:here";
    const book = soldLead({ consumer_keys: [key] });
    const w = world(book);
    book.core.consumer(key, "l1", null);
    await w.live(60_000);
    expect(book.core.evidence("l1", attempt(1, { takes: true })).kind).toBe("late");
    book.core.returned(back());
    await w.live(60_000);
    expect(book.core.lead("l1")?.state).toBe("returned");
    expect(book.core.consumer(key, "l2", null).kind).toBe("taken");
    await w.live(30 * 86_400_000);
    expect(book.core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("keeps its consumer where another buyer may have the lead still", async () => {
    const key = "enam-07:here";
    const book = claimed({ mode: "pending", consumer_keys: [key] });
    const w = world(book);
    book.core.consumer(key, "l1", null);
    book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 1, status: "unknown" });
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.close(sold(0));
    book.core.returned(back());
    await w.live(60_000);
    expect([book.core.lead("l1")?.state, lead(book)?.plan[1]?.status]).toEqual(["returned", "unknown"]);
    expect(book.core.consumer(key, "l2", null).kind).toBe("taken");
  });

  it("of a test lead moves no money, and of a slim one tells the sale's row alone", async () => {
    const test = soldLead({ test: true });
    expect(test.core.returned(back()).kind).toBe("returned");
    expect([test.rows("sales"), test.rows("money_movements")]).toEqual([[], []]);
    const slim = soldLead();
    slim.core.postbackDone("l1", true, null);
    await world(slim).live(8 * 86_400_000);
    expect(slim.core.story("l1")).toBeNull();
    expect(slim.core.returned(back({ re_auction: true }))).toEqual({ kind: "returned", reopened: false });
    expect(slim.events().map((event) => event.table)).toEqual(["sales"]);
    expect(slim.rows("sales")[0]).toMatchObject({ sale_id: "l1:1", contract_id: "c1", buyer_id: "b1" });
    expect(slim.core.lead("l1")?.state).toBe("returned");
  });
});

describe("a returned lead that is offered to others", () => {
  function offered(): TestBook & { epoch: number } {
    const book = soldLead();
    book.core.postbackDone("l1", true, null);
    expect(book.core.returned(back({ re_auction: true }))).toEqual({ kind: "returned", reopened: true });
    const epoch = book.core.lease("l1", "w2", 18_000).lead?.epoch ?? 0;
    return { ...book, epoch };
  }

  it("not where another buyer says that it has the lead: whoever bought it now would not have it alone", () => {
    const book = soldLead();
    book.core.evidence("l1", attempt(1, { takes: true }));
    expect(book.core.returned(back({ re_auction: true }))).toEqual({ kind: "returned", reopened: false });
    expect(lead(book)?.state).toBe("returned");
  });

  it("may be posted, although its publisher was told the end; never to who failed it", () => {
    const book = offered();
    expect(() => book.core.advance("l1", book.epoch, { index: 0, round: 2, attempt: 1 })).toThrow("failed the lead");
    expect(book.core.advance("l1", book.epoch, { index: 1, round: 1, attempt: 1 }).kind).toBe("go");
    expect(book.core.advance("l1", 1, { index: 1, round: 1, attempt: 1 }).kind).toBe("stale");
  });

  it("sold again: a second sale with no second payout, told to nobody again", async () => {
    const book = offered();
    const told = book.core.told("l1");
    book.core.evidence("l1", attempt(1, { takes: true }));
    expect(book.core.close(sold(1, book.epoch))).toMatchObject({ kind: "closed", outcome: { price: m(10) } });
    expect(book.core.told("l1")).toEqual(told);
    expect(sale(book, "l1:2")).toMatchObject({
      buyer_id: "b2",
      price: m(10),
      payout: 0,
      margin: m(10),
      returned_at: null,
    });
    expect(sale(book, "l1:1")).toMatchObject({ returned_at: expect.any(Number), refunded: m(12.5) });
    expect([account(book, "publisher:pub"), account(book, "clearing"), account(book, "house")]).toEqual([
      m(10),
      -m(22.5),
      m(12.5),
    ]);
    expect(lead(book)?.postback_due).toBe(false);
    const w = world(book);
    await w.live(60_000);
    expect(w.sent).toEqual([]);
    expect(book.core.returned(back({ reservation_id: "r1", refund_id: "x" })).kind).toBe("returned");
    expect(sale(book, "l1:2")).toMatchObject({ refunded: m(10), payout: 0 });
  });

  it("sold to nobody: returned, not unsold, and nobody is paid again", () => {
    const book = offered();
    expect(book.core.close(ended("unsold", book.epoch))).toMatchObject({ kind: "closed", outcome: { price: m(10) } });
    expect(book.core.lead("l1")?.state).toBe("returned");
    expect(book.core.close(ended("unsold", book.epoch)).kind).toBe("closed");
    expect(account(book, "publisher:pub")).toBe(m(10));
    expect(book.core.close(sold(1)).kind).toBe("contested");
    expect(lead(book)).toMatchObject({ state: "review", rest: { why: "contested" } });
  });

  it("rests and is reopened like any other", () => {
    const book = offered();
    book.core.settle({ v: 1, lead_id: "l1", epoch: book.epoch, index: 1, status: "unknown" });
    book.core.close(ended("review", book.epoch));
    const again = { v: 1, lead_id: "l1", author: "op", reason: "", accept_risk: false, in_ms: 0 } as const;
    expect(book.core.reopen({ ...again, to: { kind: "same" } }).kind).toBe("reopened");
    book.core.evidence("l1", attempt(1, { takes: true }));
    expect(book.core.close(sold(1))).toMatchObject({ kind: "closed" });
    expect(book.core.lead("l1")?.state).toBe("sold");
  });
});
