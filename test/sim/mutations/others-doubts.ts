import type { Mutation } from "../bundle.ts";

const settle = "worker/auction/settle.ts";
const waterfall = "worker/auction/waterfall.ts";
const attempt = "worker/flows/attempt.ts";
const accountSettle = "durable-objects/account/settle.ts";
const bookRules = "durable-objects/auction-book-rules.ts";
const closeRules = "durable-objects/auction-book-close-rules.ts";

/** What is known of a buyer: doubts, keys, status calls, evidence. */
export const DOUBTS: readonly Mutation[] = [
  {
    id: "doubt_ends_with_its_request",
    kind: "crowded",
    file: bookRules,
    description:
      "An unknown that was found by a take-over leaves no doubt: the plain no to the repeat counts as the first answer.",
    find: 'return status === "unknown" && !command.next_round ? { ...next, doubt: true } : next;',
    put: "return next;",
  },
  {
    id: "not_now_ends_the_doubt",
    kind: "crowded",
    file: settle,
    description: "A 429 to the repeat is read as nothing taken, though it says nothing of the first request.",
    find: 'not_taken: { first: "not_taken", doubt: "unknown", doubt_idempotent: "unknown" },',
    put: 'not_taken: { first: "not_taken", doubt: "not_taken", doubt_idempotent: "not_taken" },',
  },
  {
    id: "set_up_error_ends_the_doubt",
    size: 200,
    kind: "crowded",
    file: settle,
    description: "A 401 to the repeat drops the doubt: the endpoint is broken, so the next bidder gets the lead.",
    find: 'set_up_error: { first: "set_up_error", doubt: "unknown", doubt_idempotent: "unknown" },',
    put: 'set_up_error: { first: "set_up_error", doubt: "set_up_error", doubt_idempotent: "set_up_error" },',
  },
  {
    id: "status_is_read_like_a_post",
    kind: "crowded",
    file: "worker/buyers/dialects/answer/outcome.ts",
    description:
      "A status call's answer gets a post's defaults: a 429 to the question is read as a post that never arrived.",
    find: 'const read = compile(config, env, ({ status }) => ruleMeaning("unknown", false, status));',
    put: "const read = compileOutcome(config, env);",
  },
  {
    id: "each_request_has_its_key",
    file: attempt,
    description:
      "The key is made unique per request, for tracing: no buyer recognises a repeat, and a status call asks for nobody.",
    find: "        reservation_id,\n        price: bidder.price,",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
    put: "        reservation_id: `${reservation_id}_${bidder.attempts + 1}`,\n        price: bidder.price,",
  },
  {
    id: "old_hold_is_given_back",
    kind: "crowded",
    file: accountSettle,
    description: "A hold that nobody settled for a minute is cleaned away, as one does with holds.",
    find: "doubt(room, reservation_id, DOUBT_TTL_MS, now);",
    put: 'release(room, reservation_id, "hold_ended", now);',
  },
  {
    id: "doubt_is_priceless",
    file: accountSettle,
    description:
      "An unknown gives the money back at once, and takes it again should the yes come: meanwhile it is spent twice.",
    find: 'const doubted: Reservation = { ...known, state: "in_doubt", doubted_at: known.doubted_at ?? now, doubt_until };',
    put: 'if (known.state === "held") moveFunds(room, { held: -known.amount });\n  const doubted: Reservation = { ...known, amount: money(0), state: "in_doubt", doubted_at: known.doubted_at ?? now, doubt_until };',
  },
  {
    id: "auction_while_in_doubt",
    kind: "crowded",
    file: waterfall,
    description: "When nobody is left to ask, a further auction comes before the look at who may have the lead.",
    find: "const doubtful = plan.findIndex(inDoubt);\n  if (doubtful >= 0) return review(input, doubtful);",
    put: 'const doubtful = plan.findIndex(inDoubt);\n  if (doubtful >= 0 && mode === "pending" && !toldNo(input) && !deadlineHolds(input) && input.re_auction?.()) return { do: "re_auction" };\n  if (doubtful >= 0) return review(input, doubtful);',
  },
  {
    id: "freeze_overlooks_the_yes",
    file: closeRules,
    description: "The answer at the deadline is the caller's, whose view of the plan is older than a buyer's yes.",
    find: 'if (taker) return { ...lead, frozen: { result: "accepted", price: taker.payout } };',
    put: "",
  },
  {
    id: "answer_before_the_freeze",
    file: "worker/flows/deliver.ts",
    description: "The publisher's answer does not wait for the book: the freeze is sent beside it, to save a hop.",
    find: "const outcome = await w.book.freeze(w.lead.lead_id, deadlineOutcome(w.lead, code));",
    put: "const outcome = deadlineOutcome(w.lead, code);\n  w.g.waitUntil(w.book.freeze(w.lead.lead_id, outcome));",
  },
  {
    id: "advance_past_a_yes",
    kind: "crowded",
    file: bookRules,
    description:
      "The epoch is thought to say all: its holder goes on to the next bidder although a late yes has come since.",
    find: "if (!holds(lead, epoch) || hasAccepted(lead)) return",
    put: "if (!holds(lead, epoch)) return",
  },
  {
    id: "settle_over_a_yes",
    kind: "crowded",
    file: bookRules,
    description: "The holder's settlement is the newest word: it overwrites a yes that came by another way.",
    find: 'if (bidder.status === "accepted" || bidder.status === "returned") return bidder;',
    put: "",
  },
];
