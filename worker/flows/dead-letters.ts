import type { DeadLetterFilter } from "../../schema/api/dead-letters.ts";
import { formatMoney, money, toWire } from "../../schema/money.ts";
import type { LeadLine, LeadStory, LeadView, PlanBidder } from "../../schema/rpc/book.ts";
import { ERROR_CLASSES } from "../auction/error-classes.ts";
import { inDoubt, mayHave } from "../auction/settle.ts";
import { readId } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { letterFields, replayTargets } from "./dead-letter-fields.ts";
import { happened, whyItRests } from "./explain.ts";
import { type LineFilter, pageLines } from "./lines.ts";
import { DOUBT_MS, reservationId } from "./work.ts";

/** The books' names of a filter's words. */
export const lineFilter = (filter: DeadLetterFilter): LineFilter => ({
  what: "resting",
  state: filter.state,
  why: filter.why,
  campaign_id: filter.campaign,
  publisher_id: filter.publisher,
  buyer_id: filter.buyer,
  contract_id: filter.contract,
  endpoint_id: filter.endpoint,
});

/** Leads in review or parked, over all books. null: the cursor is none of ours. */
export async function listDeadLetters(
  g: Gateway,
  filter: DeadLetterFilter,
  after: string | null,
  limit: number,
): Promise<{ items: Record<string, unknown>[]; next: string | null } | null> {
  const page = await pageLines(g, lineFilter(filter), after, limit);
  return page && { items: page.lines.map((line) => lineItem(line, g.deps.now())), next: page.next };
}

function lineItem(line: LeadLine, now: number): Record<string, unknown> {
  const { rest_at, rest_why } = line;
  return {
    lead_id: line.lead_id,
    state: line.state,
    why: rest_why,
    why_text: whyItRests(rest_why && { why: rest_why, at: rest_at ?? now }),
    resting_since: rest_at === null ? null : new Date(rest_at).toISOString(),
    age_s: rest_at === null ? null : Math.max(0, Math.floor((now - rest_at) / 1_000)),
    publisher: line.publisher_id,
    campaign: line.campaign_id,
    test: line.test,
    mode: line.mode,
    told: line.told,
    money_at_risk: line.test ? 0 : toWire(money(line.in_doubt.reduce((sum, { price }) => sum + price, 0))),
    in_doubt: line.in_doubt.map(({ price, ...bidder }) => ({ ...bidder, price: toWire(price) })),
    set_up_errors: line.set_up_errors,
  };
}

/**
 * One resting lead, explained: why, what happened, who may have it for how much, what each action would do, and how its fields stand to
 * its campaign's rules. Their values only with `open`, which the caller writes to the audit. null: no such lead, or its book has let it go; `not_resting`: it is no dead letter (any more).
 */
export async function explainDeadLetter(
  g: Gateway,
  lead_id: string,
  open = false,
): Promise<Record<string, unknown> | "not_resting" | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const story = id ? await g.book(id.shard).story(lead_id) : null;
  if (!story) return null;
  const { lead } = story;
  if (lead.state !== "review" && lead.state !== "parked") return "not_resting";
  const may = lead.plan.filter(mayHave);
  const fields = await letterFields(g, lead, open);
  return {
    lead_id,
    state: lead.state,
    why: lead.rest?.why ?? null,
    why_text: whyItRests(lead.rest),
    resting_since: lead.rest ? new Date(lead.rest.at).toISOString() : null,
    publisher: lead.publisher_id,
    campaign: lead.campaign_id,
    test: lead.test,
    mode: lead.mode,
    told: toldFor(lead),
    promise: toWire(lead.promise),
    money_at_risk: lead.test ? 0 : toWire(money(may.reduce((sum, { price }) => sum + price, 0))),
    may_have_it: may.map((bidder) => bidderPart(lead, bidder, story)),
    wrongly_set_up: lead.plan.filter((b) => b.status === "set_up_error").map((b) => bidderPart(lead, b, story)),
    not_asked: lead.plan.filter((b) => b.status === "untried").map((b) => bidderPart(lead, b, story)),
    fields: fields.filter(({ present }) => present).map(({ name }) => name),
    editable: fields,
    contracts: await replayTargets(g, lead),
    erased: lead.erased_at !== null,
    happened: happened(story),
    actions: actionsOf(lead, may),
  };
}

