import { describe, expect, it } from "vitest";
import { ZERO } from "../../../schema/money.ts";
import type { CloseCommand } from "../../../schema/rpc/book.ts";
import { attempt, claimed, ended, later, m, no, sold, type TestBook, takeOver, yes } from "./support.ts";

const sum = (book: TestBook) => book.rows("money_movements").reduce((total, row) => total + row.amount, 0);
const account = (book: TestBook, name: string) =>
  book
    .rows("money_movements")
    .filter((row) => row.account === name)
    .reduce((total, row) => total + row.amount, 0);

describe("sold", () => {
  it("answers with the payout and books sale and money once", () => {
    const book = claimed({ currency: "CAD" });
    const command = { ...sold(0), redirect_sealed: "sealed-url", recovered: true };
    const outcome = { result: "accepted", price: m(10), redirect_sealed: "sealed-url" };
    expect(book.core.close(command)).toEqual({ kind: "closed", outcome });
    expect(book.core.close(command)).toEqual({ kind: "closed", outcome });
    expect(book.rows("sales")).toEqual([
      expect.objectContaining({
        lead_id: "l1",
        reservation_id: "r0",
        buyer_id: "b1",
        currency: "CAD",
        price: m(12.5),
        payout: m(10),
        margin: m(2.5),
        recovered: 1,
        risk: 0,
      }),
    ]);
    expect(sum(book)).toBe(0);
    expect([account(book, "clearing"), account(book, "publisher:pub"), account(book, "house")]).toEqual([
      -m(12.5),
      m(10),
      m(2.5),
    ]);
    expect(book.rows("leads").at(-1)).toMatchObject({
      state: "sold",
      result: "accepted",
      price: m(12.5),
      payout: m(10),
      contract_id: "c1",
      closed_at: book.now(),
    });
    expect(JSON.parse(book.rows("leads").at(-1)?.story ?? "")).toMatchObject({ sale: { reservation_id: "r0" } });
    expect(book.told).toContain("l1");
  });

  it("moves no money for a test lead", () => {
    const book = claimed({ test: true });
    book.core.close(sold(0));
    expect([book.rows("sales"), book.rows("money_movements")]).toEqual([[], []]);
    expect(book.rows("leads").at(-1)).toMatchObject({ test: 1, state: "sold" });
  });

  it("pays what was promised at our risk, whoever buys it at last", () => {
    const book = claimed();
    book.core.freeze("l1", yes);
    expect(book.core.close(sold(2))).toEqual({ kind: "closed", outcome: yes });
    expect(book.rows("sales")[0]).toMatchObject({ price: m(7.5), payout: m(10), margin: m(-2.5), risk: 1 });
    expect([sum(book), account(book, "house")]).toEqual([0, m(-2.5)]);
  });

  it("flags the risk of a sale beside a buyer in doubt, also where the one that sells has stood still since", () => {
    const book = claimed({ mode: "pending" });
    book.core.evidence("l1", attempt(0, { takes: true }));
    takeOver(book);
    book.core.settle({ v: 1, lead_id: "l1", epoch: 2, index: 1, status: "unknown" });
    book.core.close({ ...sold(0), risk: false });
    expect(book.core.story("l1")?.lead).toMatchObject({ state: "sold", risk_flag: true });
  });

  it("flags the risk where nobody bought what its publisher was told is sold, whoever ends it", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(0, { takes: true }));
    book.core.freeze("l1", yes);
    book.core.close({ v: 1, lead_id: "l1", epoch: 1, state: "review", code: "under_review" });
    expect(book.core.story("l1")?.lead.risk_flag).toBe(false);
    book.core.close(ended("unsold", null));
    expect(book.rows("leads").at(-1)).toMatchObject({ state: "unsold", result: "accepted", payout: m(10), risk: 1 });
    expect([account(book, "publisher:pub"), account(book, "house")]).toEqual([m(10), -m(10)]);
  });

  it("flags the risk where somebody who may have it was passed over, also when an operator ends it", () => {
    for (const state of ["sold", "unsold"] as const) {
      const book = claimed({ mode: "pending" });
      book.core.settle({ v: 1, lead_id: "l1", epoch: 1, index: 0, status: "unknown" });
      book.core.evidence("l1", attempt(1, { takes: true }));
      book.core.close({ ...ended("review", 1), rest: { why: "lower_price", contract_id: "c2" } });
      expect(book.rows("leads").at(-1)).toMatchObject({ state: "review", risk: 1 });
      book.core.close(state === "sold" ? sold(1) : ended("unsold", null));
      expect(book.rows("leads").at(-1)).toMatchObject({ state, risk: 1 });
    }
  });

  it("contests another bidder's yes that came just before", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(0, { takes: true, reservation_id: "l1_c1_1_1" }));
    expect(book.core.close(sold(1)).kind).toBe("closed");
    expect(book.rows("sales").map((row) => row.contract_id)).toEqual(["c2"]);
    expect(book.rows("alerts").map((row) => row.id)).toEqual(["contested:l1:l1_c1_1_1"]);
    expect(book.core.story("l1")?.lead).toMatchObject({
      risk_flag: true,
      plan: [{ status: "unknown", doubt: true }, {}, {}],
    });
    expect(
      book.core.evidence("l1", attempt(0, { attempt_id: "a2", takes: true, reservation_id: "l1_c1_1_1" })).kind,
    ).toBe("late");
    expect(book.rows("alerts")).toHaveLength(1);
  });

  it("needs all its parts", () => {
    const book = claimed();
    for (const part of ["index", "reservation_id", "price", "payout"] as const) {
      expect(() => book.core.close({ ...sold(0), [part]: undefined })).toThrow("a sale needs");
    }
    expect(() => book.core.close({ ...sold(0), index: 9 })).toThrow("no bidder");
    expect(book.core.lead("l1")?.state).toBe("open");
  });
});

