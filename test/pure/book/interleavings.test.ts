import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BIDDER_STATUSES } from "../../../schema/lists.ts";
import type { LeadOutcome, SettleCommand } from "../../../schema/rpc/book.ts";
import { attempt, claim, claimed, ended, later, no, sold, type TestBook, yes } from "./support.ts";

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
);
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** A defect of the caller is refused loudly, and changes nothing. */
const REFUSED = /in flight|numbered/;

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
  }
}

const binds = (outcome: LeadOutcome | null) =>
  outcome && outcome.result !== "pending" ? JSON.stringify(outcome) : null;

/** The auditor's own books: from the events alone, never from the object's state. */
function audit(book: TestBook) {
  const sales = new Set(book.rows("sales").map((row) => row.reservation_id));
  const movements = new Map(book.rows("money_movements").map((row) => [row.id, row]));
  const total = (account?: string) =>
    [...movements.values()]
      .filter((row) => account === undefined || row.account === account)
      .reduce((sum, row) => sum + row.amount, 0);
  return {
    sales,
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
            if (wasSold !== null) expect([lead.state, lead.sale?.reservation_id]).toEqual(["sold", wasSold]);
            wasSold = lead.state === "sold" ? (lead.sale?.reservation_id ?? null) : null;
            expect(lead.plan.filter((bidder) => bidder.status === "in_flight").length).toBeLessThanOrEqual(1);
          }
          const books = audit(book);
          const lead = book.core.table.need("l1");
          expect([...books.leads]).toEqual(["l1"]);
          expect([...books.sales]).toEqual(lead.sale ? [lead.sale.reservation_id] : []);
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
