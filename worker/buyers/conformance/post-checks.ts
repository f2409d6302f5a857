import type { AttemptResult } from "../channel.ts";
import { fail, pass, skipped, type Verdict } from "./report.ts";
import type { Bid, Trial } from "./trial.ts";

/** What was accepted: later checks ask about it. */
export interface Sold {
  order: string;
  bid: Bid;
}
export interface PostVerdicts {
  sample_accepted: Verdict;
  repeat_same_key: Verdict;
  known_consumer: Verdict;
  status_call: Verdict;
}

/** What an attempt came to, in a few words. */
export const told = ({ outcome, class: cls, http_status }: AttemptResult): string =>
  `${outcome}${cls === "ok" || cls === outcome ? "" : `, ${cls}`}${http_status === null ? "" : `, HTTP ${http_status}`}`;

/** One consumer, sent, sent again under the same key, and sent again as another lead. */
export async function posts(trial: Trial): Promise<PostVerdicts> {
  const { lead, order } = trial.next();
  const bid = await trial.bid(lead);
  const none = skipped("no sample was accepted before");
  const later = { repeat_same_key: none, known_consumer: none, status_call: none };
  if (!bid)
    return {
      sample_accepted: fail("the sample got no bid", "Bid on the sample lead, or give values that get one."),
      ...later,
    };
  const first = await trial.post(lead, order, bid);
  const sample_accepted = firstVerdict(first);
  if (first.outcome !== "accepted") return { sample_accepted, ...later };
  const repeat = await trial.post(lead, order, bid, true);
  const other = trial.next().order;
  const known = trial.has(2) ? await trial.bid(lead) : null;
  return {
    sample_accepted,
    repeat_same_key: repeatVerdict(trial, first, repeat),
    known_consumer: known ? knownVerdict(await trial.post(lead, other, known)) : skipped("no bid for it"),
    status_call: await statusVerdict(trial, { order, bid }),
  };
}

function firstVerdict(first: AttemptResult): Verdict {
  if (first.outcome === "accepted") return pass(`accepted after ${Math.round(first.ms)} ms`);
  return fail(
    `the sample was not accepted: ${told(first)}`,
    "Accept a complete test lead. If it was meant as a yes, the dialect's rules do not read it as one.",
  );
}

/** After a lost answer the gateway sends the same post again: it must not be sold a second time. */
function repeatVerdict(trial: Trial, first: AttemptResult, repeat: AttemptResult): Verdict {
  const ids = [first.buyer_lead_id, repeat.buyer_lead_id];
  const known = ids.every((id) => id !== undefined);
  const two = known && ids[0] !== ids[1] && repeat.outcome === "accepted";
  if (two)
    return fail(
      "the same post under the same key was taken as a second lead",
      "Know a post again by its order number (or the Idempotency-Key header) and answer as the first time.",
    );
  const saidSo = repeat.class === "duplicate";
  if (repeat.outcome === "accepted" && (known || saidSo || trial.input.endpoint.idempotent))
    return pass(known ? "the same lead again, with the same id" : `known again: ${told(repeat)}`);
  if (repeat.outcome === "accepted")
    return fail(
      "accepted again, and nothing shows whether as the same lead",
      "Answer the repeat with the same lead id (the dialect's `buyer_lead_id`), or with duplicate.",
    );
  if (repeat.outcome === "duplicate") return pass("the repeat is called a duplicate");
  return fail(
    `the repeat of what it had accepted: ${told(repeat)}`,
    "Answer the same post under the same key as the first time, or with duplicate: after a lost answer a no would be believed.",
  );
}

function knownVerdict(again: AttemptResult): Verdict {
  if (again.outcome === "duplicate" || again.outcome === "rejected") return pass(`refused: ${told(again)}`);
  if (again.outcome === "accepted")
    return fail(
      "the same consumer was taken twice, as two leads",
      "Refuse a consumer that you bought before, as duplicate; or be content with the gateway's own duplicate window.",
    );
  return fail(`neither taken nor refused: ${told(again)}`, "Say duplicate in a way that a rule of the dialect reads.");
}

async function statusVerdict(trial: Trial, { order, bid }: Sold): Promise<Verdict> {
  if (!trial.input.endpoint.dialect.status) return skipped("the dialect has no status call");
  if (!trial.has(2)) return skipped("no requests left");
  const [ours, nobody] = [await trial.status(order, bid), await trial.status(`${order}_never_sent`, bid)];
  if (ours.outcome === "accepted" && nobody.outcome !== "accepted")
    return pass(`knows what it accepted; of a number that it never got it says ${nobody.outcome}`);
  return fail(
    `of an accepted lead: ${told(ours)}; of a number that it never got: ${told(nobody)}`,
    "Say accepted only of leads that you have, and say so of each of them.",
  );
}
