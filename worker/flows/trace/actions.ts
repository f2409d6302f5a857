import type { ActionTrace } from "../../../schema/api/trace.ts";
import { toWire } from "../../../schema/money.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { mayHave } from "../../auction/settle.ts";
import { actionsOf } from "../dead-letters.ts";

const RESTS: ReadonlySet<string> = new Set(["review", "parked"]);
const SHOWN: ReadonlySet<string> = new Set(["close_unsold", "close_sold", "replay_same", "replay_others"]);

/** What an operator can do with this lead now, what it would do, and why not where it cannot. The book decides anew when it is done. */
export function actionsPart({ lead }: LeadStory): ActionTrace[] {
  return [...resting(lead), returning(lead), erasing(lead)];
}

function resting(lead: LeadStory["lead"]): ActionTrace[] {
  if (!RESTS.has(lead.state)) return [];
  const may = lead.plan.filter(mayHave);
  const sold = may.map((bidder) => bidder.contract_id);
  return actionsOf(lead, may)
    .filter(({ action }) => SHOWN.has(action))
    .map(({ action, possible, effect, why_not }) => ({
      action: action as ActionTrace["action"],
      contract_id: action === "close_sold" ? (sold.shift() ?? null) : null,
      role: "operator",
      possible,
      effect,
      why_not: why_not ?? null,
    }));
}

function returning(lead: LeadStory["lead"]): ActionTrace {
  const bidder = lead.plan.find((b) => b.status === "accepted");
  const sold = lead.state === "sold";
  const price = bidder && !lead.test ? ` ${toWire(bidder.price)}` : "";
  return {
    action: "return",
    contract_id: bidder?.contract_id ?? null,
    role: "operator",
    possible: sold,
    effect: `Gives ${bidder?.contract_id ?? "the buyer"} its charge${price} back; the publisher keeps what it was told and paid. On request the lead is offered to others.`,
    why_not: sold ? null : "it is not sold",
  };
}

function erasing(lead: LeadStory["lead"]): ActionTrace {
  const why_not = lead.erased_at !== null ? "it was erased" : lead.state === "open" ? "it is still being sold" : null;
  return {
    action: "erase",
    contract_id: null,
    role: "admin",
    possible: why_not === null,
    effect: "Destroys the personal data of one person in all leads, by phone or e-mail. Outcome and money stay.",
    why_not,
  };
}
