import type { RestReason } from "../../schema/lists.ts";
import type { LeadStory, Rest } from "../../schema/rpc/book.ts";

/** Why a lead rests, for people. Exhaustive: a reason without words does not compile. */
const REST_TEXTS: Record<RestReason, string> = {
  unknown: "A buyer may have taken the lead: its answer never came, and asking again did not clear it up.",
  held_for_review: "The buyer looks at the lead by hand and has not decided.",
  unreadable: "The buyer answered something that no rule of its dialect can read, so it may have taken the lead.",
  contested: "A buyer said yes to a lead that it could not have: ended, sold to another, or refused to its publisher.",
  lower_price: "The buyer accepted at a price below its bid, and its contract leaves that to a person.",
  hold_ended: "The buyer's yes came when its hold had ended or been given back, so nothing could be charged.",
  set_up_error: "Every buyer that was left has an endpoint that is wrongly set up.",
  stuck: "Work on it failed again and again: a defect, or an object out of reach.",
};

export function whyItRests(rest: Rest | null): string {
  if (!rest) return "It does not rest.";
  const whose = rest.contract_id === undefined ? "" : ` It is about contract ${rest.contract_id}.`;
  return `${REST_TEXTS[rest.why]}${whose}`;
}

type Detail = LeadStory["steps"][number]["detail"];

/** The book's steps as sentences. One without words here shows its name and what it holds. */
const STEP_TEXTS: Record<string, (d: Detail) => string> = {
  claimed: () => "The lead was taken and kept.",
  planned: (d) => `An auction ranked ${d.bidders} bidders.`,
  advanced: (d) => `${d.contract} was turned to: request ${d.attempt} of round ${d.round}.`,
  evidence: (d) =>
    `${d.contract} said "${d.outcome}"${d.takes ? ", which means that it has the lead" : ""}${d.late ? ", too late" : ""}.`,
  settled: (d) => `${d.contract} stands at "${d.status}"${d.refusal ? ` (${d.refusal})` : ""}.`,
  deferred: (d) => `Put off for ${Math.round(Number(d.in_ms) / 1_000)} s.`,
  resumed: () => "Work went on.",
  taken_over: () => "Whoever worked on it was gone; somebody else took over.",
  frozen: (d) => `The publisher was told "${d.result}".`,
  closed: (d) => `It came to "${d.state}".`,
  re_auctioned: () => "Another auction was held.",
  stuck: (d) => `${d.stalls} took it over in a row and none came further.`,
  reopened: (d) => `It was set to work again (${d.by}${d.to ? `, to ${d.to}` : ""}).`,
  edited: (d) => `${d.by} mended ${d.fields}.`,
  returned: (d) => `Its sale under ${d.reservation} was taken back.`,
  erased: () => "Its personal data was destroyed.",
  contested: (d) => `Reservation ${d.reservation} was contested.`,
  postback: (d) =>
    d.ok ? "The publisher's system was told the end." : "The publisher's system did not take the postback.",
};

export const happened = ({ steps }: Pick<LeadStory, "steps">): { at: string; step: string; text: string }[] =>
  steps.map(({ at, step, detail }) => ({
    at: new Date(at).toISOString(),
    step,
    text: STEP_TEXTS[step]?.(detail) ?? `${step} ${JSON.stringify(detail)}`,
  }));
