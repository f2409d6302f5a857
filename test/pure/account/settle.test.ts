import { describe, expect, it } from "vitest";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";

const HOUR = 3_600_000;
const PREPAID = terms({ buyer: { credit_limit: 0 }, contract: { caps: [{ per: "day", count: 2, money: usd(100) }] } });

function prepaid(deposit = 100): AccountBook {
  const book = new AccountBook();
  book.deposit(usd(deposit));
  return book;
}
const used = (book: AccountBook) => {
  const { balance, held, caps } = book.core.view();
  return { balance, held, count: caps[0]?.used_count, money: caps[0]?.used_money };
};

describe("a hold", () => {
  it("takes money and a place, and a capture charges it once", () => {
    const book = prepaid();
    const held = { kind: "held", dispatch_in_ms: 500, probe: false };
    expect(book.core.reserve(command("r1", { terms: PREPAID }))).toEqual(held);
    expect(book.core.reserve(command("r1", { terms: PREPAID }))).toEqual(held);
    expect(used(book)).toEqual({ balance: usd(100), held: usd(10), count: 1, money: usd(10) });
    for (const price of [10, 9, 10])
      expect(book.capture("r1", usd(price))).toEqual({ kind: "captured", price: usd(10) });
    expect(used(book)).toEqual({ balance: usd(90), held: 0, count: 1, money: usd(10) });
    expect(book.core.release("r1", "rejected")).toBe(false);
    expect(book.core.reserve(command("r1", { terms: PREPAID }))).toEqual({ kind: "captured", price: usd(10) });
  });

  it.each([
    ["lower", 7.5, 7.5],
    ["higher", 12, 10],
    ["nothing", 0, 0],
  ])("captured at a %s price costs at most the hold, and the rest goes back", (_name, price, charged) => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    expect(book.capture("r1", usd(price))).toEqual({ kind: "captured", price: usd(charged) });
    expect(used(book)).toEqual({ balance: usd(100 - charged), held: 0, count: 1, money: usd(charged) });
  });

  it("released gives everything back, for good", () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    expect(book.core.release("r1", "rejected")).toBe(true);
    expect(book.core.release("r1", "rejected")).toBe(true);
    expect(used(book)).toEqual({ balance: usd(100), held: 0, count: 0, money: 0 });
    const again = { kind: "refused", code: "stale_epoch", detail: "released" };
    expect(book.core.reserve(command("r1", { terms: PREPAID }))).toEqual(again);
    expect(book.core.reserve(command("r1-round2", { terms: PREPAID }))).toMatchObject({ kind: "held" });
  });

  it("released in another window gives back to its own", async () => {
    const book = prepaid();
    const hourly = terms({ contract: { caps: [{ per: "hour", count: 1 }] } });
    book.core.reserve(command("r1", { terms: hourly, hold_ms: 9 * HOUR }));
    await book.pass(HOUR);
    expect(book.core.reserve(command("r2", { terms: hourly }))).toMatchObject({ kind: "held" });
    book.core.release("r1", "rejected");
    expect(book.core.reserve(command("r3", { terms: hourly }))).toMatchObject({
      code: "cap_reached",
      detail: "hour: count",
    });
  });

  it("of a used id with other content is the caller's defect and changes nothing", () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    const before = book.core.view();
    for (const other of [
      { lead_id: "other" },
      { amount: usd(11) },
      { terms: terms({ contract: { contract_id: "c2" } }) },
    ]) {
      expect(() => book.core.reserve(command("r1", { terms: PREPAID, ...other }))).toThrow("reservation_conflict");
    }
    expect(book.core.view()).toEqual(before);
  });

  it.each([
    [{ amount: usd(-1) }],
    [{ amount: Number.NaN as never }],
    [{ source: "*" }],
    [{ hold_ms: 0 }],
    [{ v: 2 as never }],
  ])("that is not well formed is refused by a throw: %o", (wrong) => {
    const book = prepaid();
    expect(() => book.core.reserve(command("r1", wrong))).toThrow("reserve");
    expect(book.core.view().reservations.held).toBe(0);
  });
});

