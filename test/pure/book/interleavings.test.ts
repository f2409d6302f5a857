import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BIDDER_STATUSES } from "../../../schema/lists.ts";
import type { LeadOutcome, SettleCommand } from "../../../schema/rpc/book.ts";
import { attempt, auction, bid, claim, claimed, ended, later, no, sold, type TestBook, yes } from "./support.ts";

/** Two workers that know no manners: any call, at any time, at any epoch either of them ever had. */
const index = fc.integer({ min: 0, max: 2 });
const epoch = fc.integer({ min: 1, max: 4 });
const owner = fc.constantFrom("w1", "w2");
const settled = fc.constantFrom(...BIDDER_STATUSES.filter((s) => s !== "in_flight")) as fc.Arbitrary<
  SettleCommand["status"]
>;
const call = fc.oneof(
  fc.record({ do: fc.constant("claim" as const), owner }),
  fc.record({ do: fc.constant("lease" as const), owner }),
  fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(10, 4_000, 30_000) }),
  fc.record({ do: fc.constant("advance" as const), index, epoch, attempt: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("evidence" as const), index, takes: fc.boolean(), n: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("settle" as const), index, epoch, status: settled, next_round: fc.boolean() }),
  fc.record({ do: fc.constant("sold" as const), index, epoch: fc.option(epoch) }),
  fc.record({
    do: fc.constant("end" as const),
    state: fc.constantFrom("unsold", "review", "parked"),
    epoch: fc.option(epoch),
  }),
  fc.record({ do: fc.constant("freeze" as const), outcome: fc.constantFrom(no, yes, later) }),
  fc.record({ do: fc.constant("defer" as const), epoch }),
  fc.record({ do: fc.constant("extend" as const), epoch, n: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ do: fc.constant("overflow" as const), epoch, index }),
  fc.record({
    do: fc.constant("report" as const),
    index,
    outcome: fc.constantFrom("accepted" as const, "rejected" as const, "unknown" as const),
  }),
  fc.record({
    do: fc.constant("reopen" as const),
    to: fc.constantFrom("same" as const, "others" as const, "contract" as const),
    accept_risk: fc.boolean(),
  }),
  fc.record({ do: fc.constant("returned" as const), index, re_auction: fc.boolean() }),
  fc.record({ do: fc.constant("repaired" as const) }),
  fc.record({ do: fc.constant("erase" as const) }),
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** A defect of the caller is refused loudly, and changes nothing. */
const REFUSED = /in flight|numbered|failed the lead/;

function run(book: TestBook, c: Call): undefined {
  const { core } = book;
  switch (c.do) {
    case "claim":
      return void core.claim(claim({ owner: c.owner, lead_id: `other-${c.owner}` }));
    case "lease":
      return void core.lease("l1", c.owner, 18_000);
    case "pass":
      return void book.pass(c.ms);
    case "advance":
      return void core.advance("l1", c.epoch, { index: c.index, round: 1, attempt: c.attempt });
    case "evidence":
      return void core.evidence(
        "l1",
        attempt(c.index, {
          attempt_id: `a${c.index}-${c.n}`,
          takes: c.takes,
          outcome: c.takes ? "accepted" : "unknown",
        }),
      );
    case "settle":
      return void core.settle({
        v: 1,
        lead_id: "l1",
        epoch: c.epoch,
        index: c.index,
        status: c.status,
        next_round: c.next_round,
      });
    case "sold":
      return void core.close(sold(c.index, c.epoch));
    case "end":
      return void core.close(ended(c.state as "unsold", c.epoch));
    case "freeze":
      return void core.freeze("l1", c.outcome);
    case "defer":
      return void core.defer("l1", c.epoch, 2_000);
    default:
      return operate(book, c);
  }
}

