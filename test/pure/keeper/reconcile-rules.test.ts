import { describe, expect, it } from "vitest";
import { money } from "../../../schema/money.ts";
import type { ReservationFact } from "../../../schema/rpc/account.ts";
import type { LeadFact } from "../../../schema/rpc/book.ts";
import { leadDifferences, reservationDifferences, SETTLED_MS } from "../../../worker/flows/jobs/reconcile-rules.ts";
import type { LedgerLead, LedgerReservation } from "../../../worker/ledger/compare.ts";

const NOW = 1_800_000_000_000;
const OLD = NOW - SETTLED_MS;
const R = "lead1_acme_c_1_1";

const fact = (changes: Partial<LeadFact> = {}): LeadFact => ({
  lead_id: "lead1",
  state: "sold",
  test: false,
  created_at: OLD,
  updated_at: OLD,
  sale: { reservation_id: R, buyer_id: "acme", price: money(200_000), payout: money(160_000) },
  open_reservations: [],
  returned: [],
  contested: [],
  attempts: 2,
  wrapped_key_id: "k1",
  erased_at: null,
  slim: false,
  ...changes,
});
const charge = (changes: Partial<ReservationFact> = {}): ReservationFact => ({
  reservation_id: R,
  lead_id: "lead1",
  contract_id: "acme_c",
  state: "captured",
  amount: money(200_000),
  refunded: money(0),
  at: OLD,
  ...changes,
});
const ledger = (changes: Partial<LedgerLead> = {}): LedgerLead => ({
  lead_id: "lead1",
  state: "sold",
  price: 200_000,
  erased: false,
  deliveries: 2,
  sales: [{ reservation_id: R, price: 200_000, payout: 160_000 }],
  ...changes,
});
const row = (changes: Partial<LedgerReservation> = {}): LedgerReservation => ({
  reservation_id: R,
  state: "captured",
  amount: 200_000,
  ...changes,
});
const none = { sale: null, attempts: 0 };
const kinds = (found: { kind: string }[]) => found.map((difference) => difference.kind);

describe("a lead against ledger and account", () => {
  it.each<[string, string[], LeadFact, LedgerLead | undefined, ReservationFact | undefined]>([
    ["all three agree", [], fact(), ledger(), charge()],
    ["it has just changed", [], fact({ updated_at: OLD + 1 }), undefined, undefined],
    ["nobody was charged", ["sale_without_charge"], fact(), ledger(), undefined],
    ["the charge was released", ["sale_without_charge"], fact(), ledger(), charge({ state: "released" })],
    [
      "the charge was given back, the book was not told",
      ["sale_without_charge"],
      fact(),
      ledger(),
      charge({ refunded: money(200_000) }),
    ],
    ["the charge is another amount", ["price_differs"], fact(), ledger(), charge({ amount: money(1) })],
    ["the ledger has no such lead", ["lead_missing_in_ledger"], fact(), undefined, charge()],
    ["the ledger's lead stands elsewhere", ["lead_differs_in_ledger"], fact(), ledger({ state: "open" }), charge()],
    ["the ledger's lead has another price", ["lead_differs_in_ledger"], fact(), ledger({ price: 1 }), charge()],
    ["the erasure did not reach the ledger", ["lead_differs_in_ledger"], fact({ erased_at: OLD }), ledger(), charge()],
    ["the ledger alone was erased", [], fact(), ledger({ erased: true }), charge()],
    ["the ledger lacks a delivery", ["delivery_missing_in_ledger"], fact(), ledger({ deliveries: 1 }), charge()],
    ["the book has let its attempts go", [], fact({ slim: true, attempts: 0 }), ledger(), charge()],
    ["the ledger lacks the sale", ["sale_missing_in_ledger"], fact(), ledger({ sales: [] }), charge()],
    [
      "the ledger's sale pays otherwise",
      ["lead_differs_in_ledger"],
      fact(),
      ledger({ sales: [{ reservation_id: R, price: 200_000, payout: 1 }] }),
      charge(),
    ],
    ["a test lead has neither sale nor charge", [], fact({ test: true }), ledger({ sales: [] }), undefined],
    [
      "unsold",
      [],
      fact({ state: "unsold", ...none }),
      ledger({ state: "unsold", price: 0, deliveries: 0, sales: [] }),
      undefined,
    ],
  ])("%s", (_, expected, lead, inLedger, charged) => {
    expect(kinds(leadDifferences(lead, inLedger, charged, NOW))).toEqual(expected);
  });
});

