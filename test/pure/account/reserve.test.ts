import { describe, expect, it } from "vitest";
import { AccountBook, command, terms, usd } from "../../support/account-book.ts";

const DAY = 86_400_000;
const kindOf = (reply: { kind: string; code?: string }) => reply.code ?? reply.kind;

describe("terms", () => {
  it("a pause is in force when its call returns, whatever older terms a caller brings", () => {
    for (const kind of ["buyer", "endpoint", "contract"] as const) {
      const book = new AccountBook();
      expect(kindOf(book.core.reserve(command("r1")))).toBe("held");
      const paused = terms({ [kind]: { version: 2, paused: true } });
      book.core.terms({ buyer: paused.buyer, contracts: [paused.contract], endpoints: [paused.endpoint] });
      expect(kindOf(book.core.reserve(command("r2")))).toBe(`${kind}_paused`);
      expect(kindOf(book.core.reserve(command("r1")))).toBe("held");
      const resumed = terms({ [kind]: { version: 3 } });
      expect(kindOf(book.core.reserve(command("r3", { terms: resumed })))).toBe("held");
    }
  });

  it.each(["buyer", "endpoint"] as const)("maintenance of the %s begins and ends by itself", (kind) => {
    const book = new AccountBook();
    const from = book.now + 60_000;
    const maintenance = [{ id: "w1", reason: "new servers", from, to: from + 60_000, time_zone: "UTC" }];
    const planned = terms({ [kind]: { version: 2, maintenance } });
    book.core.terms({ buyer: planned.buyer, endpoints: [planned.endpoint] });
    expect(kindOf(book.core.reserve(command("r1")))).toBe("held");
    book.now = from;
    // An isolate that has not heard of it changes nothing.
    expect(book.core.reserve(command("r2"))).toMatchObject({
      code: "maintenance",
      detail: "new servers",
      reopens_in_ms: 60_000,
    });
    // Whoever may have the lead is asked again.
    expect(kindOf(book.core.reserve(command("r1")))).toBe("held");
    book.now = from + 60_000;
    expect(kindOf(book.core.reserve(command("r2")))).toBe("held");
  });

  it("a cap that is set at noon knows the morning", () => {
    const book = new AccountBook();
    for (const id of ["r1", "r2", "r3"]) book.core.reserve(command(id));
    const capped = terms({ contract: { version: 2, caps: [{ per: "day", count: 4 }] } });
    expect(["r4", "r5"].map((id) => kindOf(book.core.reserve(command(id, { terms: capped }))))).toEqual([
      "held",
      "cap_reached",
    ]);
  });

  it("contracts have counts of their own, the buyer's money is one", () => {
    const book = new AccountBook();
    book.deposit(usd(25));
    const of = (contract_id: string) =>
      terms({ buyer: { credit_limit: 0 }, contract: { contract_id, caps: [{ per: "day", count: 1 }] } });
    const ask = (id: string, contract_id: string) => kindOf(book.core.reserve(command(id, { terms: of(contract_id) })));
    expect([ask("r1", "c1"), ask("r2", "c1"), ask("r3", "c2"), ask("r4", "c3")]).toEqual([
      "held",
      "cap_reached",
      "held",
      "balance",
    ]);
  });
});

describe("balance", () => {
  it.each([
    ["prepaid, to the last ten-thousandth", 0, 20, 2],
    ["prepaid, one ten-thousandth short", 0, 19.9999, 1],
    ["credit", 15, 5.5, 2],
    ["no limit", null, 0, 4],
  ])("%s", (_name, credit, deposit, holds) => {
    const book = new AccountBook();
    if (deposit > 0) book.deposit(usd(deposit));
    const own = terms({ buyer: { credit_limit: credit === null ? null : usd(credit) } });
    const replies = ["a", "b", "c", "d"].map((id) => kindOf(book.core.reserve(command(id, { terms: own }))));
    expect(replies.filter((kind) => kind === "held")).toHaveLength(holds);
    expect(replies.slice(holds).every((kind) => kind === "balance")).toBe(true);
  });
});

describe("duplicates of this buyer", () => {
  const window = terms({ contract: { duplicate_window_ms: 30 * DAY } });
  const same = (id: string, lead_id: string, own = window) =>
    command(id, { lead_id, consumer_keys: ["p", `e-${lead_id}`], terms: own });

  it("hold and sale shut the consumer out on any contract, a release lets it in, a retry is none", () => {
    const book = new AccountBook();
    const other = terms({ contract: { contract_id: "c2", duplicate_window_ms: 30 * DAY } });
    expect(kindOf(book.core.reserve(same("r1", "L1")))).toBe("held");
    expect(book.core.reserve(same("r2", "L2", other))).toMatchObject({ code: "duplicate", detail: "L1" });
    expect(kindOf(book.core.reserve(same("r1b", "L1")))).toBe("held");
    book.core.release("r1", "rejected");
    expect(kindOf(book.core.reserve(same("r3", "L2")))).toBe("duplicate");
    book.core.release("r1b", "rejected");
    expect(kindOf(book.core.reserve(same("r4", "L2")))).toBe("held");
  });

  it("counts from the sale, for exactly the window of the contract that asks", async () => {
    const book = new AccountBook();
    book.core.reserve(same("r1", "L1"));
    await book.pass(10_000);
    book.capture("r1", usd(10));
    await book.pass(30 * DAY - 1);
    expect(kindOf(book.core.reserve(same("r2", "L2")))).toBe("duplicate");
    const without = terms({ contract: { contract_id: "c3", duplicate_window_ms: 0 } });
    expect(kindOf(book.core.reserve(same("r4", "L4", without)))).toBe("held");
    book.core.release("r4", "rejected");
    await book.pass(1);
    expect(kindOf(book.core.reserve(same("r5", "L5")))).toBe("held");
  });
});

describe("money by hand", () => {
  it("is booked once per id, in movements that sum to zero", async () => {
    const book = new AccountBook();
    const deposit = { id: "d1", kind: "deposit" as const, amount: usd(50), reason: "by wire", author: "alice" };
    expect(book.core.entry(deposit)).toEqual({ balance: usd(50), repeated: false });
    expect(book.core.entry({ ...deposit, author: "bob" })).toEqual({ balance: usd(50), repeated: true });
    for (const other of [{ amount: usd(51) }, { kind: "credit" as const }, { reason: "else" }]) {
      expect(() => book.core.entry({ ...deposit, ...other })).toThrow("entry_conflict");
    }
    expect(book.core.entry({ ...deposit, id: "a1", kind: "adjustment", amount: usd(-60) }).balance).toBe(usd(-10));
    await book.pass(2_000);
    const rows = book.rows("money_movements");
    expect(rows.map((row) => [row.id, row.account, row.amount])).toEqual([
      ["entry:acme:d1:0", "buyer:acme", usd(50)],
      ["entry:acme:d1:1", "outside", usd(-50)],
      ["entry:acme:a1:0", "buyer:acme", usd(-60)],
      ["entry:acme:a1:1", "outside", usd(60)],
    ]);
    expect(rows[0]).toMatchObject({ reason: "by wire", author: "alice", kind: "deposit" });
  });

  it.each([
    ["deposit", 0],
    ["deposit", -1],
    ["credit", -1],
    ["adjustment", 0],
  ] as const)("%s of %d cannot be", (kind, amount) => {
    const book = new AccountBook();
    expect(() => book.core.entry({ id: "x", kind, amount: usd(amount), reason: "why not", author: "a" })).toThrow(
      "entry_invalid",
    );
    expect(book.core.view().balance).toBe(0);
  });
});
