import fc from "fast-check";
import { expect, test } from "vitest";
import { type Money, ZERO } from "../../../schema/money.ts";
import { eligible, explain } from "../../../worker/auction/eligibility.ts";
import { inputOf, NOW, OPEN, standing } from "./eligibility-input.ts";
import { contractOf, m, NO_STANDING, SEED } from "./fixtures.ts";

/** Contracts with any mixture of faults. */
const someContract = fc.record({
  paused: fc.boolean(),
  fixed: fc.boolean(),
  state: fc.constantFrom("CA", "TX"),
  source: fc.constantFrom(undefined, "pub", "other"),
  accepts_test: fc.boolean(),
  tripped: fc.boolean(),
  capped: fc.boolean(),
  queue: fc.boolean(),
  paced: fc.boolean(),
  left: fc.constantFrom(null, 1, 5),
  outstanding: fc.nat(20),
  available: fc.constantFrom<Money | null | undefined>(undefined, null, ZERO, m(50)),
});
const cases = fc.record({
  some: fc.array(someContract, { maxLength: 12 }),
  test: fc.boolean(),
  gateway: fc.boolean(),
  may_wait: fc.boolean(),
  seed: fc.nat(),
  state: fc.constantFrom("CA", "TX"),
});

function built({
  some,
  test: isTest,
  gateway,
  may_wait,
  seed,
  state,
}: typeof cases extends fc.Arbitrary<infer T> ? T : never) {
  const contracts = some.map((s, i) =>
    contractOf(`c${i}`, {
      contract: {
        on_cap: s.queue ? { do: "queue" } : { do: "next" },
        status: s.paused ? "paused" : "active",
        price: s.fixed ? { type: "fixed", amount: 3 } : { type: "bid" },
        filter: { field: "state", eq: s.state },
        sources: s.source === undefined ? {} : { allow: [s.source] },
      },
      endpoint: { accepts_test: s.accepts_test },
    }),
  );
  return inputOf(contracts, {
    test: isTest,
    paused: { gateway: gateway && some.length > 6 },
    facts: { state },
    may_wait,
    seed,
    standing: (c) => {
      const s = some[contracts.indexOf(c)];
      return {
        ...NO_STANDING,
        tripped: s?.tripped ?? false,
        contract: {
          closed: s?.capped ? [{ source: null, until: NOW + 60_000 }] : [],
          left: s?.left ?? null,
          left_until: null,
          paced_until: s?.paced ? NOW + 5_000 : OPEN.paced_until,
        },
        outstanding: s?.outstanding ?? 0,
        available: s?.available,
      };
    },
  });
}

test("every contract of the campaign is either a bidder or has a reason, and both ways of asking agree", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const input = built(drawn);
      const { bidders, fixed, excluded, filtered } = eligible(input);
      expect(bidders.length + fixed.length + excluded.length + filtered).toBe(input.contracts.length);
      const told = explain(input);
      expect(told.map((e) => e.contract_id)).toEqual(input.contracts.map((c) => c.config.id));
      const ids = (outcome: string) => told.filter((e) => e.outcome === outcome).map((e) => e.contract_id);
      expect(ids("bidder")).toEqual(bidders.map((c) => c.config.id));
      expect(ids("fixed")).toEqual(fixed.map((c) => c.config.id));
      for (const e of told) expect(e.outcome === "excluded").toBe(e.reason !== null);
      for (const e of excluded) expect(told).toContainEqual(expect.objectContaining(e));
      expect(ids("excluded").length).toBe(excluded.length + filtered);
    }),
    SEED,
  );
});

test("a replay from the recorded status exclusions finds the same reasons, whatever the standing is by then", () => {
  fc.assert(
    fc.property(cases, (drawn) => {
      const input = built(drawn);
      const recorded = new Map(eligible(input).excluded.map((e) => [e.contract_id, e.reason]));
      const later = { ...input, paused: {}, recorded, ...standing({ tripped: true, available: ZERO }) };
      expect(explain(later)).toEqual(explain(input));
    }),
    SEED,
  );
});
