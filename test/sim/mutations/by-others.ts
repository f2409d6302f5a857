import type { Mutation } from "../bundle.ts";

const settle = "worker/auction/settle.ts";
const waterfall = "worker/auction/waterfall.ts";
const attempt = "worker/flows/attempt.ts";
const accountSettle = "durable-objects/account/settle.ts";
const accountReserve = "durable-objects/account/reserve.ts";
const bookRules = "durable-objects/auction-book-rules.ts";
const closeRules = "durable-objects/auction-book-close-rules.ts";
const bookLeads = "durable-objects/book/leads.ts";
const outbox = "durable-objects/outbox.ts";

/** Faults thought of by somebody who has not read the auditor: from the guarantees, and from the code as one would get it wrong. */
const CLAIMS: readonly Mutation[] = [
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
    file: "worker/flows/claim.ts",
    description: "A lead in review is not being sold, so its consumer counts as free, although a buyer may have it.",
    find: 'return lead !== null && lead.state !== "unsold" && lead.state !== "returned";',
    put: 'return lead !== null && (lead.state === "open" || lead.state === "sold");',
  },
];

const TAKE_OVERS: readonly Mutation[] = [
  {
    id: "take_over_keeps_the_epoch",
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
    file: accountSettle,
    description:
      "A release is thought harmless at any time: one of an earlier holder gives back the hold that the next one works with.",
    find: "if (epoch !== undefined && epoch < Math.max(known.epoch, leastEpoch(room, known.lead_id))) return false;",
    put: "",
  },
  {
    id: "stuck_after_one_stall",
    file: bookRules,
    description:
      "One take-over without a step forward is called stuck: leads of a single crash fill the operator's list.",
    find: "lead.stalls >= MOST_STALLS",
    put: "lead.stalls > 0",
  },
  {
    id: "sweep_wakes_once",
    file: "durable-objects/book/alarm.ts",
    description: "A queue delivers, so the sweep need not come again: a lost wake-up is a lost lead.",
    find: 'book.due.put("sweep", key, now + pauseAfter(lead.nudges));',
    put: 'book.due.drop("sweep", key);',
  },
  {
    id: "alarm_never_comes_forward",
    file: "durable-objects/book/runner.ts",
    description: "An alarm that is set is left alone: what is due before it waits for it.",
    find: "if (next !== null && (this.armed === null || next < this.armed)) this.set(next);",
    put: "if (next !== null && this.armed === null) this.set(next);",
  },
];

const DOUBTS: readonly Mutation[] = [
  {
    id: "doubt_ends_with_its_request",
    file: bookRules,
    description:
      "An unknown that was found by a take-over leaves no doubt: the plain no to the repeat counts as the first answer.",
    find: 'return status === "unknown" && !command.next_round ? { ...next, doubt: true } : next;',
    put: "return next;",
  },
  {
    id: "not_now_ends_the_doubt",
    file: settle,
    description: "A 429 to the repeat is read as nothing taken, though it says nothing of the first request.",
    find: 'not_taken: { first: "not_taken", doubt: "unknown", doubt_idempotent: "unknown" },',
    put: 'not_taken: { first: "not_taken", doubt: "not_taken", doubt_idempotent: "not_taken" },',
  },
  {
    id: "set_up_error_ends_the_doubt",
    file: settle,
    description: "A 401 to the repeat drops the doubt: the endpoint is broken, so the next bidder gets the lead.",
    find: 'set_up_error: { first: "set_up_error", doubt: "unknown", doubt_idempotent: "unknown" },',
    put: 'set_up_error: { first: "set_up_error", doubt: "set_up_error", doubt_idempotent: "set_up_error" },',
  },
  {
    id: "status_is_read_like_a_post",
    file: "worker/buyers/dialects/outcome.ts",
    description: "A status call's answer gets a post's defaults: a 429 to the question is read as a post that never arrived.",
    find: 'const read = compile(config, ({ status }) => ruleMeaning("unknown", false, status));',
    put: "const read = compileOutcome(config);",
  },
  {
    id: "each_request_has_its_key",
    file: attempt,
    description:
      "The key is made unique per request, for tracing: no buyer recognises a repeat, and a status call asks for nobody.",
    find: "        reservation_id,\n        price: bidder.price,",
    put: "        reservation_id: `${reservation_id}_${bidder.attempts + 1}`,\n        price: bidder.price,",
  },
  {
    id: "old_hold_is_given_back",
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
    file: waterfall,
    description: "When nobody is left to ask, a further auction comes before the look at who may have the lead.",
    find: "const doubtful = plan.findIndex(inDoubt);\n  if (doubtful >= 0) return review(input, doubtful);",
    put: 'const doubtful = plan.findIndex(inDoubt);\n  if (doubtful >= 0 && mode === "pending" && !toldNo(input) && !deadlineHolds(input) && input.re_auction?.()) return { do: "re_auction" };\n  if (doubtful >= 0) return review(input, doubtful);',
  },
];