describe("close: what follows what", () => {
  const rows: [string, (book: TestBook) => void, CloseCommand, string, string][] = [
    ["open, by its holder", () => {}, ended("unsold", 1), "closed", "unsold"],
    ["open, by an earlier holder", takeOver, ended("unsold", 1), "stale", "open"],
    ["open, by one who gave it up", (b) => b.core.defer("l1", 1, 9), ended("unsold", 1), "stale", "open"],
    ["open, unsold by nobody's word", () => {}, ended("unsold", null), "stale", "open"],
    ["open, sold by evidence", takeOver, sold(0), "closed", "sold"],
    ["open, sold at an old epoch", takeOver, sold(0, 1), "stale", "open"],
    ["sold, the same again at an old epoch", (b) => b.core.close(sold(0)), sold(0, 9), "closed", "sold"],
    ["sold, another reservation", (b) => b.core.close(sold(0)), sold(1), "contested", "sold"],
    ["sold, unsold", (b) => b.core.close(sold(0)), ended("unsold", 1), "stale", "sold"],
    ["unsold, unsold again", (b) => b.core.close(ended("unsold", 1)), ended("unsold", 1), "closed", "unsold"],
    ["unsold, review", (b) => b.core.close(ended("unsold", 1)), ended("review", 1), "stale", "unsold"],
    ["unsold, captured", (b) => b.core.close(ended("unsold", 1)), sold(0), "contested", "review"],
    ["told no, captured", (b) => b.core.freeze("l1", no), sold(0), "contested", "review"],
    ["review of a final one, captured", (b) => b.core.close(ended("review", 1)), sold(0), "contested", "review"],
    [
      "review, ended by an operator",
      (b) => b.core.close(ended("review", 1)),
      ended("unsold", null),
      "closed",
      "unsold",
    ],
    ["parked, to review", (b) => b.core.close(ended("parked", 1)), ended("review", null), "closed", "review"],
  ];
  it.each(rows)("%s", (_name, before, command, kind, state) => {
    const book = claimed();
    before(book);
    expect(book.core.close(command).kind).toBe(kind);
    expect(book.core.lead("l1")?.state).toBe(state);
    expect(sum(book)).toBe(0);
  });

  it("a pending publisher's lead in review may still be sold", () => {
    const book = claimed({ mode: "pending" });
    book.core.freeze("l1", later);
    expect(book.core.close(ended("review", 1))).toEqual({ kind: "closed", outcome: later });
    expect(book.core.close(sold(0))).toMatchObject({ kind: "closed", outcome: { result: "accepted", price: m(10) } });
  });

  it("another's yes while a sale is on its way fixes no answer: only the sale's end knows its price", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(1, { takes: true, price: m(8) }));
    expect(book.core.evidence("l1", attempt(0, { takes: true }))).toMatchObject({ kind: "late", state: "open" });
    expect(book.core.story("l1")?.lead).toMatchObject({ frozen: null, outcome: null });
    const close = { ...sold(1), price: m(8), payout: m(6) };
    expect(book.core.close(close)).toMatchObject({ kind: "closed", outcome: { result: "accepted", price: m(6) } });
    expect(book.core.story("l1")?.lead).toMatchObject({ state: "sold", outcome: { price: m(6) } });
    expect(book.rows("alerts").filter((row) => row.kind === "contested")).toHaveLength(1);
  });

  it("a capture for a contested yes is answered while the other's sale is on its way", () => {
    const book = claimed();
    book.core.evidence("l1", attempt(1, { takes: true }));
    book.core.evidence("l1", attempt(0, { takes: true }));
    expect(book.core.close({ ...sold(0), reservation_id: attempt(0, {}).reservation_id })).toMatchObject({
      kind: "contested",
      outcome: { result: "accepted" },
    });
  });

  it("contested: one alert a reservation, no sale, no change of what was told", () => {
    const book = claimed();
    book.core.freeze("l1", no);
    for (let i = 0; i < 3; i++) expect(book.core.close(sold(0))).toEqual({ kind: "contested", outcome: no });
    expect(book.core.close(sold(1))).toEqual({ kind: "contested", outcome: no });
    expect(book.rows("alerts").map((row) => row.id)).toEqual(["contested:l1:r0", "contested:l1:r1"]);
    expect(book.rows("sales")).toEqual([]);
    expect(book.core.close(ended("unsold", null))).toEqual({ kind: "closed", outcome: no });
  });

  it("a promise at our risk is paid once when nobody buys, and a late capture pays nobody again", () => {
    const book = claimed();
    book.core.freeze("l1", yes);
    expect(book.core.close(ended("unsold", 1, "buyers_rejected"))).toEqual({ kind: "closed", outcome: yes });
    expect([account(book, "publisher:pub"), account(book, "house"), sum(book)]).toEqual([m(10), -m(10), 0]);
    expect(book.core.close(sold(0)).kind).toBe("contested");
    expect(book.core.close(sold(1)).kind).toBe("contested");
    book.core.close(ended("unsold", null));
    const ids = new Set(book.rows("money_movements").map((row) => row.id));
    expect([ids.size, book.rows("sales").length]).toEqual([3, 0]);
  });
});

