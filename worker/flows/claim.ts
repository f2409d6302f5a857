import type { BookPort, ClaimReply, LeadOutcome } from "../../schema/rpc/book.ts";
import { deadlineOutcome } from "../auction/told.ts";
import { shardOfConsumer } from "../crypto/hash.ts";
import { readId } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { PostAnswer } from "./answers.ts";
import { answerOf, redirectKey } from "./live.ts";

type NotOurs = Exclude<ClaimReply, { kind: "yours" | "no_auction" }>;

interface Context {
  shard: string;
  currency: string;
  test: boolean;
}

/** The answer to a claim that leaves nothing to do: a repetition, a conflict, or a ping that cannot be posted. */
export async function answerUnclaimed(g: Gateway, reply: NotOurs, context: Context): Promise<PostAnswer> {
  const rejected = {
    kind: "post",
    result: "rejected",
    lead_id: "",
    price: 0 as never,
    currency: context.currency,
    test: context.test,
  } as const;
  switch (reply.kind) {
    case "replay": {
      const key = await redirectKey(g, reply.wrapped_key, reply.lead_id, reply.outcome);
      return answerOf(key, reply.lead_id, reply.outcome, context.currency, context.test);
    }
    case "wait":
      return awaitOther(g, reply, context);
    case "conflict":
      return {
        kind: "problem",
        status: 409,
        code: "content_changed",
        detail: `This was posted before with other content (lead ${reply.lead_id}). Send the same content for the same answer, or a new ping for a new lead.`,
      };
    case "expired":
      return { ...rejected, code: "ping_expired" };
    case "ping_rejected":
      return { ...rejected, code: "ping_rejected" };
    case "bid_unknown":
      return {
        kind: "problem",
        status: 422,
        code: "bid_unknown",
        detail: "A bid id is not one of this ping's.",
        errors: [
          { field: "bid_ids", message: `${reply.bid_id.slice(0, 40)} is not a bid of this ping`, code: "invalid" },
        ],
      };
  }
}

/** The same post is being worked on: its outcome is ours. Should that worker have died, the answer is fixed here. */
async function awaitOther(
  g: Gateway,
  reply: Extract<ClaimReply, { kind: "wait" }>,
  context: Context,
): Promise<PostAnswer> {
  const book = g.book(context.shard);
  const ended = await book.outcome(reply.lead_id, Math.max(0, reply.answer_in_ms));
  const known = await book.lead(reply.lead_id);
  const outcome = ended ?? (await frozenFor(book, reply.lead_id));
  if (!known || !outcome) return UNAVAILABLE;
  const key = await redirectKey(g, known.wrapped_key, reply.lead_id, outcome);
  return answerOf(key, reply.lead_id, outcome, context.currency, context.test);
}

/** The answer that the lead's own worker would give now, by its publisher's rules. */
async function frozenFor(book: BookPort, lead_id: string): Promise<LeadOutcome | null> {
  const story = await book.story(lead_id);
  return story ? book.freeze(lead_id, deadlineOutcome(story.lead)) : null;
}

export const UNAVAILABLE: PostAnswer = {
  kind: "problem",
  status: 503,
  code: "try_again",
  detail: "The gateway cannot keep this lead right now. Nothing was sold; send the same request again.",
  retry_after_s: 2,
};

/**
 * Claims the consumer for a lead, in the books of the consumer's keys. `taken`: another lead of this consumer was sold within the
 * window or is on its way. A lead that ended unsold gives its rows up by itself, and is asked should it not have done so yet.
 */
export async function claimConsumers(
  g: Gateway,
  keys: string[],
  lead_id: string,
  window_ms: number,
): Promise<"ours" | "taken"> {
  for (const key of keys) {
    const book = g.book(shardOfConsumer(key));
    const first = await book.consumer(key, lead_id, null);
    g.deps.crash("after-consumer");
    if (first.kind === "yours") continue;
    if (first.sold_ago_ms !== null && first.sold_ago_ms > window_ms) {
      if ((await book.consumer(key, lead_id, first.owner)).kind === "yours") continue;
      return "taken";
    }
    if (first.sold_ago_ms !== null || (await stillHolds(g, first.owner))) return "taken";
    if ((await book.consumer(key, lead_id, first.owner)).kind !== "yours") return "taken";
  }
  return "ours";
}

async function stillHolds(g: Gateway, owner: string): Promise<boolean> {
  const id = readId(g.settings.HASH_SECRET, owner, "l");
  if (!id) return false;
  const lead = await g.book(id.shard).lead(owner);
  return lead !== null && lead.state !== "unsold";
}

/**
 * A post whose flow broke, because an object went out of reach on the way. Either nothing was kept, or the lead is in its book and the
 * queue goes on with it: the same request again gets its answer, so it is asked for.
 */
export function kept(g: Gateway, work: Promise<PostAnswer>): Promise<PostAnswer> {
  return work.catch((error: unknown) => {
    g.isolate.gauges.count("flow_failed");
    g.log({ event: "flow_failed", error: error instanceof Error ? error.name : "error" });
    return BROKEN;
  });
}

const BROKEN: PostAnswer = {
  kind: "problem",
  status: 503,
  code: "try_again",
  detail: "The gateway could not finish this request. Send the same request again: it is never sold twice.",
  retry_after_s: 2,
};
