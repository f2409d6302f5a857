import { describe, expect, test } from "vitest";
import { deadlineOutcome } from "../../../worker/auction/told.ts";
import { nextStep } from "../../../worker/auction/waterfall.ts";
import { m } from "./fixtures.ts";
import { bidderOf, NOW, stepInput, told } from "./plan.ts";
import {
  accepted,
  answer,
  exhausted,
  final,
  flying,
  later,
  nextBuyer,
  notTaken,
  parked,
  past,
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
  wrong,
} from "./steps.ts";

const TABLES: Record<string, StepRow[]> = {
  "in order of rank": [
    ["the first", [untried, untried], {}, post(0)],
    ["the next after a no", [rejected, untried], {}, post(1)],
    ["the next after a refusal of reserve", [refused, untried], {}, post(1)],
    ["the next after a set-up error", [wrong, untried], {}, post(1)],
    ["the next after not taken", [notTaken(), untried], {}, post(1)],
    ["not below the promise", [rejected, { ...untried, payout: m(7) }, untried], {}, post(2)],
    ["below it where the publisher allows", [rejected, { ...untried, payout: m(7) }], { promise: m(0) }, post(1)],
    ["only what the publisher chose", [untried, untried], { bid_ids: ["p_2"] }, post(1)],
    ["a bid past its validity is refused", [{ ...untried, valid_until: NOW }, untried], {}, skip(0)],
    ["at its last millisecond it stands", [{ ...untried, valid_until: NOW + 1 }], {}, post(0)],
    ["taken over before anything was sent", [{ ...untried, attempts: 1 }], {}, post(0, 2)],
    ["not before its time", [{ ...untried, not_before: NOW + 70 }, untried], {}, wait(70)],
    ["its time has come", [{ ...untried, not_before: NOW }, untried], {}, post(0)],
    ["the queue goes on for a pending publisher", [rejected, untried], later, post(1)],
  ],
  sold: [
    ["accepted", [rejected, accepted, untried], {}, sold(1)],
    ["accepted after the deadline", [accepted], past, sold(0)],
    ["accepted while another may have it", [exhausted, accepted], nextBuyer, sold(1, true)],
    ["accepted after a binding no: contested", [accepted], final("rejected"), sold(0, true)],
    ["accepted after an idempotent endpoint's definite no", [{ ...rejected, doubt: true }, accepted], {}, sold(1)],
  ],
  "the deadline": [
    ["final, live: answer before anything else", [untried], past, answer],
    ["with a buyer unknown", [unknown()], past, answer],
    ["final, nobody waits any more, nobody was told: the same", [untried], { ...past, live: false }, answer],
    ["final, taken over in time", [untried], { live: false, answer_in_ms: 1 }, post(0)],
    ["pending, live", [untried], { ...pending, ...past }, answer],
    ["pending, not live", [untried], { ...pending, ...past, live: false }, post(0)],
    ["a retry that comes in time", [unknown({ not_before: NOW + 4_999 })], {}, wait(4_999)],
    ["a retry that does not: answer at once", [unknown({ not_before: NOW + 5_000 })], {}, answer],
    ["the same, pending", [unknown({ not_before: NOW + 5_000 })], pending, answer],
    ["answered, pending: wait for the retry", [unknown({ not_before: NOW + 5_000 })], later, wait(5_000)],
    ["one millisecond left", [untried], { answer_in_ms: 1 }, post(0)],
  ],
  "told accepted at our risk: the waterfall may go on": [
    ["the same buyer again", [unknown(), untried], final("accepted"), post(0, 2)],
    ["after a wait", [unknown({ not_before: NOW + 60_000 })], final("accepted"), wait(60_000)],
    ["the next after a no", [rejected, untried], final("accepted"), post(1)],
    ["never beyond the contract's own rule", [exhausted, untried], final("accepted"), review(true)],
    ["nobody takes it: we pay", [rejected, rejected], final("accepted"), unsold("buyers_rejected", true)],
    ["no parking", [wrong], final("accepted"), unsold("not_taken", true)],
  ],
  "told rejected: no post of any kind": [
    ["somebody untried", [rejected, untried], final("rejected"), unsold("buyers_rejected")],
    ["nobody was asked", [untried], final("rejected"), unsold("no_bids")],
    ["a buyer in doubt is not asked again", [unknown(), untried], final("rejected"), review()],
    ["nor one left in flight", [flying], final("rejected"), review()],
    [
      "not even for a new round",
      [notTaken({ attempts: 0, round: 2 })],
      { ...final("rejected"), ...sameBuyer },
      unsold("not_taken"),
    ],
    ["in time, by a duplicate that is live", [untried], { frozen: told("rejected") }, unsold("no_bids")],
    [
      "the code that was told stays",
      [rejected],
      { ...final("rejected"), frozen: { ...told("rejected"), code: "no_answer_in_time" } },
      unsold("no_answer_in_time"),
    ],
    ["nor parked", [wrong], { ...final("rejected"), mode: "pending" }, unsold("not_taken")],
  ],
  "the end": [
    ["all rejected", [rejected, rejected], {}, unsold("buyers_rejected")],
    ["a no says more than a not now", [rejected, notTaken()], {}, unsold("buyers_rejected")],
    ["nobody could", [refused, notTaken()], {}, unsold("not_taken")],
    ["refused by reserve only", [refused], {}, unsold("not_taken")],
    ["an empty plan", [], {}, unsold("no_bids")],
    ["only bids below the promise", [{ ...untried, payout: m(7) }], {}, unsold("no_bids")],
    ["final: a set-up error is no bar", [wrong, rejected], {}, unsold("buyers_rejected")],
    ["pending: parked until the endpoint is repaired", [rejected, wrong], pending, parked(1)],
    ["pending, by the queue", [wrong], later, parked()],
    ["not before the others were asked", [wrong, untried], later, post(1)],
    ["never while somebody may have it", [{ ...exhausted }, wrong], { ...later, ...nextBuyer }, review(true)],
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

describe("deadlineOutcome", () => {
  const doubtful = [bidderOf(0, rejected), bidderOf(1, { ...unknown(), payout: m(7) })];
  const clear = [bidderOf(0, rejected), bidderOf(1, untried)];
  test.each([
    ["final, in doubt, our risk", doubtful, "final", "accepted", undefined, { result: "accepted", price: m(7) }],
    [
      "final, in doubt, theirs",
      doubtful,
      "final",
      "rejected",
      undefined,
      { result: "rejected", code: "no_answer_in_time", price: 0 },
    ],
    [
      "final, nobody has it",
      clear,
      "final",
      "accepted",
      undefined,
      { result: "rejected", code: "no_answer_in_time", price: 0 },
    ],
    [
      "final, in review",
      doubtful,
      "final",
      "rejected",
      "under_review",
      { result: "rejected", code: "under_review", price: 0 },
    ],
    ["pending", doubtful, "pending", "accepted", undefined, { result: "pending", code: "in_progress", price: 0 }],
    ["pending, parked", clear, "pending", "rejected", "parked", { result: "pending", code: "parked", price: 0 }],
  ] as const)("%s", (_, plan, mode, risk_rule, code, outcome) => {
    expect(deadlineOutcome({ plan, mode, risk_rule }, code)).toEqual(outcome);
  });
});
