import { expect, test } from "vitest";
import type { BuyerTrace } from "../../../schema/api/auction-trace.ts";
import { EXCLUSION_REASONS, LOSS_REASONS } from "../../../schema/lists.ts";
import { whatToDo } from "../../../worker/flows/trace/advice.ts";
import { howItStands } from "../../../worker/flows/trace/stood.ts";
import { auctionVerdict, leadVerdict, type Told } from "../../../worker/flows/trace/verdict.ts";
import { auctionOf, buyerOf } from "../console/traces.ts";

const posted = (
  name: string,
  status: NonNullable<BuyerTrace["post"]>["status"],
  text = "Was posted the lead and refused it.",
): BuyerTrace => ({
  ...buyerOf({ contract_id: `${name}_c` }),
  buyer_name: name,
  post: { status, refusal: null, rounds: 1, attempts: 1, last_outcome: null, came: null, text },
});
const asked = (reason: BuyerTrace["reason"], payout: number | null = null) =>
  buyerOf({ contract_id: `${reason}${payout ?? ""}`, outcome: "no_bid", reason, payout });
const shut = (reason: BuyerTrace["reason"]) =>
  buyerOf({ contract_id: `not_${reason}`, outcome: null, asked: false, reason });

const told = (state: Told["lead"]["state"], code: Told["lead"]["code"], more: Partial<Told> = {}): Told => ({
  lead: { state, code, result: state === "sold" ? "accepted" : "rejected", mode: "final" },
  auction: auctionOf({ result: "rejected", code }),
  buyers: [],
  sale: null,
  currency: "USD",
  rests: "",
  ...more,
});

test.each<[string, Told, string]>([
  [
    "sold by the waterfall",
    told("sold", null, {
      buyers: [posted("Picky", "rejected"), posted("Patient", "accepted")],
      sale: {
        reservation_id: null,
        contract_id: "Patient_c",
        buyer_id: "buyer",
        price: 34.5,
        payout: 27.6,
        margin: 6.9,
      },
    }),
    "Sold to Patient for $34.50, after Picky had not taken it; the publisher gets $27.60.",
  ],
  [
    "nobody bid",
    told("unsold", "no_bids", { buyers: [asked("no_bid"), asked("timeout"), shut("filter"), shut("cap_reached")] }),
    "Not sold: 2 buyers were asked and none made a usable offer: 1 declined to bid and 1 did not answer in time. 2 contracts could not be asked: 1 by their filter and 1 at their cap.",
  ],
  [
    "nobody could be asked",
    told("unsold", "no_eligible_buyers", { buyers: [shut("filter"), shut("buyer_paused")] }),
    "Not sold: nobody could be asked. Of 2 contracts, 1 by their filter and 1 paused.",
  ],
  [
    "below the publisher's minimum",
    told("unsold", "below_min_price", {
      auction: auctionOf({ result: "rejected", code: "below_min_price", min_price: 60 }),
      buyers: [asked("below_min_price", 30.4)],
    }),
    "Not sold: the best offer would have paid the publisher $30.40, and it asked for at least $60.00.",
  ],
  [
    "all refused",
    told("unsold", "buyers_rejected", { buyers: [posted("A", "rejected"), posted("B", "rejected")] }),
    "Not sold: A and B refused it, and nobody else had bid.",
  ],
  ["a switch", told("unsold", "campaign_paused"), "Not sold: the campaign was paused."],
  ["the consumer", told("unsold", "suppressed"), "Not sold: the consumer is on the suppression list."],
  [
    "in review",
    told("review", "under_review", { rests: "A buyer may have taken the lead." }),
    "In review: a buyer may have taken the lead.",
  ],
  [
    "open, in doubt",
    told("open", null, {
      buyers: [posted("Black Hole", "unknown")],
      lead: { state: "open", code: null, result: "pending", mode: "pending" },
    }),
    'Still being sold: it is not known yet whether Black Hole has taken it. The publisher was told "pending".',
  ],
  [
    "given back",
    told("returned", null, { buyers: [posted("A", "returned")] }),
    "Sold, then given back: A failed it, and nobody has it now.",
  ],
])("%s", (_, story, sentence) => {
  expect(leadVerdict(story)).toBe(sentence);
});

test("an auction that nobody posted says what was offered", () => {
  const winner = { ...buyerOf({ contract_id: "w", rank: 1, bid: 21.105 }), buyer_name: "Swift" };
  const offer = "Swift offered $21.105, of which the publisher was promised $16.884.";
  expect(auctionVerdict(auctionOf(), [winner], false)).toBe(`Accepted, and nobody posted it: ${offer}`);
  expect(auctionVerdict(auctionOf(), [winner], true)).toBe(`Accepted and posted: ${offer}`);
});

test("every reason is about a record that there is", () => {
  const ids = { contract_id: "c", buyer_id: "b", endpoint_id: "e", campaign: "ca", publisher: "p" };
  for (const reason of [...EXCLUSION_REASONS, ...LOSS_REASONS]) {
    const advice = whatToDo(reason, undefined, ids);
    if (advice)
      expect(advice.about).toMatch(/^(contract:c|buyer:b|endpoint:e|campaign:ca|publisher:p|settings:gateway)$/);
  }
  expect(whatToDo(null, undefined, ids)).toBeNull();
  expect(whatToDo("error", "unreadable", ids)?.text).toContain("mend the dialect");
});

test("how a bidder stands names the refusal, or what its answer means", () => {
  expect(howItStands({ status: "refused", refusal: "cap_reached" })).toBe(
    "Was to get the lead, but its cap was reached meanwhile.",
  );
  expect(howItStands({ status: "unknown", last_class: "timeout" })).toContain("No complete answer in time");
  expect(howItStands({ status: "accepted", last_class: "duplicate" })).toBe("Was posted the lead and bought it.");
});