describe("a reservation against book and ledger", () => {
  const held = charge({ state: "held" });
  const doubt = charge({ state: "in_doubt" });
  const ofDoubt = row({ state: "in_doubt" });
  const open = fact({ state: "open", ...none });
  const unsold = fact({ state: "unsold", ...none });
  const waiting = fact({ ...none, open_reservations: [{ reservation_id: R, buyer_id: "acme" }] });
  it.each<
    [string, string[], ReservationFact, LeadFact | undefined, LedgerLead | undefined, LedgerReservation | undefined]
  >([
    ["captured for the sale", [], charge(), fact(), undefined, row()],
    ["made a moment ago", [], charge({ at: OLD + 1 }), unsold, undefined, undefined],
    ["its lead moves", [], charge(), fact({ state: "open", updated_at: OLD + 1, ...none }), undefined, row()],
    ["its lead has long stood still", ["charge_without_sale"], charge(), open, undefined, row()],
    ["captured, and nobody has the lead", ["charge_without_sale"], charge(), unsold, undefined, row()],
    [
      "captured, and somebody else has the lead",
      ["charge_without_sale"],
      charge({ reservation_id: "lead1_other_c_1_1" }),
      fact(),
      undefined,
      row(),
    ],
    ["captured and contested: an operator sees it", [], charge(), fact({ state: "review" }), undefined, row()],
    [
      "captured and contested after the lead was sold to another, and not given back",
      ["charge_without_sale"],
      charge({ reservation_id: "lead1_b_1_1" }),
      fact({ contested: ["lead1_b_1_1"] }),
      undefined,
      row({ reservation_id: "lead1_b_1_1" }),
    ],
    [
      "captured, contested and given back",
      [],
      charge({ reservation_id: "lead1_b_1_1", refunded: money(200_000) }),
      fact({ contested: ["lead1_b_1_1"] }),
      undefined,
      row({ reservation_id: "lead1_b_1_1" }),
    ],
    [
      "captured and given back",
      [],
      charge({ refunded: money(200_000) }),
      fact({ state: "returned", ...none }),
      undefined,
      row(),
    ],
    [
      "returned, but not given back",
      ["charge_without_sale"],
      charge(),
      fact({ state: "returned", ...none }),
      undefined,
      row(),
    ],
    ["the book has let go, the ledger has the sale", [], charge(), undefined, ledger(), row()],
    [
      "the book has let go, the ledger has no sale",
      ["charge_without_sale"],
      charge(),
      undefined,
      ledger({ sales: [] }),
      row(),
    ],
    ["held for an open lead", [], held, open, undefined, undefined],
    ["held, but the lead has ended", ["hold_without_lead"], held, unsold, undefined, undefined],
    ["in doubt beside a sale to another, by the book's leave", [], doubt, waiting, undefined, ofDoubt],
    ["in doubt for nobody", ["hold_without_lead"], doubt, undefined, undefined, ofDoubt],
    ["the ledger lacks it", ["reservation_differs_in_ledger"], charge(), fact(), undefined, undefined],
    [
      "the ledger has another state",
      ["reservation_differs_in_ledger"],
      charge(),
      fact(),
      undefined,
      row({ state: "released" }),
    ],
    [
      "the ledger has another amount",
      ["reservation_differs_in_ledger"],
      charge(),
      fact(),
      undefined,
      row({ amount: 1 }),
    ],
  ])("%s", (_, expected, reservation, lead, ledgerLead, inLedger) => {
    const others = { lead, ledger: ledgerLead, row: inLedger };
    expect(kinds(reservationDifferences("acme", reservation, others, NOW))).toEqual(expected);
  });
});
