import { describe, expect, test } from "vitest";
import { audit, CHECKS, type Findings, type Seen } from "../../kills/audit.ts";
import { BuyerBook, type Dealing } from "../../kills/buyer-book.ts";
import type { Account, LedgerLead } from "../../kills/ledger.ts";
import type { Errand, Told } from "../../kills/publishers.ts";

const lead = (more: Partial<LedgerLead> = {}): LedgerLead => ({
  ...{ lead_id: "L1", publisher_id: "pub", state: "sold", result: "accepted", payout: 8, price: 10, buyer_id: "acme" },
  ...{ code: null, risk: false, recovered: false, rest_why: null },
  ...{ created_at: "2026-11-01T00:00:00.000Z", closed_at: "2026-11-01T00:00:01.000Z" },
  ...more,
});
const told = (more: Partial<Told> = {}): Told => ({ result: "accepted", lead_id: "L1", price: 8, ...more });
const errand = (...answers: Told[]): Errand => ({
  ...{ n: 1, publisher: "pub", phone: "+12125550101", way: "one_step", path: "/v1/leads", body: "", headers: {} },
  ...{ told: answers, broken: 0, began: 0, gave_up: null },
});
const account = (more: Partial<Account> = {}): Account => ({
  ...{ buyer_id: "acme", balance: 90, held: 0, available: 90, outbox: 0, reservations: { captured: 1 } },
  ...{ caps: [{ contract_id: "acme_c", cap: { count: 5 }, used_count: 1 }], breakers: [] },
  ...more,
});
const movement = (account: string, kind: string, amount: number, ref = "L1_acme") => ({
  ...{ id: `${ref}:${account}:${kind}`, account, kind, amount, ref, at: "2026-11-01T00:00:01.000Z" },
});

/** One lead, sold once, told, paid and charged: nothing to find. `kept`: what the buyers have besides. */
function world(): Seen & { post(buyer_id: string, key: string): Dealing } {
  const book = new BuyerBook();
  book.allow("acme", 5);
  const post = (buyer_id: string, key: string) =>
    book.request(buyer_id, { phone: "+12125550101", lead_id: "L1", key, price: 10 });
  book.keep(post("acme", "L1_acme"));
  return {
    post,
    book,
    errands: [errand(told())],
    postbacks: [],
    deposits: new Map([["acme", 100]]),
    live: { balances: [], caps: [] },
    ledger: {
      leads: [lead()],
      sales: [{ sale_id: "L1:1", lead_id: "L1", buyer_id: "acme", reservation_id: "L1_acme", price: 10, at: "" }],
      movements: new Map([
        ["buyer:acme", [movement("buyer:acme", "deposit", 100, "d1"), movement("buyer:acme", "capture", -10)]],
        ["publisher:pub", [movement("publisher:pub", "payout", 8)]],
      ]),
      accounts: [account()],
    },
  };
}

const broken = (findings: Findings): string[] =>
  Object.entries(findings)
    .filter(([, list]) => list.length > 0)
    .map(([name]) => name);

test("an honest run has no findings, and every check is named", () => {
  const found = audit(world());
  expect(broken(found)).toEqual([]);
  expect(Object.keys(found)).toEqual(Object.keys(CHECKS));
});

type World = ReturnType<typeof world>;
const FAULTS: [what: string, finds: keyof Findings, spoil: (w: World) => unknown][] = [
  ["a lead that never ended", "lost", (w) => w.ledger.leads.push(lead({ lead_id: "L2", state: "open" }))],
  ["an answer for a lead that no book has", "lost", (w) => w.errands.push(errand(told({ lead_id: "L9" })))],
  ["a publisher without an answer", "unanswered", (w) => w.errands.push({ ...errand(), gave_up: "no answer at all" })],
  ["two buyers with the lead", "double_sales", (w) => w.book.keep(w.post("other", "L1_other"))],
  ["a sixth lead under a cap of one", "cap_overshoot", (w) => w.ledger.accounts.push(account({ caps: overCap }))],
  ["money below zero", "balance_overshoot", (w) => w.ledger.accounts.push(account({ available: -1 }))],
  ["leads for more than was paid in", "balance_overshoot", (w) => (w.deposits as Map<string, number>).set("acme", 9)],
  ["a charge for a lead that the buyer refused", "charge_without_accept", (w) => charge(w, "L1_acme_2")],
  ["a lead without a charge", "accept_without_charge", (w) => w.ledger.movements.set("buyer:acme", [])],
  ["another price the second time", "changed_answers", (w) => w.errands[0]?.told.push(told({ price: 7 }))],
  ["pending after an end", "changed_answers", (w) => w.errands[0]?.told.push(told({ result: "pending" }))],
  ["another lead the second time", "changed_answers", (w) => w.errands[0]?.told.push(told({ lead_id: "L2" }))],
  ["another payout than was told", "paid_not_told", (w) => w.ledger.leads.splice(0, 1, lead({ payout: 9 }))],
  ["a payout that was never told", "paid_not_told", (w) => payOut(w)],
  ["no postback of an end", "paid_not_told", (w) => w.errands.splice(0, 1, errand(told({ result: "pending" })))],
  [
    "a balance that its movements do not make",
    "books_differ",
    (w) => w.ledger.accounts.splice(0, 1, account({ balance: 91 })),
  ],
  ["a charge without a sale", "books_differ", (w) => w.ledger.sales.splice(0)],
];
const overCap = [{ contract_id: "acme_c", cap: { count: 5 }, used_count: 6 }];
const charge = (w: World, ref: string) =>
  w.ledger.movements.get("buyer:acme")?.push(movement("buyer:acme", "capture", -10, ref));
const payOut = (w: World) => w.ledger.movements.get("publisher:pub")?.push(movement("publisher:pub", "payout", 1, "x"));

describe("each fault is found", () => {
  test.each(FAULTS)("%s: %s", (_, finds, spoil) => {
    const spoilt = world();
    spoil(spoilt);
    expect(broken(audit(spoilt))).toContain(finds);
  });
});

describe("what is no fault", () => {
  test("a lead in review may be with a buyer that is not charged", () => {
    const w = world();
    w.ledger.leads = [lead({ state: "review", payout: 0 })];
    w.ledger.movements = new Map();
    w.errands = [errand(told({ result: "rejected", price: 0 }))];
    w.deposits = new Map();
    w.ledger.accounts = [account({ balance: 0, available: null, reservations: { captured: 0 } })];
    w.ledger.sales = [];
    expect(broken(audit(w))).toEqual([]);
  });
  test("a payout at our risk is booked when its lead leaves review", () => {
    const w = world();
    w.ledger.leads = [lead({ state: "review", risk: true })];
    w.ledger.movements.set("publisher:pub", []);
    expect(audit(w).paid_not_told).toEqual([]);
  });
  test("two buyers with a lead that is flagged as a risk taken", () => {
    const w = world();
    w.ledger.leads = [lead({ risk: true })];
    w.book.keep(w.post("other", "L1_other"));
    expect(audit(w).double_sales).toEqual([]);
  });
  test("pending, then an end by a second request", () => {
    const w = world();
    w.errands = [errand(told({ result: "pending", price: 0 }), told())];
    expect(broken(audit(w))).toEqual([]);
  });
});

test("a buyer's own book says at once when it gets more than its cap", () => {
  const book = new BuyerBook();
  book.allow("acme", 1);
  for (const n of [1, 2])
    book.keep(book.request("acme", { phone: `+1212555010${n}`, lead_id: `L${n}`, key: `k${n}`, price: 1 }));
  expect(book.overshoots).toEqual(["acme has 2 leads of 1 (lead L2)"]);
});