/** What the publisher was told for good; "pending" is told for now. */
function toldFor(lead: LeadView): "accepted" | "rejected" | null {
  const result = (lead.outcome ?? lead.frozen)?.result;
  return result === "accepted" || result === "rejected" ? result : null;
}

function bidderPart(lead: LeadView, bidder: PlanBidder, { attempts }: LeadStory): Record<string, unknown> {
  const reservation_id = reservationId(lead.lead_id, bidder.contract_id, bidder.round);
  const last = attempts.findLast((attempt) => attempt.reservation_id === reservation_id);
  return {
    reservation_id,
    contract_id: bidder.contract_id,
    buyer_id: bidder.buyer_id,
    endpoint_id: bidder.endpoint_id,
    price: toWire(bidder.price),
    payout: toWire(bidder.payout),
    status: bidder.status,
    attempts: bidder.attempts,
    asked: bidder.asked ?? 0,
    last_outcome: bidder.last_outcome ?? null,
    last_class: bidder.last_class ?? null,
    last_text: bidder.last_class ? ERROR_CLASSES[bidder.last_class].say : null,
    http_status: last?.http_status ?? null,
    last_at: last ? new Date(last.at).toISOString() : null,
    hold_ends_at: last && inDoubt(bidder) ? new Date(last.at + DOUBT_MS).toISOString() : null,
  };
}

interface Action {
  action: string;
  possible: boolean;
  effect: string;
  why_not?: string;
}

/** What an operator can do, what it would do, and why not where it cannot. The book decides anew when it is done. */
export function actionsOf(
  lead: Pick<LeadView, "plan" | "frozen" | "outcome" | "erased_at">,
  may: PlanBidder[],
): Action[] {
  const toldNo = (lead.outcome ?? lead.frozen)?.result === "rejected";
  const set_up = lead.plan.filter((b) => b.status === "set_up_error");
  const names = (bidders: PlanBidder[]) => bidders.map((b) => b.contract_id).join(", ");
  const closed = toldNo
    ? "its publisher was told no and may have sold it elsewhere"
    : lead.erased_at !== null
      ? "its personal data was erased"
      : null;
  const risk = may.length > 0 ? `${names(may)} may have it: needs accept_risk, and can sell it twice.` : "";
  const action = (name: string, effect: string, why_not: string | null): Action => ({
    action: name,
    possible: why_not === null,
    effect,
    ...(why_not === null ? {} : { why_not }),
  });
  const again = [...may, ...set_up];
  return [
    action(
      "replay_same",
      `Asks ${names(again) || "nobody"} again; whoever is in doubt, with its first key.`,
      closed ?? (again.length === 0 ? "nobody is in doubt or wrongly set up" : null),
    ),
    action("replay_others", `Asks those not asked yet, then holds an auction for aged leads. ${risk}`.trim(), closed),
    action(
      "replay_contract",
      `Asks the contract that you name, at its price, before all others. ${risk}`.trim(),
      closed,
    ),
    action("edit", "Replaces fields; nothing is sent until it is replayed.", lead.erased_at !== null ? closed : null),
    action("close_unsold", `Ends it: ${names(may) || "nobody"} gets its hold back and is not charged.`, null),
    ...may.map((b) =>
      action(
        "close_sold",
        `Charges ${b.contract_id} ${formatMoney(b.price)} and pays the publisher ${formatMoney(b.payout)}.`,
        toldNo ? closed : null,
      ),
    ),
  ];
}
