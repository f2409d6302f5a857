import type { BuyerTrace } from "../../../schema/api/auction-trace.ts";
import type { ExclusionReason, LossReason, PingError } from "../../../schema/lists.ts";

export type Todo = NonNullable<BuyerTrace["todo"]>;
export type Why = ExclusionReason | LossReason | "not_eligible_then";

/** The records that a contract's place in an auction is about. */
export interface About {
  contract_id: string;
  buyer_id: string;
  endpoint_id: string | null;
  campaign: string;
  publisher: string;
}

type Kind = "contract" | "buyer" | "endpoint" | "campaign" | "publisher" | "settings";
type Say = readonly [text: string, about: Kind];

/** What an operator does about a reason, and the record on which it is done. Exhaustive: a reason without an answer does not compile. */
const ADVICE: Record<Why, Say | null> = {
  gateway_paused: ["The audit says who paused it and why; resume when that is over.", "settings"],
  publisher_paused: ["The audit says who paused it and why; resume when that is over.", "publisher"],
  campaign_paused: ["The audit says who paused it and why; resume when that is over.", "campaign"],
  buyer_paused: ["The audit says who paused it and why; resume when that is over.", "buyer"],
  endpoint_paused: ["The audit says who paused it and why; resume when that is over.", "endpoint"],
  contract_paused: ["The audit says who paused it and why; resume when that is over.", "contract"],
  maintenance: ["Planned: it ends by itself; its window stands with the buyer.", "buyer"],
  not_live: ["Finish its checklist and let it go live.", "contract"],
  not_in_test: ["Set accepts_test if the buyer's system takes tests.", "endpoint"],
  source: ["Look at the contract's sources, if it should take this publisher.", "contract"],
  filter: [
    "Compare the condition that failed with the lead's facts; widen the filter if the buyer wants such leads.",
    "contract",
  ],
  schedule: ["Look at the contract's hours and its time zone.", "contract"],
  aged_only: null,
  consent: ["See which consent the contract requires; the publisher has to send it.", "contract"],
  fixed_price_missing: ["Give the contract a price above 0.", "contract"],
  breaker_open: [
    "See what failed and talk to the buyer; it is tried again by itself, or reset it once repaired.",
    "endpoint",
  ],
  cap_reached: ["See which cap and when it resets; raise it if the buyer wants more.", "contract"],
  paced: ["Its next place opens by itself; loosen the pacing if the buyer wants more.", "contract"],
  balance: ["Book a deposit or a credit.", "buyer"],
  thinned: ["Raise the cap if the buyer wants more.", "contract"],
  maximum_too_low: ["Raise its max_bid if the buyer would pay more.", "contract"],
  shaped: [
    "It answers too late more often than not: give it longer, or ask the buyer to be faster. It is asked more again by itself.",
    "endpoint",
  ],
  no_bid: null,
  timeout: ["Compare its time with its timeout; give it longer, or ask the buyer to be faster.", "endpoint"],
  late: ["It wanted to buy and was too slow: give it longer, or ask the buyer to be faster.", "endpoint"],
  error: ["See its answer, and its errors by class.", "endpoint"],
  not_attempted: ["See what kept it from being asked.", "endpoint"],
  closed_early: null,
  bid_invalid: ["See its answer: its bid is no usable amount.", "endpoint"],
  above_maximum_bid: ["Ask the buyer whether it meant this price; raise max_bid if it did.", "contract"],
  below_floor: ["The floor is the campaign's; lower it if such leads may go for less.", "campaign"],
  below_margin: ["The minimum margin is the campaign's.", "campaign"],
  below_min_price: ["The publisher asked for more than the buyer pays; talk to the publisher.", "publisher"],
  above_balance: ["Book a deposit or a credit.", "buyer"],
  lower_tier: null,
  lower_bid: null,
  lost_tie: null,
  not_eligible_then: null,
};

/** An error says more than the word `error` or `not_attempted`. */
const BY_ERROR: Partial<Record<PingError, Say>> = {
  transport: ["The connection failed: ask the buyer whether its system was down.", "endpoint"],
  http_status: ["Its HTTP status says what its system had against the request.", "endpoint"],
  redirect: ["It answered with a redirect: its address has changed.", "endpoint"],
  too_large: ["Its answer was too large to be a bid: ask the buyer.", "endpoint"],
  body_timeout: ["Its answer began in time and did not end in time: ask the buyer to be faster.", "endpoint"],
  unreadable: ["No rule of its dialect reads this answer: mend the dialect.", "endpoint"],
  set_up: ["Its request cannot be built: often a credential is missing.", "endpoint"],
  no_slot: ["Our own load: more DIALERS give more connections.", "settings"],
  dialers_busy: ["Our own load: more DIALERS give more connections.", "settings"],
  deadline_passed: ["Our own load, or a deadline that is too short.", "campaign"],
  url_refused: ["Its address may not be called: correct it.", "endpoint"],
  precondition: ["A condition of its dialect (ping.require) does not hold for this lead.", "endpoint"],
  no_token: ["Its token could not be had: see the alerts and its credentials.", "endpoint"],
};

const ERRORS_FOR: ReadonlySet<Why> = new Set(["error", "not_attempted", "timeout"]);

/** null: there is nothing to do. */
export function whatToDo(reason: Why | null, error: PingError | undefined, ids: About): Todo | null {
  if (reason === null) return null;
  const say = (error !== undefined && ERRORS_FOR.has(reason) ? BY_ERROR[error] : undefined) ?? ADVICE[reason];
  if (say === null) return null;
  const [text, kind] = say;
  const id = idOf(kind, ids);
  return { text, about: id === null ? null : `${kind}:${id}` };
}

function idOf(kind: Kind, ids: About): string | null {
  switch (kind) {
    case "contract":
      return ids.contract_id;
    case "buyer":
      return ids.buyer_id;
    case "endpoint":
      return ids.endpoint_id;
    case "campaign":
      return ids.campaign;
    case "publisher":
      return ids.publisher;
    case "settings":
      return "gateway";
  }
}
