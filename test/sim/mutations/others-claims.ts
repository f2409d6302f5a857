import type { Mutation } from "../bundle.ts";

const accountSettle = "durable-objects/account/settle.ts";
const bookRules = "durable-objects/auction-book-rules.ts";
const bookLeads = "durable-objects/book/leads.ts";

/** Who has a lead: repeats, consumers, take-overs, leases, alarms. */
export const CLAIMS: readonly Mutation[] = [
  {
    id: "repeat_shares_the_work",
    file: bookRules,
    description:
      "Somebody owns the lead, so the claim is the caller's: the nonce is not compared, and a repeated post works beside the first.",
    find: 'if (lead.owner === command.owner) return { kind: "mine" };',
    put: 'if (lead.owner !== null) return { kind: "mine" };',
  },
  {
    id: "waiting_repeat_is_told_no",
    file: "worker/flows/claim.ts",
    description: "A repeat whose first post has no answer in time is told a plain no, which nothing in the book binds.",
    find: "const outcome = ended ?? (await frozenFor(book, reply.lead_id));",
    put: 'const outcome = ended ?? ({ result: "rejected", code: "no_answer_in_time", price: 0 } as LeadOutcome);',
  },
  {
    id: "key_names_no_lead",
    file: "worker/flows/lead.ts",
    description:
      "The idempotency key is thought to be covered by the content's digest: with other content it makes another lead.",
    find: "...(input.idempotency_key\n",
    put: "...(input.idempotency_key && input.test\n",
  },
  {
    id: "anybody_frees_the_consumer",
    file: "durable-objects/book/consumers.ts",
    description:
      "An unsold lead frees the consumer's row without a look at whose it is: a refused duplicate frees the first lead's.",
    find: 'this.book.sql.run("DELETE FROM consumers WHERE key = ? AND lead_id = ? AND sold_at IS NULL", key, lead_id);',
    put: 'this.book.sql.run("DELETE FROM consumers WHERE key = ?", key);',
  },
  {
    id: "review_frees_the_consumer",
    kind: "crowded",
    file: "worker/flows/claim.ts",
    description: "A lead in review is not being sold, so its consumer counts as free, although a buyer may have it.",
    find: 'return lead !== null && lead.state !== "unsold";',
    put: 'return lead !== null && (lead.state === "open" || lead.state === "sold");',
  },
  {
    id: "take_over_keeps_the_epoch",
    kind: "crowded",
    file: bookLeads,
    description:
      "The new owner's nonce looks like enough: a take-over does not raise the epoch, so the holder of before goes on too.",
    find: "const epoch = lead.epoch + 1;",
    put: "const epoch = lead.epoch;",
  },
  {
    id: "fence_asks_the_plan",
    file: "worker/flows/takeover.ts",
    description:
      "What is not found at the buyer is taken for given back, and a hold is read as one: nobody is told what was captured.",
    find: 'const state = replies.find((reply) => reply.reservation_id === reservation_id)?.state ?? "none";',
    put: 'const state = replies.some((reply) => reply.reservation_id === reservation_id) ? "released" : "none";',
  },
  {
    id: "anybody_settles",
    file: "durable-objects/book/work.ts",
    description:
      "A settlement is thought to be a fact like evidence: who has lost the lead settles its bidder all the same.",
    find: 'if (!holds(lead, command.epoch)) return { kind: "stale" };',
    put: "",
  },
  {
    id: "overtaken_one_releases",
    size: 200,
    kind: "crowded",
    file: accountSettle,
    description:
      "A release is thought harmless at any time: one of an earlier holder gives back the hold that the next one works with.",
    find: "if (epoch !== undefined && epoch < Math.max(known.epoch, leastEpoch(room, known.lead_id))) return false;",
    put: "",
  },
  {
    id: "sweep_wakes_once",
    file: "durable-objects/book/alarm.ts",
    description: "A queue delivers, so the sweep need not come again: a lost wake-up is a lost lead.",
    find: 'book.due.put("sweep", key, now + pauseAfter(lead.nudges));',
    put: 'book.due.put("sweep", key, Number.MAX_SAFE_INTEGER);',
  },
  {
    id: "alarm_never_comes_forward",
    file: "durable-objects/book/runner.ts",
    description: "An alarm that is set is left alone: what is due before it waits for it.",
    find: "if (next !== null && (this.armed === null || next < this.armed)) this.set(next);",
    put: "if (next !== null && this.armed === null) this.set(next);",
  },
  {
    id: "hold_is_not_noted",
    file: "durable-objects/account/holds.ts",
    description:
      "The reservation says that it is held: that its end is on no list goes unnoticed until somebody dies holding it.",
    find: "return { ...holds, [reservation_id]: until };",
    put: "return holds;",
  },
];
