import type { Mutation } from "../bundle.ts";

const accountSettle = "durable-objects/account/settle.ts";
const accountReserve = "durable-objects/account/reserve.ts";
const closeRules = "durable-objects/auction-book-close-rules.ts";

/** What is held, counted, charged and paid. */
export const MONEY: readonly Mutation[] = [
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
    kind: "crowded",
    file: accountSettle,
    description: "When a doubt ends its count goes back with the money, although the buyer may have the lead.",
    find: "giveBack(room, known, 0, known.amount);",
    put: "giveBack(room, known, 1, known.amount);",
  },
  {
    id: "caps_count_in_utc",
    size: 200,
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
    kind: "crowded",
    file: accountReserve,
    description: "A repeated reservation is counted in again, as if it were another lead.",
    find: 'save(room, { ...known, state: "held", epoch: command.epoch });',
    put: 'save(room, { ...known, state: "held", epoch: command.epoch });\n  countIn(room, known, windowsAt("UTC", now), known.amount, now);',
  },
  {
    id: "paid_for_a_no",
    size: 200,
    kind: "crowded",
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
