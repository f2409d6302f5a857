import { describe, expect, it } from "vitest";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";

const DAY = 86_400_000;
const capped = terms({
  buyer: { credit_limit: 0 },
  contract: { caps: [{ per: "day", count: 2, money: usd(25) }], duplicate_window_ms: 30 * DAY, time_zone: "UTC" },
});
const refundOf = (reservation_id: string, changes: object = {}) => ({
  v: 1 as const,
  id: `f-${reservation_id}`,
  reservation_id,
  reason: "wrong number",
  author: "alice",
  free_place: false,
  ...changes,
});

function sold(): AccountBook {
  const book = new AccountBook();
  book.deposit(usd(100));
  book.core.reserve(command("r1", { terms: capped }));
  book.capture("r1", usd(8));
  return book;
}
const used = (book: AccountBook) => book.core.view().caps.map(({ used_count, used_money }) => [used_count, used_money]);

describe("a refund", () => {
  it("leaves nothing charged: to whoever takes the lead over, and to who gives it back, as after a release", () => {
    const book = sold();
    const { lead_id } = command("r1");
    expect(book.core.fence(lead_id, 2)).toMatchObject([{ state: "captured" }]);
    expect(book.core.release("r1", "rejected")).toBe(false);
    book.core.refund(refundOf("r1"));
    expect(book.core.fence(lead_id, 3)).toEqual([{ reservation_id: "r1", state: "released" }]);
    expect(book.core.release("r1", "rejected")).toBe(true);
    expect(book.core.view()).toMatchObject({ balance: usd(100), held: 0 });
  });

  it("gives the charge back once, however often it is asked", async () => {
    const book = sold();
    expect(book.core.view().balance).toBe(usd(92));
    expect(book.core.refund(refundOf("r1"))).toEqual({ kind: "refunded", amount: usd(8), repeated: false });
    expect(book.core.refund(refundOf("r1"))).toEqual({ kind: "refunded", amount: usd(8), repeated: true });
    expect(book.core.refund(refundOf("r1", { id: "other" }))).toEqual({ kind: "refunded", amount: 0, repeated: false });
    expect(book.core.refund(refundOf("r1", { id: "other" }))).toEqual({ kind: "refunded", amount: 0, repeated: true });
    expect(book.core.view()).toMatchObject({ balance: usd(100), held: 0, reservations: { captured: 1 } });
    await book.pass(2_000);
    const back = book.rows("money_movements").filter((row) => row.ref === "refund:r1");
    expect(back).toMatchObject([
      {
        id: "refund:r1:0",
        account: "buyer:acme",
        kind: "refund",
        amount: usd(8),
        reason: "wrong number",
        author: "alice",
      },
      { id: "refund:r1:1", account: "house", kind: "refund", amount: -usd(8) },
    ]);
    expect(book.rows("reservations").at(-1)).toMatchObject({
      reservation_id: "r1",
      state: "captured",
      amount: usd(8),
      why: "refunded: wrong number",
    });
  });

  it("is told to the snapshots as money", async () => {
    const book = sold();
    await book.pass(2_000);
    const other = terms({ buyer: { credit_limit: 0 }, contract: { contract_id: "c2" } });
    expect(book.core.reserve(command("r2", { terms: other, amount: usd(90) })).kind).toBe("held");
    await book.pass(2_000);
    book.core.refund(refundOf("r1"));
    await book.pass(2_000);
    expect(book.status("buyer", "acme")).toEqual({ available: usd(10) });
  });

  it.each([
    ["keeps the place", false, [[1, usd(8)]]],
    ["frees the place", true, [[0, 0]]],
  ])("%s under the caps", (_name, free_place, expected) => {
    const book = sold();
    book.core.refund(refundOf("r1", { free_place }));
    book.core.refund(refundOf("r1", { free_place: true, id: "again" }));
    expect(used(book)).toEqual(expected);
  });

  it("gives the place back to the window that it was taken from", async () => {
    const book = sold();
    await book.pass(DAY);
    book.core.reserve(command("r2", { terms: capped }));
    book.core.refund(refundOf("r1", { free_place: true }));
    expect(used(book)).toEqual([[1, usd(10)]]);
  });

  it("frees the consumer for other leads", () => {
    const book = sold();
    const again = (id: string) => book.core.reserve(command(id, { terms: capped, consumer_keys: ["consumer-r1"] }));
    expect(again("r2")).toMatchObject({ code: "duplicate" });
    book.core.refund(refundOf("r1"));
    expect(again("r3").kind).toBe("held");
  });

  it("of anything that is not charged is refused and changes nothing", async () => {
    const book = new AccountBook();
    book.deposit(usd(100));
    for (const id of ["held", "doubted", "gone", "over"]) book.core.reserve(command(id, { amount: usd(1) }));
    book.core.doubt("doubted", 3_600_000);
    book.core.release("gone", "rejected");
    book.core.doubt("over", 1);
    await book.pass(1);
    const before = book.core.view();
    const states = ["held", "doubted", "gone", "over", "never"].map((id) => book.core.refund(refundOf(id)));
    expect(states).toEqual(
      ["held", "in_doubt", "released", "expired", "none"].map((state) => ({ kind: "refused", state })),
    );
    expect(book.core.view()).toEqual(before);
  });

  it("whose id was used for another reservation is a conflict that touches nothing", () => {
    const book = sold();
    book.core.reserve(command("r2", { terms: capped }));
    book.capture("r2", usd(10));
    book.core.refund(refundOf("r1", { id: "f" }));
    expect(() => book.core.refund(refundOf("r2", { id: "f" }))).toThrow(/^refund_conflict/);
    expect(book.core.view().balance).toBe(usd(90));
  });

  it("of a lead sold for nothing moves nothing", () => {
    const book = new AccountBook();
    book.core.reserve(command("r1"));
    book.capture("r1", 0);
    expect(book.core.refund(refundOf("r1"))).toEqual({ kind: "refunded", amount: 0, repeated: false });
    expect(book.core.refund(refundOf("r1"))).toEqual({ kind: "refunded", amount: 0, repeated: true });
  });
});
