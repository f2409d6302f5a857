import { describe, expect, it } from "vitest";
import { ZERO } from "../../../schema/money.ts";
import type { CloseCommand } from "../../../schema/rpc/book.ts";
import { claim, claimed, ended, later, m, no, sold, testBook, type TestBook, yes } from "./support.ts";

const sum = (book: TestBook) => book.rows("money_movements").reduce((total, row) => total + row.amount, 0);
const account = (book: TestBook, name: string) =>
  book.rows("money_movements").filter((row) => row.account === name).reduce((total, row) => total + row.amount, 0);

describe("sold", () => {
  it("answers with the payout and books sale and money once", () => {
    const book = claimed({ currency: "CAD" });
    const command = { ...sold(0), redirect_sealed: "sealed-url", recovered: true };
    const outcome = { result: "accepted", price: m(10), redirect_sealed: "sealed-url" };
    expect(book.core.close(command)).toEqual({ kind: "closed", outcome });
    expect(book.core.close(command)).toEqual({ kind: "closed", outcome });
    expect(book.rows("sales")).toEqual([
      expect.objectContaining({ lead_id: "l1", reservation_id: "r0", buyer_id: "b1", currency: "CAD", price: m(12.5), payout: m(10), margin: m(2.5), recovered: 1, risk: 0 }),
    ]);
    expect(sum(book)).toBe(0);
    expect([account(book, "clearing"), account(book, "publisher:pub"), account(book, "house")]).toEqual([-m(12.5), m(10), m(2.5)]);
    expect(book.rows("leads").at(-1)).toMatchObject({ state: "sold", result: "accepted", price: m(12.5), payout: m(10), contract_id: "c1", closed_at: book.now() });
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
    ["open, by an earlier holder", (b) => (b.pass(18_000), b.core.lease("l1", "w2", 9)), ended("unsold", 1), "stale", "open"],
    ["open, by one who gave it up", (b) => b.core.defer("l1", 1, 9), ended("unsold", 1), "stale", "open"],
    ["open, unsold by nobody's word", () => {}, ended("unsold", null), "stale", "open"],
    ["open, sold by evidence", (b) => (b.pass(18_000), b.core.lease("l1", "w2", 9)), sold(0), "closed", "sold"],
    ["open, sold at an old epoch", (b) => (b.pass(18_000), b.core.lease("l1", "w2", 9)), sold(0, 1), "stale", "open"],
    ["sold, the same again at an old epoch", (b) => b.core.close(sold(0)), sold(0, 9), "closed", "sold"],
    ["sold, another reservation", (b) => b.core.close(sold(0)), sold(1), "contested", "sold"],
    ["sold, unsold", (b) => b.core.close(sold(0)), ended("unsold", 1), "stale", "sold"],
    ["unsold, unsold again", (b) => b.core.close(ended("unsold", 1)), ended("unsold", 1), "closed", "unsold"],
    ["unsold, review", (b) => b.core.close(ended("unsold", 1)), ended("review", 1), "stale", "unsold"],
    ["unsold, captured", (b) => b.core.close(ended("unsold", 1)), sold(0), "contested", "review"],
    ["told no, captured", (b) => b.core.freeze("l1", no), sold(0), "contested", "review"],
    ["review of a final one, captured", (b) => b.core.close(ended("review", 1)), sold(0), "contested", "review"],
    ["review, ended by an operator", (b) => b.core.close(ended("review", 1)), ended("unsold", null), "closed", "unsold"],
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
    expect(book.core.close(ended(state, 1, state === "unsold" ? "buyers_rejected" : undefined))).toEqual({ kind: "closed", outcome: expected });
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

describe("postback", () => {
  const rows: [string, boolean, boolean, CloseCommand, boolean][] = [
    ["told pending, sold", true, true, sold(0), true],
    ["told pending, unsold", true, true, ended("unsold", 1), true],
    ["told pending, resting", true, true, ended("review", 1), false],
    ["ended before any answer", true, false, sold(0), false],
    ["not wanted", false, true, sold(0), false],
  ];
  it.each(rows)("%s", (_name, wants_postback, frozen, command, due) => {
    const book = claimed({ mode: "pending", wants_postback });
    if (frozen) book.core.freeze("l1", later);
    book.core.close(command);
    expect(book.core.story("l1")?.lead.postback_due).toBe(due);
    expect(book.core.book.due.ready(book.now(), 9).filter((row) => row.kind === "postback")).toHaveLength(due ? 1 : 0);
  });

  it("is tried again when it is said, and an alert when given up", () => {
    const book = claimed({ mode: "pending", wants_postback: true });
    book.core.freeze("l1", later);
    book.core.close(sold(0));
    book.core.postbackDone("l1", false, 30_000);
    expect(book.core.story("l1")?.lead.postback_due).toBe(true);
    book.core.postbackDone("l1", false, null);
    expect(book.core.story("l1")?.lead.postback_due).toBe(false);
    expect(book.rows("alerts").map((row) => row.kind)).toEqual(["postback_failed"]);
    book.core.postbackDone("l1", true, null);
    expect(book.core.story("l1")?.steps.filter((step) => step.step === "postback")).toHaveLength(2);
  });
});

describe("consumer", () => {
  const key = "enam-07:abc";
  const DAY = 86_400_000;
  it("belongs to the first lead until that frees it", () => {
    const { core, pass } = testBook();
    expect(core.consumer(key, "l1", null)).toEqual({ kind: "yours", owner: "l1", sold_ago_ms: null });
    expect(core.consumer(key, "l1", null).kind).toBe("yours");
    expect(core.consumer(key, "l2", null)).toEqual({ kind: "taken", owner: "l1", sold_ago_ms: null });
    core.settleConsumer(key, "l2", null);
    pass(400 * DAY);
    expect(core.consumer(key, "l2", "l9").kind).toBe("taken");
    expect(core.consumerSold(key, DAY)).toBe(true);
    core.settleConsumer(key, "l1", null);
    expect(core.consumerSold(key, DAY)).toBe(false);
    expect(core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("stays sold for its window, and no longer", () => {
    const { core, pass } = testBook();
    core.consumer(key, "l1", null);
    core.settleConsumer(key, "l1", 30 * DAY);
    core.settleConsumer(key, "l1", null);
    pass(30 * DAY - 1);
    expect(core.consumer(key, "l2", null)).toEqual({ kind: "taken", owner: "l1", sold_ago_ms: 30 * DAY - 1 });
    expect([core.consumerSold(key, 30 * DAY), core.consumerSold(key, 7 * DAY)]).toEqual([true, false]);
    pass(1);
    expect(core.consumer(key, "l2", null).kind).toBe("yours");
  });

  it("is replaced only while the named owner has it, and not when it was sold just now", () => {
    const { core, pass } = testBook();
    core.consumer(key, "l1", null);
    expect(core.consumer(key, "l2", "l1")).toEqual({ kind: "yours", owner: "l2", sold_ago_ms: null });
    expect(core.consumer(key, "l3", "l1")).toMatchObject({ kind: "taken", owner: "l2" });
    core.settleConsumer(key, "l2", 30 * DAY);
    expect(core.consumer(key, "l3", "l2").kind).toBe("taken");
    pass(2 * DAY);
    expect(core.consumer(key, "l3", "l2").kind).toBe("yours");
  });
});

describe("lease and defer", () => {
  it("is taken over when it has run out, with a new epoch", () => {
    const book = claimed();
    expect(book.core.lease("l1", "w1", 18_000)).toMatchObject({ lead: { epoch: 1 } });
    expect(book.core.lease("l1", "w2", 18_000)).toEqual({ lead: null, why: "leased", retry_in_ms: 18_000 });
    book.pass(18_000);
    expect(book.core.lease("l1", "w2", 18_000)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.lease("l1", "w2", 18_000)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.lease("l1", "w1", 18_000)).toMatchObject({ why: "leased" });
    expect(book.core.claim(claim({ owner: "w1" })).kind).toBe("wait");
    book.core.close(sold(0));
    expect(book.core.lease("l1", "w3", 1)).toEqual({ lead: null, why: "ended" });
  });

  it("waits for its time after a defer, within a second", () => {
    const book = claimed({ mode: "pending" });
    expect(book.core.defer("l1", 2, 8_000)).toBe(false);
    expect(book.core.defer("l1", 1, 8_000)).toBe(true);
    expect(book.core.lease("l1", "w2", 1)).toEqual({ lead: null, why: "not_due", retry_in_ms: 8_000 });
    book.pass(7_000);
    expect(book.core.lease("l1", "w2", 1)).toMatchObject({ lead: { epoch: 2 } });
    expect(book.core.defer("l1", 1, 8_000)).toBe(false);
  });
});
