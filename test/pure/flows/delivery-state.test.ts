import { expect, it } from "vitest";
import type { LeadStory, PlanBidder } from "../../../schema/rpc/book.ts";
import { makeId } from "../../../worker/crypto/ids.ts";
import { deliveryOf } from "../../../worker/flows/delivery-state.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";

const HASH_SECRET = "a-secret-of-more-than-thirty-two-characters";
const LEAD = makeId(HASH_SECRET, "l", "enam-01", 1_800_000_000_000, new Uint8Array(9).fill(7));

/** What is known of a round of this bidder, of which the book has no answer: each worker was lost with it. */
async function stateOf(bidder: Partial<PlanBidder>, round: number) {
  const plan = [{ contract_id: "acme_c", buyer_id: "acme", endpoint_id: "e", price: 200_000, doubt: false, ...bidder }];
  const story = { lead: { lead_id: LEAD, state: "review", test: false, plan }, attempts: [], steps: [] };
  const g = {
    settings: { HASH_SECRET },
    book: () => ({ story: async () => story as unknown as LeadStory }),
  } as unknown as Gateway;
  return (await deliveryOf(g, `${LEAD}_acme_c_1_${round}`, "acme"))?.state ?? null;
}

it.each<[string, Partial<PlanBidder>, number, string | null]>([
  ["never asked", { status: "untried", round: 1, attempts: 0 }, 1, null],
  ["asked, and nobody knows", { status: "unknown", round: 1, attempts: 1, doubt: true }, 1, "unknown"],
  [
    "in doubt, its count set back by an operator's replay",
    { status: "unknown", round: 1, attempts: 0, doubt: true },
    1,
    "unknown",
  ],
  [
    "sold at an operator's word, its count set back before",
    { status: "accepted", round: 1, attempts: 0 },
    1,
    "unknown",
  ],
  [
    "had it and gave it back, its count set back before",
    { status: "returned", round: 1, attempts: 0 },
    1,
    "not_accepted",
  ],
  [
    "a round that was given back when its worker was lost",
    { status: "untried", round: 2, attempts: 0 },
    1,
    "not_accepted",
  ],
  ["the round after that", { status: "untried", round: 2, attempts: 0 }, 2, null],
  ["a round to come", { status: "not_taken", round: 2, attempts: 1 }, 3, null],
])("a buyer speaks of what was posted to it, whatever answer was kept: %s", async (_, bidder, round, state) => {
  expect(await stateOf(bidder, round)).toBe(state);
});
