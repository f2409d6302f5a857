import type { PlanBidder, ReopenCommand, ReopenReply } from "../schema/rpc/book.ts";
import { inDoubt, mayHave } from "../worker/auction/settle.ts";
import { inRound } from "./auction-book-rules.ts";
import type { Lead } from "./book/lead.ts";
import { binding, isOver, reopened, rests, untried } from "./book/lead-state.ts";

type Refusal = Extract<ReopenReply, { kind: "refused" }>["why"];

/** May this lead be set to work again, so? null = yes. A lead that was ended and contested since is only for a verdict. */
export function refuseReopen(lead: Lead | null, { to, accept_risk }: ReopenCommand): Refusal | null {
  if (!lead || lead.slim) return "not_found";
  if (lead.erased_at !== null) return "erased";
  if (!rests(lead)) return "not_resting";
  if (binding(lead)?.result === "rejected") return "told_rejected";
  if (isOver(lead)) return "not_resting";
  if (to.kind === "same") return lead.rest?.why === "stuck" || lead.plan.some(askable) ? null : "nobody_left";
  const known = to.kind === "contract" ? lead.plan.find((b) => b.contract_id === to.bid.contract_id) : undefined;
  if (known?.status === "returned") return "nobody_left";
  // Whoever may have it is asked again as itself, never as somebody new beside its own doubt.
  if (known && mayHave(known)) return "in_doubt";
  return !accept_risk && lead.plan.some(mayHave) ? "in_doubt" : null;
}

/** The lead at work again. Holders of before are shut out; whoever leases it first goes on. */
export function reopenedBy(lead: Lead, { to, in_ms }: ReopenCommand, now: number): Lead {
  const open = reopened(lead, now, now + in_ms);
  switch (to.kind) {
    case "same":
      return { ...open, plan: open.plan.map(askedAgain) };
    case "others":
      // An operator grants one more auction than the campaign does, also where that is none and none was held.
      return { ...passingOver(open), re_auctions: Math.max(-1, open.re_auctions - 1) };
    case "contract":
      return withBid(passingOver(open), to.bid);
  }
}

/** The parked lead once this endpoint was repaired, at work again at `at`; null = it does not wait for it. */
export function repairedLead(lead: Lead, endpoint_id: string, now: number, at: number): Lead | null {
  const waits = (b: PlanBidder) => b.endpoint_id === endpoint_id && b.status === "set_up_error";
  if (lead.state !== "parked" || lead.erased_at !== null || !lead.plan.some(waits)) return null;
  if (binding(lead)?.result === "rejected" || isOver(lead)) return null;
  return { ...reopened(lead, now, at), plan: lead.plan.map((b) => (waits(b) ? tryAgain(b) : b)) };
}

const askable = (bidder: PlanBidder): boolean => mayHave(bidder) || bidder.status === "set_up_error";

/** An unknown keeps its key and its round; only how often it was asked, and what made asking useless, is forgotten. */
function askedAgain(bidder: PlanBidder): PlanBidder {
  if (bidder.status === "set_up_error" && !bidder.doubt) return tryAgain(bidder);
  if (!inDoubt(bidder) || bidder.status === "in_flight") return bidder;
  return {
    ...bidder,
    status: "unknown",
    doubt: true,
    attempts: 0,
    asked: 0,
    not_before: undefined,
    last_outcome: undefined,
    last_class: undefined,
    held_for_review: undefined,
    passed_over: undefined,
  };
}

/** Its earlier reservation was given back: what is asked next belongs to a round of its own. */
function tryAgain(bidder: PlanBidder): PlanBidder {
  const fresh = bidder.attempts > 0 ? inRound(bidder, bidder.round + 1) : bidder;
  return { ...fresh, status: "untried", refusal: undefined, not_before: undefined, doubt: false };
}

/** Others are asked although somebody may have the lead: our risk. A refusal of yesterday says nothing about today. */
function passingOver(lead: Lead): Lead {
  const plan = lead.plan.map((bidder): PlanBidder => {
    if (bidder.status === "in_flight") return { ...bidder, passed_over: true };
    if (mayHave(bidder)) return { ...bidder, status: "unknown", doubt: true, passed_over: true };
    return bidder.status === "refused" ? tryAgain(bidder) : bidder;
  });
  return { ...lead, plan, risk_flag: lead.risk_flag || lead.plan.some(mayHave) };
}

/** The operator's bid before everybody who could be asked next; a contract that was in the plan gets a new round. */
function withBid(lead: Lead, bid: Parameters<typeof untried>[0]): Lead {
  const known = lead.plan.find((bidder) => bidder.contract_id === bid.contract_id);
  const joins = known ? { ...tryAgain(known), ...bid, came: "operator" as const } : untried(bid, "operator");
  const others = lead.plan.filter((bidder) => bidder !== known);
  const next = others.findIndex(({ status }) => status === "untried" || status === "not_taken");
  return { ...lead, plan: others.toSpliced(next < 0 ? others.length : next, 0, joins) };
}