const EVIDENCE: readonly Mutation[] = [
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
    id: "second_yes_is_good_too",
    file: bookRules,
    description:
      "Evidence is late only by the publisher's answer: the yes of a second buyer stands beside the first's.",
    find: 'return elsewhere || gone ? "late" : "open";',
    put: 'return gone ? "late" : "open";',
  },
  {
    id: "advance_past_a_yes",
    file: bookRules,
    description:
      "The epoch is thought to say all: its holder goes on to the next bidder although a late yes has come since.",
    find: "if (!holds(lead, epoch) || hasAccepted(lead)) return",
    put: "if (!holds(lead, epoch)) return",
  },
  {
    id: "settle_over_a_yes",
    file: bookRules,
    description: "The holder's settlement is the newest word: it overwrites a yes that came by another way.",
    find: 'if (bidder.status === "accepted" || bidder.status === "returned") return bidder;',
    put: "",
  },
  {
    id: "close_over_a_yes",
    file: closeRules,
    description: "Who holds the lead may end it unsold, although a yes has arrived under its feet.",
    find: 'if (hasAccepted(lead) && command.state !== "review") return "stale";',
    put: "",
  },
  {
    id: "old_round_speaks",
    file: bookRules,
    description:
      "Evidence counts for its bidder whatever its round: a late answer of a round that is over settles the next.",
    find: "if (record.round !== bidder.round) return bidder;",
    put: "",
  },
];

const MONEY: readonly Mutation[] = [
  {
    id: "capture_twice",
    file: accountSettle,
    description: "A capture is thought to come once: its repeat after a lost reply charges again.",
    find: 'if (known?.state === "captured") return { kind: "captured", price: known.price ?? money(0) };\n  if (!known || !isOpen(known.state)) return',
    put: 'if (known?.state === "captured") moveFunds(room, { held: known.amount });\n  if (!known || !(isOpen(known.state) || known.state === "captured")) return',
  },
  {
    id: "counter_price_is_paid",
    file: "worker/auction/reprice.ts",
    description: "A buyer that names a higher price is taken at its word: the sale's price is above what was held.",
    find: 'return { kind: "sell", price: bidder.price, payout: bidder.payout, above };',
    put: 'return { kind: "sell", price: counter_price ?? bidder.price, payout: bidder.payout, above };',
  },
  {
    id: "lower_price_is_not_read",
    file: "worker/auction/reprice.ts",
    description: "Any counter-price means sold at the bid: who answered less is charged more.",
    find: "counter_price === null || counter_price >= bidder.price",
    put: "counter_price === null || counter_price >= 0",
  },
  {
    id: "release_keeps_the_place",
    file: accountSettle,
    description: "A definite no gives back the money but not the count: a cap fills with leads that nobody took.",
    find: "giveBack(room, known, 1, open ? known.amount : 0);",
    put: "giveBack(room, known, 0, open ? known.amount : 0);",
  },
  {
    id: "ended_doubt_gives_the_place_back",
    file: accountSettle,
    description: "When a doubt ends its count goes back with the money, although the buyer may have the lead.",
    find: "giveBack(room, known, 0, known.amount);",
    put: "giveBack(room, known, 1, known.amount);",
  },
  {
    id: "caps_count_in_utc",
    file: accountReserve,
    description: "Windows are counted by the server's day, not by the contract's.",
    find: "windowsAt(contract.time_zone, now)",
    put: 'windowsAt("UTC", now)',
  },
  {
    id: "pace_counts_to_one_more",
    file: "durable-objects/pacing-rules.ts",
    description: "N in M minutes lets one more through: full is read as more than full.",
    find: "taken.kept >= pace.window.count",
    put: "taken.kept > pace.window.count",
  },
  {
    id: "repeat_takes_another_place",
    file: accountReserve,
    description: "A repeated reservation is counted in again, as if it were another lead.",
    find: 'save(room, { ...known, state: "held", epoch: command.epoch });',
    put: 'save(room, { ...known, state: "held", epoch: command.epoch });\n  countIn(room, known, windowsAt("UTC", now), known.amount, now);',
  },
  {
    id: "paid_for_a_no",
    file: "worker/auction/told.ts",
    description:
      "At the deadline a final publisher is paid whenever somebody was asked, also for leads that every buyer refused.",
    find: "const doubtful = lead.plan.find(inDoubt);",
    put: 'const doubtful = lead.plan.find(({ status }) => status !== "untried");',
  },
  {
    id: "risk_is_not_booked",
    file: closeRules,
    description: "A publisher that was promised its price for a lead that stays unsold is told so, and never paid.",
    find: 'return !covered && lead.outcome?.result === "accepted" ? lead.outcome.price : ZERO;',
    put: "return !covered && lead.sale ? lead.outcome?.price ?? ZERO : ZERO;",
  },
];

const WATERFALL: readonly Mutation[] = [
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
    file: attempt,
    description:
      "A reservation may be dispatched for three seconds whatever the publisher's deadline: the post begins after the answer.",
    find: "let dispatch_in_ms = binds ? Math.max(1, Math.min(DISPATCH_MS, w.answer_by - asked)) : DISPATCH_MS;",
    put: "let dispatch_in_ms = DISPATCH_MS;",
  },
  {
    id: "posts_when_account_is_away",
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
    id: "whole_lead_in_the_auction",
    file: "worker/flows/lead.ts",
    description: "A one-step lead's auction is held over all of its fields, and its record keeps them in plain.",
    find: "facts: pingFacts(input),",
    put: "facts: input.lead,",
  },
  {
    id: "real_lead_is_the_probe",
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
];

const OUTBOXES: readonly Mutation[] = [
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
    file: closeRules,
    description:
      'A postback goes only to who was told "pending": who was told nothing, because its worker died, never hears.',
    find: 'lead.frozen?.result === "pending" || (lead.mode === "pending" && lead.epoch > 1);',
    put: 'lead.frozen?.result === "pending";',
  },
];

export const byOthers: readonly Mutation[] = [
  ...CLAIMS,
  ...TAKE_OVERS,
  ...DOUBTS,
  ...EVIDENCE,
  ...MONEY,
  ...WATERFALL,
  ...OUTBOXES,
];
