import { describe, expect, test } from "vitest";
import { nextStep } from "../../../worker/auction/waterfall.ts";
import { NOW, stepInput } from "./plan.ts";
import {
  answer,
  exhausted,
  flying,
  later,
  nextBuyer,
  notTaken,
  pending,
  post,
  refused,
  rejected,
  review,
  type StepRow,
  sameBuyer,
  skip,
  sold,
  unknown,
  unsold,
  untried,
  wait,
  with_,
  wrong,
} from "./steps.ts";

const TABLES: Record<string, StepRow[]> = {
  unknown: [
    ["the same buyer again, the same round", [unknown(), untried], {}, post(0, 2)],
    ["in a later round too", [unknown({ round: 3, attempts: 2 }), untried], {}, post(0, 3, 3)],
    ["not before its time, and nobody else meanwhile", [unknown({ not_before: NOW + 900 }), untried], {}, wait(900)],
    ["left in flight by a dead holder: the same", [flying, untried], {}, post(0, 2)],
    ["of a lower rank it blocks as well", [notTaken({ attempts: 0, round: 2 }), unknown()], sameBuyer, post(1, 2)],
    ["past its validity: it may have been sold to", [unknown({ valid_until: NOW - 1 }), untried], {}, post(0, 2)],
    ["not of the publisher's choice: still", [unknown(), untried], { bid_ids: ["p_2"] }, post(0, 2)],
    ["a doubt that a later status hides", [{ ...wrong, doubt: true }, untried], {}, post(0, 2)],
    ["a refusal does not clear a doubt", [{ ...refused, doubt: true, attempts: 1 }, untried], {}, post(0, 2)],
    ["attempts run out: review", [exhausted, untried], {}, review()],
    ["fewer attempts by contract", [unknown({ attempts: 2 }), untried], with_({}, 2), review()],
    ["attempts run out: next buyer, at risk", [exhausted, untried], nextBuyer, post(1, 1, 1, true)],
    ["next buyer in doubt too: it is asked again", [exhausted, unknown()], nextBuyer, post(1, 2, 1, true)],
    ["attempts run out: treated as sold", [exhausted, untried], with_({ on_unknown: "treat_as_sold" }), sold(0, true)],
    ["next buyer, and nobody accepts", [exhausted, rejected], nextBuyer, review(true)],
    ["next buyer, and nobody was asked", [exhausted, refused], nextBuyer, review()],
    [
      "held for the buyer's review: never again",
      [unknown({ held_for_review: true }), untried],
      nextBuyer,
      review(false, "held_for_review"),
    ],
    ["held, and left in flight", [{ ...flying, held_for_review: true }, untried], {}, review(false, "held_for_review")],
    [
      "an answer that no rule reads: straight to review",
      [unknown({ last_outcome: "unknown", last_class: "unreadable" }), untried],
      nextBuyer,
      review(false, "unreadable"),
    ],
    ["a timeout is no such answer", [unknown({ last_outcome: "unknown", last_class: "timeout" })], {}, post(0, 2)],
    [
      "after an earlier risk, in review",
      [exhausted, unknown({ held_for_review: true })],
      nextBuyer,
      review(true, "held_for_review", 1),
    ],
  ],
  "not taken": [
    ["by rule the next", [notTaken({ not_before: NOW + 50 }), untried], {}, post(1)],
    [
      "by rule the same, when its time comes",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 50 }), untried],
      sameBuyer,
      wait(50),
    ],
    [
      "its time has come: the round that the book began",
      [notTaken({ round: 2, attempts: 0, not_before: NOW }), untried],
      sameBuyer,
      post(0, 1, 2),
    ],
    ["or begins now", [notTaken({ round: 2, attempts: 1 }), untried], sameBuyer, post(0, 1, 3)],
    ["the last round", [notTaken({ round: 6, attempts: 0 }), untried], sameBuyer, post(0, 1, 6)],
    ["rounds run out", [notTaken({ round: 6, attempts: 1 }), untried], sameBuyer, post(1)],
    ["rounds run out, as settled", [notTaken({ round: 7, attempts: 0 }), untried], sameBuyer, post(1)],
    [
      "final: no time for it, so the next",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 5_000 }), untried],
      sameBuyer,
      post(1),
    ],
    [
      "final: no time, and nobody else",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 5_000 })],
      sameBuyer,
      unsold("not_taken"),
    ],
    [
      "pending: answered first, the buyer keeps its rank",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 5_000 }), untried],
      { ...pending, ...sameBuyer },
      answer,
    ],
    [
      "pending, answered",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 50_000 }), untried],
      { ...later, ...sameBuyer },
      wait(50_000),
    ],
    [
      "its bid will not live so long",
      [notTaken({ round: 2, attempts: 0, not_before: NOW + 50, valid_until: NOW + 50 }), untried],
      sameBuyer,
      skip(0),
    ],
  ],
};

describe("nextStep", () => {
  for (const [name, rows] of Object.entries(TABLES)) {
    describe(name, () => {
      test.each(rows)("%s", (_, plan, changes, step) => {
        expect(nextStep(stepInput(plan, changes))).toEqual(step);
      });
    });
  }
});