describe("doubt", () => {
  it("keeps the hold, and a late yes or no settles it", () => {
    for (const [late, balance, count] of [
      ["yes", 90, 1],
      ["no", 100, 0],
    ] as const) {
      const book = prepaid();
      book.core.reserve(command("r1", { terms: PREPAID }));
      book.core.doubt("r1", 72 * HOUR);
      expect(used(book)).toMatchObject({ balance: usd(100), held: usd(10), count: 1 });
      if (late === "yes") expect(book.capture("r1", usd(10))).toMatchObject({ kind: "captured" });
      else expect(book.core.release("r1", "rejected")).toBe(true);
      expect(used(book)).toMatchObject({ balance: usd(balance), held: 0, count });
    }
  });

  it("begins by itself when nobody settles a hold in time", async () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    await book.pass(29_999);
    expect(book.core.view().reservations).toMatchObject({ held: 1, in_doubt: 0 });
    await book.pass(1);
    expect(book.core.view().reservations).toMatchObject({ held: 0, in_doubt: 1 });
    expect(used(book).held).toBe(usd(10));
    expect(book.capture("r1", usd(10))).toEqual({ kind: "captured", price: usd(10) });
  });

  it("expires: the money returns, the count stays, a yes is contested and a no gives the count back", async () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    book.core.doubt("r1", HOUR);
    await book.pass(HOUR - 1);
    expect(book.core.view()).toMatchObject({ held: usd(10), oldest_in_doubt_ms: HOUR - 1 });
    await book.pass(1);
    expect(used(book)).toEqual({ balance: usd(100), held: 0, count: 1, money: 0 });
    expect(book.capture("r1", usd(10))).toEqual({ kind: "contested", state: "expired" });
    expect(book.core.release("r1", "rejected")).toBe(true);
    expect(used(book)).toEqual({ balance: usd(100), held: 0, count: 0, money: 0 });
    await book.pass(5_000);
    expect(book.rows("alerts")).toMatchObject([{ kind: "contested", subject: "reservation:r1" }]);
    expect(book.rows("reservations").map((row) => row.state)).toEqual(["in_doubt", "expired", "released"]);
  });

  it("is held again by a retry of the round, but ends no later for it", async () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    book.core.doubt("r1", HOUR);
    await book.pass(HOUR / 2);
    expect(book.core.reserve(command("r1", { terms: PREPAID, epoch: 2 }))).toMatchObject({ kind: "held" });
    expect(used(book)).toMatchObject({ held: usd(10), count: 1 });
    book.core.doubt("r1", HOUR);
    await book.pass(HOUR / 2);
    expect(book.core.view().reservations).toMatchObject({ expired: 1, in_doubt: 0 });
  });

  it("does not touch what has ended", () => {
    const book = prepaid();
    book.core.reserve(command("r1", { terms: PREPAID }));
    book.capture("r1", usd(10));
    book.core.doubt("r1", HOUR);
    book.core.doubt("never", HOUR);
    expect(book.core.view().reservations).toMatchObject({ captured: 1, in_doubt: 0 });
  });
});

it.each([["released"], ["none"]] as const)(
  "a capture of what is %s charges nothing and is contested",
  async (state) => {
    const book = prepaid();
    if (state === "released") {
      book.core.reserve(command("r1", { terms: PREPAID }));
      book.core.release("r1", "rejected");
    }
    expect(book.capture("r1", usd(10))).toEqual({ kind: "contested", state });
    await book.pass(5_000);
    expect(book.core.view().balance).toBe(usd(100));
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(["contested"]);
    expect(book.rows("money_movements").filter((row) => row.kind === "capture")).toEqual([]);
  },
);

describe("fence", () => {
  it("tells what a lead has here, and shuts out who was overtaken", () => {
    const book = prepaid();
    const of = (id: string, epoch = 1) => command(id, { lead_id: "L", epoch });
    book.core.reserve(of("a"));
    book.core.reserve(of("b"));
    book.core.reserve(of("c"));
    book.core.reserve(of("d"));
    book.capture("b", usd(9));
    book.core.release("c", "rejected");
    book.core.doubt("d", HOUR);
    expect(book.core.fence("L", 5)).toEqual([
      { reservation_id: "a", state: "held" },
      { reservation_id: "b", state: "captured", price: usd(9) },
      { reservation_id: "c", state: "released" },
      { reservation_id: "d", state: "held" },
    ]);
    expect(book.core.fence("L", 3)).toHaveLength(4);
    for (const id of ["a", "b", "e"]) expect(book.core.reserve(of(id, 4))).toMatchObject({ code: "stale_epoch" });
    expect(book.core.reserve(of("e", 5))).toMatchObject({ kind: "held" });
    expect(book.core.reserve(command("x", { lead_id: "M", epoch: 1 }))).toMatchObject({ kind: "held" });
    expect(book.core.fence("nobody", 1)).toEqual([]);
  });
});
