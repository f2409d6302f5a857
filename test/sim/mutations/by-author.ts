import type { Mutation } from "../bundle.ts";

const settle = "worker/auction/settle.ts";
const bookRules = "durable-objects/auction-book-rules.ts";
const closeRules = "durable-objects/auction-book-close-rules.ts";
const accountRules = "durable-objects/buyer-account-rules.ts";

/** Faults thought of by the one who wrote the auditor. */
export const byAuthor: readonly Mutation[] = [
  {
    id: "no_after_doubt_is_believed",
    file: settle,
    description: 'After an unknown, a plain "rejected" of an endpoint that is not idempotent counts as definite.',
    find: 'rejected: { first: "rejected", doubt: "unknown",',
    put: 'rejected: { first: "rejected", doubt: "rejected",',
  },
  {
    id: "duplicate_after_doubt_is_no",
    file: settle,
    description: 'After an unknown, "duplicate" counts as a no although the first request may have been taken.',
    find: 'if (outcome === "duplicate") return duplicate_after_unknown;',
    put: 'if (outcome === "duplicate") return "rejected";',
  },
  {
    id: "server_error_is_no",
    file: "worker/buyers/dialects/outcome-defaults.ts",
    description: "A 502 counts as a refusal, though it may come from a proxy before a buyer that has the lead.",
    find: 'return meaning("unknown", "server");',
    put: 'return meaning("rejected", "server");',
  },
  {
    id: "no_answer_is_not_taken",
    file: "worker/buyers/http-channel.ts",
    description: "A request without an answer counts as never taken.",
    find: '      outcome: "unknown",\n      class: cls,',
    put: '      outcome: "not_taken",\n      class: cls,',
  },
  {
    id: "doubt_is_passed_over",
    file: "worker/auction/waterfall.ts",
    description: "The next bidder is asked before a bidder in doubt has been cleared up.",
    find: "return doubtStep(input) ?? bidderStep(input) ?? finished(input);",
    put: "return bidderStep(input) ?? doubtStep(input) ?? finished(input);",
  },
  {
    id: "held_means_unsent",
    file: settle,
    description: "After a take-over, a hold without evidence counts as never sent.",
    find: 'if (doubt || fence === "held") return "unknown";',
    put: 'if (doubt) return "unknown";',
  },
  {
    id: "answer_may_change",
    file: closeRules,
    description: "What the publisher was told is fixed anew by whoever asks later.",
    find: "  if (told(lead)) return lead;\n",
    put: "",
  },
  {
    id: "late_yes_is_sold",
    file: bookRules,
    description: 'A yes that comes after the publisher was told "rejected" sells the lead.',
    find: 'if (isOver(lead) || binding(lead)?.result === "rejected") return "late";',
    put: 'if (isOver(lead)) return "late";',
  },
  {
    id: "lowest_bid_first",
    file: "worker/auction/ranking.ts",
    description: "The lowest payout is ranked first.",
    find: "b.payout - a.payout",
    put: "a.payout - b.payout",
  },
  {
    id: "below_the_promise",
    file: "worker/auction/waterfall.ts",
    description: "A bidder below the promise may take the lead.",
    find: "bidder.payout >= promise ||",
    put: "bidder.payout >= 0 ||",
  },
  {
    id: "holds_do_not_count",
    file: accountRules,
    description: "Money on hold is still there to be spent.",
    find: "money(balance + credit_limit - held)",
    put: "money(balance + credit_limit)",
  },
  {
    id: "one_above_the_cap",
    file: "durable-objects/caps-rules.ts",
    description: "A count cap lets one lead too many through.",
    find: "count + 1 > cap.count",
    put: "count > cap.count",
  },
  {
    id: "content_does_not_matter",
    file: bookRules,
    description: "A repeat with other content gets the first one's answer.",
    find: "if (lead.content_hash !== command.content_hash) return",
    put: "if (lead.content_hash === null) return",
  },
  {
    id: "no_sweep",
    file: "durable-objects/book/leads.ts",
    description: "A claimed lead is not on the list of what must be looked after.",
    find: '    this.book.due.put("sweep", lead.lead_id, lead.lease_until + SWEEP_MARGIN);\n',
    put: "",
  },
  {
    id: "posts_without_holding",
    file: "worker/flows/attempt.ts",
    description: "The post is sent without a reservation.",
    find: "if (!lead.test) {\n    const reply",
    put: "if (lead.test) {\n    const reply",
  },
  {
    id: "charge_is_forgotten",
    file: "durable-objects/account/settle.ts",
    description: "A capture whose reply was lost is contested when it is asked for again.",
    find: '  if (known?.state === "captured") return { kind: "captured", price: known.price ?? money(0) };\n',
    put: "",
  },
];