/** What the later half of a lead's life asks of it. */
function operate({ core }: TestBook, c: Call): undefined {
  const by = { v: 1, lead_id: "l1", author: "op", reason: "" } as const;
  switch (c.do) {
    case "extend":
      return void core.extend("l1", c.epoch, auction({ ping_id: `x${c.n}`, ranked: [bid(3 + c.n, 5), bid(1, 5)] }));
    case "overflow":
      return void core.settle({
        ...{ v: 1, lead_id: "l1", epoch: c.epoch, index: c.index, status: "refused" },
        overflow: bid(9, 9),
      });
    case "report": {
      const takes = c.outcome === "accepted";
      const attempt_id = `report${c.index}-${c.outcome}`;
      return void core.evidence("l1", attempt(c.index, { attempt_id, kind: "report", outcome: c.outcome, takes }));
    }
    case "reopen": {
      const to = c.to === "contract" ? { kind: c.to, bid: bid(8, 7) } : { kind: c.to };
      return void core.reopen({ ...by, to, accept_risk: c.accept_risk, in_ms: 0 });
    }
    case "returned":
      return void core.returned({
        ...by,
        reservation_id: `r${c.index}`,
        refund_id: `x${c.index}`,
        re_auction: c.re_auction,
      });
    case "repaired":
      return void core.repaired("e2", 0, 10);
    case "erase":
      return void core.erase("l1", "op");
  }
}

const binds = (outcome: LeadOutcome | null) =>
  outcome && outcome.result !== "pending" ? JSON.stringify([outcome.result, outcome.code, outcome.price]) : null;

/** The auditor's own books: from the events alone, never from the object's state. */
function audit(book: TestBook) {
  const rows = new Map(book.rows("sales").map((row) => [row.sale_id, row]));
  const standing = [...rows.values()].filter((row) => row.returned_at === null);
  const sales = new Set([...rows.values()].map((row) => row.reservation_id));
  const movements = new Map(book.rows("money_movements").map((row) => [row.id, row]));
  const total = (account?: string) =>
    [...movements.values()]
      .filter((row) => account === undefined || row.account === account)
      .reduce((sum, row) => sum + row.amount, 0);
  return {
    sales,
    standing: standing.map((row) => row.reservation_id),
    leads: new Set(book.rows("leads").map((row) => row.lead_id)),
    sum: total(),
    paid: total("publisher:pub"),
  };
}

describe("any two workers, in any order", () => {
  for (const mode of ["final", "pending"] as const) {
    it(`${mode}: one lead, one sale, one answer, money that sums to zero`, () => {
      fc.assert(
        fc.property(fc.array(call, { minLength: 1, maxLength: 40 }), (calls) => {
          const book = claimed({ mode, wants_postback: true });
          let bound: string | null = null;
          let epochBefore = 1;
          let wasSold: string | null = null;
          let returned = 0;
          for (const c of calls) {
            try {
              run(book, c);
            } catch (error) {
              if (!(error instanceof Error && REFUSED.test(error.message))) throw error;
            }
            const lead = book.core.table.need("l1");
            if (bound !== null) expect(binds(book.core.told("l1"))).toBe(bound);
            bound = binds(book.core.told("l1"));
            expect(lead.epoch).toBeGreaterThanOrEqual(epochBefore);
            epochBefore = lead.epoch;
            // A sale ends only by being given back.
            if (lead.past_sales.length > returned) wasSold = null;
            returned = lead.past_sales.length;
            if (wasSold !== null) expect([lead.state, lead.sale?.reservation_id]).toEqual(["sold", wasSold]);
            expect(lead.plan.filter((bidder) => bidder.status === "accepted").length).toBeLessThanOrEqual(1);
            expect(new Set(lead.plan.map((bidder) => bidder.contract_id)).size).toBe(lead.plan.length);
            const rests = lead.state === "review" || lead.state === "parked";
            expect([lead.state, lead.rest !== null]).toEqual([lead.state, rests]);
            wasSold = lead.state === "sold" ? (lead.sale?.reservation_id ?? null) : null;
            expect(lead.plan.filter((bidder) => bidder.status === "in_flight").length).toBeLessThanOrEqual(1);
          }
          const books = audit(book);
          const lead = book.core.table.need("l1");
          expect([...books.leads]).toEqual(["l1"]);
          expect(books.standing).toEqual(lead.sale ? [lead.sale.reservation_id] : []);
          expect(books.sales.size).toBe(lead.past_sales.length + (lead.sale ? 1 : 0));
          expect(books.sum).toBe(0);
          const outcome = lead.outcome;
          expect(books.paid).toBe(outcome?.result === "accepted" ? outcome.price : 0);
          if (lead.sale) expect(outcome?.result).toBe("accepted");
          for (const reservation of lead.contested) expect(books.sales.has(reservation)).toBe(false);
        }),
        { seed: 20261121, numRuns: 400 },
      );
    });
  }
});
