import type { RestReason } from "../../schema/lists.ts";
import { type Money, toWire } from "../../schema/money.ts";
import type { CloseCommand, PlanBidder } from "../../schema/rpc/book.ts";
import { failedBefore } from "../auction/recovered.ts";
import { type Deal, repriced } from "../auction/reprice.ts";
import type { Step } from "../auction/waterfall.ts";
import { openForLead, sealForLead } from "../crypto/seal.ts";
import { NO_SALE, takeBack } from "./after-sale.ts";
import { type Delivered, freeze } from "./deliver.ts";
import { tellBidders } from "./notices.ts";
import type { Work } from "./work.ts";
import { DOUBT_MS, reservationId } from "./work.ts";

type EndStep = Extract<Step, { do: "end" }>;
type Sell = Extract<Deal, { kind: "sell" }>;

/** Ends a lead: for a sale the money first (capture is the commit point), then the book. */
export async function finish(w: Work, step: EndStep): Promise<Delivered> {
  if (step.state === "sold") return sell(w, step);
  if (step.state === "unsold") return close(w, { state: step.state, code: step.code, risk: step.risk });
  const { state, code, risk, rest } = step;
  return close(w, { state, code, risk, rest: { why: rest.why, contract_id: w.lead.plan[rest.index]?.contract_id } });
}

async function sell(w: Work, step: Extract<EndStep, { state: "sold" }>): Promise<Delivered> {
  const { g, lead, charged: index = step.index } = w;
  const { risk } = step;
  const bidder = lead.plan[index];
  if (!bidder) throw new Error("a sale must name a bidder of the plan");
  const reservation_id = reservationId(lead.lead_id, bidder.contract_id, bidder.round);
  const answer = w.accepted?.index === index ? w.accepted : await acceptedBefore(w, reservation_id);
  const contract = w.snapshot.contract(bidder.contract_id);
  const wanted = repriced({
    bidder,
    counter_price: answer?.price ?? null,
    on_lower_price: contract?.config.on_lower_price ?? "review",
    promise: lead.promise,
  });
  const deal = await charge(w, bidder, reservation_id, wanted);
  if (typeof deal === "string") return rest(w, deal, bidder.contract_id);
  if (deal.above > 0)
    g.log({
      event: "price_above_hold",
      lead_id: lead.lead_id,
      contract: bidder.contract_id,
      above: toWire(deal.above),
    });
  const redirect = answer?.redirect_url;
  const done = await close(w, {
    state: "sold",
    index,
    reservation_id,
    price: deal.price,
    payout: deal.payout,
    redirect_sealed: redirect === undefined ? undefined : await sealForLead(w.key, g.deps.bytes(12), redirect),
    // A charge at our risk whose holder died before it could say so: no answer says that the buyer took the lead.
    risk: risk || answer === null,
    recovered: isRecovered(w),
  });
  // Who heard the yes itself tells the bidders, so that nobody is told twice.
  const heard = w.accepted?.index === index;
  if (heard && done.kind === "outcome" && done.outcome.result === "accepted")
    tellBidders(w, { index, reservation_id, price: deal.price });
  return done;
}

/**
 * The commit point: what is charged from then on. A worker that was lost with the lead may have charged it already, and known less of the
 * buyer's answer: what was charged stands, and is what the lead was sold for. Else the reason why the lead rests.
 */
async function charge(
  w: Work,
  bidder: PlanBidder,
  reservation_id: string,
  deal: Deal,
): Promise<Sell | "lower_price" | "hold_ended"> {
  const { g, lead } = w;
  if (lead.test) return deal.kind === "sell" ? deal : "lower_price";
  const account = g.account(bidder.buyer_id);
  if (deal.kind === "review") {
    const [booked] = await account.reservationsById([reservation_id]);
    if (booked?.state === "captured") return dealAt(w, bidder, booked.amount);
    await account.doubt(reservation_id, DOUBT_MS);
    return "lower_price";
  }
  const order = {
    v: 1,
    reservation_id,
    price: deal.price,
    attempt_id: `${reservation_id}_${bidder.attempts}`,
  } as const;
  const capture = () => account.capture(order);
  // The same capture again is the first one: a lost reply is asked for once more.
  const captured = await capture().catch(capture);
  g.deps.crash("after-capture");
  if (captured.kind === "contested") return "hold_ended";
  return captured.price === deal.price ? deal : dealAt(w, bidder, captured.price);
}

/** What the publisher gets of a price that is charged already. */
function dealAt({ lead }: Work, bidder: PlanBidder, price: Money): Sell {
  const deal = repriced({ bidder, counter_price: price, on_lower_price: "keep", promise: lead.promise });
  if (deal.kind !== "sell") throw new Error("what was charged is a price");
  return deal;
}

async function uncharge(
  w: Work,
  { index, reservation_id }: Pick<CloseCommand, "index" | "reservation_id">,
): Promise<void> {
  const buyer_id = index === undefined ? undefined : w.lead.plan[index]?.buyer_id;
  if (w.lead.test || buyer_id === undefined || reservation_id === undefined) return;
  await takeBack(w.g, buyer_id, { reservation_id, ...NO_SALE }, false);
}

/** Only an operator can settle it. */
export const rest = (w: Work, why: RestReason, contract_id: string): Promise<Delivered> =>
  close(w, { state: "review", code: "under_review", rest: { why, contract_id } });

/** A failure would have lost this sale: of this turn, of an earlier holder, of the publisher's time, or one that the plan remembers. */
const isRecovered = ({ woken, failed, lead }: Work): boolean =>
  woken || failed || lead.epoch > 1 || lead.plan.some(failedBefore);

/** After a take-over the buyer's answer is in the evidence, sealed. */
async function acceptedBefore(
  w: Work,
  reservation_id: string,
): Promise<{ price: PlanBidder["price"] | null; redirect_url?: string } | null> {
  const story = await w.book.story(w.lead.lead_id);
  // Only what the rules took for a yes: a "duplicate" may be none.
  const answers = story?.attempts.filter((a) => a.reservation_id === reservation_id && a.takes) ?? [];
  const attempt = answers.find(({ outcome }) => outcome === "accepted") ?? answers[0];
  if (!attempt) return null;
  const payload = attempt.sealed ? await openForLead(w.key, attempt.sealed) : null;
  const redirect =
    payload !== null && typeof payload === "object" && "redirect_url" in payload ? payload.redirect_url : undefined;
  return { price: attempt.price ?? null, redirect_url: typeof redirect === "string" ? redirect : undefined };
}

async function close(w: Work, command: Omit<CloseCommand, "v" | "lead_id" | "epoch">): Promise<Delivered> {
  // The risk rule decides what a final publisher is told of a lead that goes to review; the close alone would tell it "rejected".
  if (command.state === "review" && w.lead.mode === "final" && !w.lead.frozen) await freeze(w, command.code);
  w.g.deps.crash("before-close");
  // A captured reservation closes at any epoch; everything else only for the holder.
  const reply = await w.book.close({
    v: 1,
    lead_id: w.lead.lead_id,
    epoch: command.state === "sold" ? null : w.lead.epoch,
    ...command,
  });
  w.g.deps.crash("after-close");
  // Captured for a lead that somebody else has, or whose publisher was told no meanwhile: a sale to nobody is charged to nobody.
  if (reply.kind === "contested") await uncharge(w, command);
  return reply.kind === "stale" ? { kind: "stale" } : { kind: "outcome", outcome: reply.outcome };
}
