import type { Mutation } from "../bundle.ts";

const waterfall = "worker/auction/waterfall.ts";
const attempt = "worker/flows/attempt.ts";
const accountReserve = "durable-objects/account/reserve.ts";
const closeRules = "durable-objects/auction-book-close-rules.ts";
const outbox = "durable-objects/outbox.ts";

/** Order, promise, deadline, personal data, and the way into the ledger. */
export const WAY: readonly Mutation[] = [
  {
    id: "price_meets_the_promise",
    file: waterfall,
    description: "The promise is compared with the buyer's price instead of the publisher's part of it.",
    find: "const worth = bidder.payout >= promise ||",
    put: "const worth = bidder.price >= promise ||",
  },
  {
    id: "better_bid_is_not_waited_for",
    file: waterfall,
    description:
      "Nobody waits live: a pending publisher's lead goes to the next bidder because the better one said not now.",
    find: 'if (input.mode === "pending") return { do: "answer" };',
    put: "",
  },
  {
    id: "post_outlives_the_deadline",
    kind: "crowded",
    file: attempt,
    description:
      "A reservation may be dispatched for three seconds whatever the publisher's deadline: the post begins after the answer.",
    find: "let dispatch_in_ms = binds ? Math.max(1, Math.min(DISPATCH_MS, w.answer_by - asked)) : DISPATCH_MS;",
    put: "let dispatch_in_ms = DISPATCH_MS;",
  },
  {
    id: "posts_when_account_is_away",
    size: 200,
    file: attempt,
    description:
      "The buyer's object is out of reach, the buyer is not: the lead is posted and the money seen to later.",
    find: "if (reply === null) return outOfReach(w, step, bidder);",
    put: "if (reply === null) return conclude(w, step, bidder, contract, await post(w, bidder, contract, reservation_id, asked + dispatch_in_ms));",
  },
  {
    id: "digest_is_the_number",
    file: "worker/flows/facts.ts",
    description: "Buyers ask for the phone under the digest's name, so it is put there as it is.",
    find: "...(hashes.phone && { phone_hash: hashes.phone.sha256 }),",
    put: "...(hashes.phone && { phone_hash: input.lead.phone }),",
  },
  {
    id: "auction_keeps_all_facts",
    file: "worker/flows/record.ts",
    description:
      "An auction's record keeps what it was held over as it is: addresses and digests lie in the ledger in plain.",
    find: "facts: ofClass(subject, true),",
    put: "facts: subject.facts,",
  },
  {
    id: "real_lead_is_the_probe",
    kind: "sick",
    file: accountReserve,
    description: "An open breaker is tried with whatever lead comes, also where the contract does not allow it.",
    find: 'admission(breakerOf(room, endpoint_id, "post"), now, contract.probe_with_lead)',
    put: 'admission(breakerOf(room, endpoint_id, "post"), now, true)',
  },
  {
    id: "retry_after_is_not_heard",
    file: "worker/auction/retry.ts",
    description: "The schedule is the contract's: what a buyer says with Retry-After is left out.",
    find: "Math.ceil(Math.max(longest * random, asked))",
    put: "Math.ceil(longest * random)",
  },
  {
    id: "outbox_trims_first",
    file: outbox,
    description: "A batch is taken out of the outbox before D1 has it, as queues are read.",
    find: "const { refused } = await project(this.object(), events);",
    put: 'this.sql.run("DELETE FROM outbox WHERE last_n <= ?", batch[batch.length - 1]?.last_n ?? 0);\n    const { refused } = await project(this.object(), events);',
  },
  {
    id: "outbox_trims_all",
    file: outbox,
    description: "After a batch the outbox is emptied, with what was written while D1 was at it.",
    find: 'this.sql.run("DELETE FROM outbox WHERE last_n <= ?", batch[batch.length - 1]?.last_n ?? 0);',
    put: 'this.sql.run("DELETE FROM outbox");',
  },
  {
    id: "outbox_counts_anew",
    file: outbox,
    description:
      "The next number is taken from what is in the outbox: after a trim it begins at one, and D1 keeps the older row.",
    find: '"SELECT n FROM outbox_last"',
    put: '"SELECT max(last_n) AS n FROM outbox"',
  },
  {
    id: "only_pending_hear_the_end",
    kind: "crowded",
    file: closeRules,
    description:
      'A postback goes only to who was told "pending": who was told nothing, because its worker died, never hears.',
    find: 'lead.frozen?.result === "pending" || (lead.mode === "pending" && lead.epoch > 1);',
    put: 'lead.frozen?.result === "pending";',
  },
];
