import type { LeadOutcome } from "../../schema/rpc/book.ts";
import type { LeadKey } from "../crypto/seal.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { PostResult } from "./answers.ts";
import type { Delivered } from "./deliver.ts";
import { deliver, freeze } from "./deliver.ts";
import type { Work } from "./work.ts";

/**
 * Works on a lead while its publisher waits. The work goes on under `waitUntil`, whatever becomes of the connection; at the
 * deadline the answer is frozen in the book before it is given, so that every repetition gives the same.
 */
export async function deliverLive(w: Work): Promise<LeadOutcome> {
  const { g, lead } = w;
  const work = deliver(w);
  g.waitUntil(work.catch((error) => g.log({ event: "delivery_broken", lead_id: lead.lead_id, error: nameOf(error) })));
  // Work that broke (an object out of reach, say) is taken up by the queue; the publisher gets its answer all the same.
  const done = await withinLive(w, work).catch(() => null);
  if (done?.kind === "outcome") return done.outcome;
  // Somebody else holds the lead now: it may still end before the publisher's time is up.
  const left = w.answer_by - g.deps.now();
  const ended = done?.kind === "stale" && left > 0 ? await w.book.outcome(lead.lead_id, left) : null;
  return ended ?? freeze(w);
}

/** What came of it, or null when the time is up. */
function withinLive(w: Work, work: Promise<Delivered>): Promise<Delivered | null> {
  return new Promise((resolve, reject) => {
    const cancel = w.g.deps.timer(() => resolve(null), Math.max(0, w.answer_by - w.g.deps.now()));
    work.then(resolve, reject).finally(cancel);
  });
}

/** The key that an answer needs: only a redirect is sealed. null: there is none, or the lead's key was destroyed by an erasure. */
export async function redirectKey(
  g: Gateway,
  wrapped_key: string,
  lead_id: string,
  outcome: LeadOutcome,
): Promise<LeadKey | null> {
  if (outcome.redirect_sealed === undefined || wrapped_key === "") return null;
  return openLeadKey(await g.ring(), wrapped_key, lead_id);
}

/** The publisher's answer. */
export async function answerOf(
  key: LeadKey | null,
  lead_id: string,
  outcome: LeadOutcome,
  currency: string,
  test: boolean,
): Promise<PostResult> {
  const redirect =
    key && outcome.redirect_sealed ? await openForLead(key, outcome.redirect_sealed).catch(() => undefined) : undefined;
  return {
    kind: "post",
    result: outcome.result,
    lead_id,
    price: outcome.price,
    currency,
    redirect_url: typeof redirect === "string" ? redirect : undefined,
    code: outcome.code,
    test,
  };
}

export const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "error");
