import { describe, expect, test } from "vitest";
import { nextStep } from "../../../worker/auction/waterfall.ts";
import { m } from "./fixtures.ts";
import { type BidderPart, NOW, stepInput } from "./plan.ts";
import {
  accepted,
  answer,
  ask,
  askStatus,
  clear,
  exhausted,
  final,
  later,
  nextBuyer,
  nothing,
  parked,
  past,
  pending,
  post,
  reAuction,
  rejected,
  review,
  type StepRow,
  skip,
  sold,
  unknown,
  unsold,
  untried,
  wait,
  with_,
  wrong,
} from "./steps.ts";

const canAsk = with_({ can_ask: true });
const capped = (in_ms: number, part: Partial<BidderPart> = {}): BidderPart => ({
  ...untried,
  round: 2,
  attempts: 0,
  refusal: "cap_reached",
  not_before: NOW + in_ms,
  ...part,
});
const aged = { re_auction: () => true };

const TABLES: Record<string, StepRow[]> = {
  "find out by a status call: never the post again": [
    ["asked about", [unknown(), untried], askStatus(), ask(0)],
    ["however many posts there were", [exhausted, untried], askStatus(), ask(0)],
    ["not before its time", [unknown({ not_before: NOW + 900 }), untried], askStatus(), wait(900)],
    ["not beyond the deadline", [unknown({ not_before: NOW + 5_000 })], askStatus(), answer],
    [
      "an answer that no rule reads: its status may tell",
      [unknown({ last_outcome: "unknown", last_class: "unreadable" })],
      askStatus(),
      ask(0),
    ],
    ["calls run out", [unknown({ asked: 6 }), untried], askStatus(), review()],
    ["fewer by contract", [unknown({ asked: 2 }), untried], askStatus({}, 2), review()],
    [
      "calls run out: next buyer, at risk",
      [unknown({ asked: 6 }), untried],
      askStatus({ on_unknown: "next_buyer" }),
      post(1, 1, 1, true),
    ],
    [
      "calls run out: treated as sold",
      [unknown({ asked: 6 })],
      askStatus({ on_unknown: "treat_as_sold" }),
      sold(0, true),
    ],
    [
      "calls run out on an unreadable answer: review",
      [unknown({ asked: 6, last_outcome: "unknown", last_class: "unreadable" })],
      askStatus({ on_unknown: "treat_as_sold" }),
      review(false, "unreadable"),
    ],
    ["the dialect can, the contract does not want it: the post again", [unknown()], canAsk, post(0, 2)],
  ],
  "nothing but the buyer's own word": [
    ["review at once", [unknown(), untried], nothing(), review()],
    ["next buyer at once, at risk", [unknown(), untried], nothing({ on_unknown: "next_buyer" }), post(1, 1, 1, true)],
    ["treated as sold at once", [unknown()], nothing({ on_unknown: "treat_as_sold" }), sold(0, true)],
  ],
  "told rejected: status calls only": [
    ["where the dialect can", [unknown(), untried], { ...final("rejected"), ...canAsk }, ask(0)],
    ["where the contract asks", [unknown(), untried], { ...final("rejected"), ...askStatus() }, ask(0)],
    ["in its time", [unknown({ not_before: NOW + 70 })], { ...final("rejected"), ...canAsk }, wait(70)],
    [
      "held for the buyer's review: asked all the same",
      [unknown({ held_for_review: true })],
      { ...final("rejected"), ...canAsk },
      ask(0),
    ],
    ["until they run out", [unknown({ asked: 6 }), untried], { ...final("rejected"), ...canAsk }, review()],
    [
      "everybody in doubt",
      [unknown({ asked: 6 }), unknown()],
      { ...final("rejected"), ...canAsk, policy: canAsk.policy },
      ask(1),
    ],
    ["never the post, also as the next buyer", [exhausted, untried], { ...final("rejected"), ...nextBuyer }, review()],
    ["a no: unsold", [rejected, untried], { ...final("rejected"), ...canAsk }, unsold("buyers_rejected")],
  ],
  "a proof that the buyer does not have it": [
    ["rejected", [unknown({ definite_no: "rejected" }), untried], {}, clear(0, "rejected")],
    ["never arrived", [unknown({ definite_no: "not_taken" }), untried], askStatus(), clear(0, "not_taken")],
    [
      "also of one who looks by hand",
      [unknown({ definite_no: "rejected", held_for_review: true })],
      {},
      clear(0, "rejected"),
    ],
    [
      "also after the publisher was told no",
      [unknown({ definite_no: "rejected" })],
      final("rejected"),
      clear(0, "rejected"),
    ],
    ["a yes of another comes first", [unknown({ definite_no: "rejected" }), accepted], {}, sold(1, true)],
  ],
  "passed over by an operator": [
    ["the next, at risk", [unknown({ passed_over: true }), untried], {}, post(1, 1, 1, true)],
    ["nobody left: review", [unknown({ passed_over: true }), rejected], later, review(true)],
  ],
  "at its cap": [
    ["everybody else first", [capped(70), untried], later, post(1)],
    ["then it is waited for", [capped(7_000), rejected], later, wait(7_000)],
    ["the window that opens first", [capped(9_000), capped(70)], later, wait(70)],
    ["its time has come: in its rank again", [capped(0), untried], later, post(0, 1, 2)],
    ["a publisher that waits is told so first", [capped(7_000)], pending, answer],
    ["its bid will not live so long", [capped(70, { valid_until: NOW + 70 })], later, skip(0)],
    ["no other auction while one waits", [capped(70)], { ...later, ...aged }, wait(70)],
    ["waiting for another reason keeps its rank", [{ ...untried, not_before: NOW + 70 }, untried], later, wait(70)],
  ],
  "another auction": [
    ["nobody left", [rejected], { ...later, ...aged }, reAuction],
    ["nobody bid", [], { ...later, ...aged }, reAuction],
    ["before parking", [wrong], { ...later, ...aged }, reAuction],
    ["paid at our risk", [rejected], { ...final("accepted"), ...aged }, reAuction],
    ["a publisher that waits is answered first", [rejected], { ...pending, ...aged }, answer],
    ["not while somebody may have it", [exhausted], { ...later, ...aged }, review()],
    ["nor after a risk was taken", [exhausted, rejected], { ...later, ...aged, ...nextBuyer }, review(true)],
    ["nor where the publisher was told no", [rejected], { ...final("rejected"), ...aged }, unsold("buyers_rejected")],
    ["not before the others were asked", [rejected, untried], { ...later, ...aged }, post(1)],
    ["none left to hold", [wrong], { ...later, re_auction: () => false }, parked()],
    [
      "its bidders, not below the promise",
      [rejected, { ...untried, payout: m(7), came: "re_auction" }],
      later,
      unsold("buyers_rejected"),
    ],
    [
      "but where the publisher is paid whatever comes",
      [rejected, { ...untried, payout: m(7), came: "re_auction" }],
      final("accepted"),
      post(1),
    ],
  ],
  "after the sale": [
    ["who failed it is never asked again", [{ status: "returned" }, untried], final("accepted"), post(1)],
    ["nobody else", [{ status: "returned" }], final("accepted"), unsold("not_taken", true)],
    ["past every deadline", [{ status: "returned" }, untried], { ...final("accepted"), ...past }, post(1)],
  ],
  "an operator's bidder": [
    [
      "beside the publisher's choice",
      [rejected, { ...untried, came: "operator" }],
      { ...later, bid_ids: ["p_1"] },
      post(1),
    ],
    [
      "never below the promise",
      [rejected, { ...untried, came: "operator", payout: m(7) }],
      later,
      unsold("buyers_rejected"),
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
