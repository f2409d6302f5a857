import { ZERO } from "../schema/money.ts";
import type { CloseCommand, LeadOutcome, Rest } from "../schema/rpc/book.ts";
import { reservationId } from "../worker/auction/reservation-id.ts";
import { inDoubt } from "../worker/auction/settle.ts";
import { othersInDoubt, passedOver } from "../worker/auction/waterfall.ts";
import { bidderAt, hasAccepted, holds, withBidder } from "./auction-book-rules.ts";
import type { Lead, Sale } from "./book/lead.ts";
import { binding, DOUBTS, hasEnded, isOver, restFor, soldTo, told } from "./book/lead-state.ts";

/**
 * - `apply`: {@link closed} makes the change.
 * - `same`: it was closed so before (a lost reply); nothing changes.
 * - `contest`: money was captured for a lead that this buyer cannot have; {@link contest} makes the change.
 * - `contested_before`: the same, known already.
 */
export type CloseDecision = "apply" | "same" | "contest" | "contested_before" | "stale";

/**
 * What a `close` does. A capture is a fact: it can only sell the lead or be contested. It is contested when another reservation
 * has the lead, when the lead ended unsold, or when the publisher was told "rejected" for good and may have sold it elsewhere.
 * A sale that was given back since is the same close again.
 */
export function decideClose(lead: Lead, command: CloseCommand): CloseDecision {
  if (command.state === "sold") {
    const { reservation_id } = saleOf(command, 0);
    if (soldTo(lead, reservation_id)) return "same";
    if (lead.contested.includes(reservation_id)) return "contested_before";
    if (command.epoch !== null && command.epoch !== lead.epoch) return "stale";
    const taken = isOver(lead) || binding(lead)?.result === "rejected";
    return taken ? "contest" : "apply";
  }
  if (lead.state === endStateOf(lead, command.state)) return "same";
  if (hasEnded(lead)) return "stale";
  if (lead.state === "open") {
    // Evidence that a buyer has it has arrived under the caller's feet: only a sale, or an operator's review of it, may follow.
    if (hasAccepted(lead) && command.state !== "review") return "stale";
    if (isClearedUp(lead, command)) return "stale";
    return command.epoch !== null && holds(lead, command.epoch) ? "apply" : "stale";
  }
  // Resting: an operator ends it; nobody has a lease.
  return command.epoch === null || command.epoch === lead.epoch ? "apply" : "stale";
}

/** To rest for a doubt of which the book has heard the end meanwhile: its caller's view is older, and whoever comes next settles it. */
function isClearedUp(lead: Lead, { state, rest }: CloseCommand): boolean {
  if (state !== "review" || !DOUBTS.includes(rest?.why ?? "")) return false;
  const denied = lead.plan.some(
    (bidder) => bidder.contract_id === rest?.contract_id && bidder.definite_no !== undefined && inDoubt(bidder),
  );
  return denied || hasAccepted(lead);
}

/** The lead after a close that applies. */
export function closed(lead: Lead, command: CloseCommand, now: number): Lead {
  const next: Lead = {
    ...lead,
    state: endStateOf(lead, command.state),
    owner: null,
    resume_at: null,
    rest: null,
    stalls: 0,
    // Whoever ends it, and also while it rests for another reason.
    risk_flag: lead.risk_flag || (command.risk ?? false) || passedOver(lead) || soldBesideDoubt(lead, command),
    recovered: lead.recovered || (command.recovered ?? false),
  };
  switch (command.state) {
    case "sold":
      return ended(sold(next, command, now), lead, now);
    case "unsold": {
      const over = { ...next, outcome: binding(lead) ?? rejected(command) };
      // Whoever ends it: its publisher is paid for what nobody bought.
      return ended({ ...over, risk_flag: over.risk_flag || riskPayout(over) > ZERO }, lead, now);
    }
    case "review":
    case "parked":
      return {
        ...next,
        frozen: lead.frozen ?? restingAnswer(lead, command.state, command.code),
        rest: { why: restFor(next), ...command.rest, at: lead.rest?.at ?? now },
      };
  }
}

/** A charge closes its lead at any epoch: whoever made it may have stood still, and know nothing of who was posted since. */
const soldBesideDoubt = (lead: Lead, { state, index }: CloseCommand): boolean =>
  state === "sold" && othersInDoubt(lead, index);

/** A lead that was sold before and given back does not end as if nobody had ever bought it. */
const endStateOf = (lead: Lead, state: CloseCommand["state"]): Lead["state"] =>
  state === "unsold" && lead.past_sales.length > 0 ? "returned" : state;

/**
 * The lead after a "yes" that cannot be its sale. Sold, or about to be to the bidder that has it: that goes on. Any other waits for an
 * operator. Either way there is an answer from now on, but where a sale is on its way: only its end knows at what price.
 */
export function contest(before: Lead, reservation_id: string, now: number): Lead {
  const contested = { ...before, contested: [...before.contested, reservation_id] };
  if (isBeingSold(before)) return contested;
  const lead = frozenWith(contested, restingAnswer(before, "review"));
  if (lead.state === "sold" || lead.slim) return lead;
  const contract_id = contractOf(lead, reservation_id);
  const rest: Rest = { why: "contested", at: lead.rest?.at ?? now, ...(contract_id && { contract_id }) };
  return { ...lead, state: "review", rest, owner: null, resume_at: null, closed_at: null };
}

/** A bidder has it, and whoever holds the lead is about to book that. */
const isBeingSold = (lead: Lead): boolean => lead.state === "open" && hasAccepted(lead);