describe("what the publisher is told", () => {
  const rows: [string, "final" | "pending", "unsold" | "review" | "parked", object][] = [
    ["final, unsold", "final", "unsold", { result: "rejected", code: "buyers_rejected" }],
    ["final, review", "final", "review", { result: "rejected", code: "under_review" }],
    ["final, parked", "final", "parked", { result: "rejected", code: "parked" }],
    ["pending, unsold", "pending", "unsold", { result: "rejected", code: "buyers_rejected" }],
    ["pending, review", "pending", "review", { result: "pending", code: "under_review" }],
    ["pending, parked", "pending", "parked", { result: "pending", code: "parked" }],
  ];
  it.each(rows)("%s", (_name, mode, state, outcome) => {
    const book = claimed({ mode });
    const expected = { ...outcome, price: ZERO };
    expect(book.core.close(ended(state, 1, state === "unsold" ? "buyers_rejected" : undefined))).toEqual({
      kind: "closed",
      outcome: expected,
    });
    expect(book.core.freeze("l1", yes)).toEqual(expected);
    expect(book.core.told("l1")).toEqual({ ...expected, wrapped_key: "k1:wrapped" });
  });

  it("the first freeze holds", () => {
    const book = claimed();
    expect(book.core.freeze("l1", no)).toEqual(no);
    expect(book.core.freeze("l1", yes)).toEqual(no);
    expect(book.rows("leads").at(-1)).toMatchObject({ state: "open", result: "rejected", code: "no_answer_in_time" });
  });
});

describe("a worker whose view is old", () => {
  const refused = attempt(0, { outcome: "rejected", class: "rejected" });

  it("cannot tell a yes at our risk once whoever might have had the lead has refused it", () => {
    const book = claimed();
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    book.core.evidence("l1", refused);
    expect(book.core.freeze("l1", yes)).toMatchObject({ result: "rejected", code: "buyers_rejected" });
  });

  it("can while somebody may have it", () => {
    const book = claimed();
    book.core.advance("l1", 1, { index: 0, round: 1, attempt: 1 });
    expect(book.core.freeze("l1", yes)).toEqual(yes);
  });
});