/**
 * A lead that was taken over again and again without a step forward rests, for an operator: nobody is helped by taking it once more.
 * `resting`: what its publisher is told, where it was told nothing yet.
 */
export function stuck(lead: Lead, resting: LeadOutcome, now: number): Lead {
  const answered = lead.outcome ? lead : frozenWith(lead, resting);
  return { ...answered, state: "review", rest: { why: "stuck", at: now }, owner: null, resume_at: null };
}

/**
 * Fixes what the publisher is told. Nobody ever changes what was told before, except `pending`, which only the end changes. A bidder
 * that has accepted decides: then it is "accepted", at its payout, whatever the caller knew.
 */
export function frozenWith(lead: Lead, outcome: LeadOutcome): Lead {
  if (told(lead)) return lead;
  const taker = lead.plan.find((bidder) => bidder.status === "accepted");
  if (taker) return { ...lead, frozen: { result: "accepted", price: taker.payout } };
  // The caller's view is older than the book: since then whoever might have had the lead has refused it.
  const refused = lead.plan.some(saidNo) && lead.plan.every((bidder) => saidNo(bidder) || !inDoubt(bidder));
  if (refused && outcome.result === "accepted")
    return { ...lead, frozen: { result: "rejected", code: "buyers_rejected", price: ZERO } };
  // Accepted before any buyer has: we pay the publisher whatever comes.
  return { ...lead, frozen: outcome, risk_flag: lead.risk_flag || outcome.result === "accepted" };
}

/** Also when its flow has not settled the buyer's answer yet. */
const saidNo = ({ status, doubt, last_outcome }: Lead["plan"][number]): boolean =>
  !doubt && (status === "rejected" || (status === "in_flight" && last_outcome === "rejected"));

/** The publisher's payout that nobody's sale covers: promised at our risk, and the lead ended unsold. */
export function riskPayout(lead: Lead): LeadOutcome["price"] {
  const covered = lead.sale !== null || lead.past_sales.length > 0;
  return !covered && lead.outcome?.result === "accepted" ? lead.outcome.price : ZERO;
}

function sold(lead: Lead, command: CloseCommand, now: number): Lead {
  const named = saleOf(command, now);
  const index = bidderOf(lead, named);
  const { contract_id, buyer_id } = bidderAt(lead, index);
  const sale: Sale = { ...named, index, contract_id, buyer_id };
  const promised = binding(lead);
  const outcome: LeadOutcome = promised ?? {
    result: "accepted",
    price: sale.payout,
    redirect_sealed: command.redirect_sealed,
  };
  // The publisher was paid by the sale that was given back, and keeps that.
  const payout = lead.past_sales.length > 0 ? ZERO : outcome.price;
  const withSale: Lead = { ...besideSale(lead, index), sale: { ...sale, payout }, outcome };
  return withBidder(withSale, index, (bidder) => ({ ...bidder, status: "accepted", not_before: undefined }));
}

/**
 * Another bidder's "yes" that came just before somebody else's money was captured: that one is contested, as if it had come after.
 * It stays in doubt, since it may have the lead.
 */
function besideSale(lead: Lead, index: number): Lead {
  const others = lead.plan.filter((bidder, i) => i !== index && bidder.status === "accepted");
  if (others.length === 0) return lead;
  const reservations = others.map((bidder) => reservationId(lead.lead_id, bidder.contract_id, bidder.round));
  return {
    ...lead,
    contested: [...new Set([...lead.contested, ...reservations])],
    risk_flag: true,
    plan: lead.plan.map((bidder) => (others.includes(bidder) ? { ...bidder, status: "unknown", doubt: true } : bidder)),
  };
}

/**
 * A publisher that waits is told the end when it was told `pending`, or when its own worker died (a later epoch) and it may have been
 * told nothing. `before`: a lead that ended, was contested and ends again has told its publisher already.
 */
function ended(lead: Lead, before: Lead, now: number): Lead {
  const waits = lead.frozen?.result === "pending" || (lead.mode === "pending" && lead.epoch > 1);
  const untold = before.outcome === null && lead.wants_postback && waits;
  return { ...lead, closed_at: now, reselling: false, postback_due: before.postback_due || untold };
}

/** @throws when the command of a sale lacks a part. */
function saleOf(command: CloseCommand, at: number): Sale {
  const { index, reservation_id, price, payout } = command;
  if (index === undefined || reservation_id === undefined || price === undefined || payout === undefined) {
    throw new Error("a sale needs index, reservation_id, price and payout");
  }
  return { index, reservation_id, price, payout, at };
}

/** By its reservation: bidders that joined the plan since may have moved it from the place that the caller knows. */
function bidderOf(lead: Lead, { reservation_id, index }: Sale): number {
  const found = lead.plan.findIndex((b) => reservationId(lead.lead_id, b.contract_id, b.round) === reservation_id);
  return found >= 0 ? found : index;
}

const contractOf = (lead: Lead, reservation_id: string): string | undefined =>
  lead.plan.find((b) => reservation_id.startsWith(`${lead.lead_id}_${b.contract_id}_1_`))?.contract_id;

const rejected = (command: CloseCommand): LeadOutcome => ({ result: "rejected", code: command.code, price: ZERO });

/** A final publisher that gets no sale now gets a "no" that holds; a pending one hears the end later. */
function restingAnswer(lead: Lead, state: "review" | "parked", code?: LeadOutcome["code"]): LeadOutcome {
  const why = code ?? (state === "parked" ? "parked" : "under_review");
  return { result: lead.mode === "final" ? "rejected" : "pending", code: why, price: ZERO };
}
