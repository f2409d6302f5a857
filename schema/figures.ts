import { type Buckets, MS, TO_SALE, TOOK } from "./rollups/buckets.ts";
import type { Rollup } from "./rollups/rollups.ts";

/**
 * Every figure of reports, defined once: API, pages and docs/reports.md read it here. Money in the currency's unit on the wire; shares in
 * percent. `exact`: it counts rows of the ledger; everything else is best effort (an isolate that dies takes its last counts with it).
 */
export const FAMILIES = {
  pings: "rollup_pings",
  leads: "rollup_leads",
  sales: "rollup_sales",
  deliveries: "rollup_deliveries",
  bidding: "rollup_bidding",
} as const satisfies Record<string, Rollup["name"]>;
export type Family = keyof typeof FAMILIES;

export type Unit = "count" | "money" | "percent" | "ms";
type Rule =
  /** SQL over the columns of the family's rollup, to be summed. */
  | { sum: string }
  /** Names of other figures. */
  | { plus: readonly string[] }
  | { minus: readonly [string, string] }
  | { share: readonly [string, string] }
  | { average: readonly [string, string] }
  | { percentile: number; of: Buckets };

export interface Figure {
  name: string;
  title: string;
  unit: Unit;
  exact: boolean;
  /** Where its parts are counted; the first is its own. */
  of: readonly Family[];
  sentence: string;
  rule: Rule;
}

const figure =
  (of: Family | readonly Family[], exact: boolean) =>
  (name: string, title: string, unit: Unit, rule: Rule, sentence: string): Figure => ({
    name,
    title,
    unit,
    exact,
    of: typeof of === "string" ? [of] : of,
    sentence,
    rule,
  });
const sum = (columns: string): Rule => ({ sum: columns });
const percentiles = (
  make: ReturnType<typeof figure>,
  name: string,
  title: string,
  of: Buckets,
  sentence: string,
): Figure[] =>
  [50, 95, 99].map((p) =>
    make(`${name}_p${p}`, `${title}, p${p}`, "ms", { percentile: p, of }, `${sentence} ${p} % took no longer.`),
  );

const ping = figure("pings", true);
const lead = figure("leads", true);
const sale = figure("sales", true);
const post = figure("deliveries", true);
const bid = figure("bidding", false);

const OF_PINGS: Figure[] = [
  ping(
    "pings",
    "Pings",
    "count",
    sum("pings"),
    "Auctions held: pings, one-step leads, and further auctions of a lead that nobody bought.",
  ),
  ping("pings_accepted", "Pings with an offer", "count", sum("accepted"), "Pings that were answered with a price."),
  ping("pings_refused", "Pings without", "count", sum("pings - accepted"), "Pings that were answered with a no."),
  ping(
    "ping_acceptance",
    "Offer rate",
    "percent",
    { share: ["pings_accepted", "pings"] },
    "Share of the pings that were answered with a price.",
  ),
  ping(
    "offered",
    "Offered",
    "money",
    sum("offered"),
    "Sum of the prices that pings were answered with: what publishers would get.",
  ),
  ping(
    "average_offer",
    "Average offer",
    "money",
    { average: ["offered", "pings_accepted"] },
    "Offered, by ping with an offer.",
  ),
  ...percentiles(ping, "answer", "Answer time", TOOK, "From a ping's arrival to our answer."),
];

const OF_LEADS: Figure[] = [
  lead("leads", "Leads", "count", sum("leads"), "Leads that were posted, in the slot in which they arrived."),
  lead(
    "leads_sold",
    "Leads sold",
    "count",
    sum("state_sold"),
    "Leads whose state is `sold` now: one that was given back and sold again counts once.",
  ),
  lead("leads_unsold", "Leads unsold", "count", sum("state_unsold"), "Leads that ended without a buyer."),
  lead("leads_open", "Leads open", "count", sum("state_open"), "Leads that are being sold."),
  lead(
    "leads_resting",
    "Leads at rest",
    "count",
    sum("state_review + state_parked"),
    "Leads in `review` or `parked`: an operator or a repair ends them.",
  ),
  lead(
    "leads_returned",
    "Leads given back",
    "count",
    sum("state_returned"),
    "Leads that were sold, given back, and sold to nobody since.",
  ),
  lead("leads_accepted", "Leads accepted", "count", sum("told_accepted"), "Leads whose publisher was told `accepted`."),
  lead("leads_rejected", "Leads rejected", "count", sum("told_rejected"), "Leads whose publisher was told `rejected`."),
  lead(
    "sell_through",
    "Sell-through",
    "percent",
    { share: ["leads_sold", "leads"] },
    "Share of the leads that are sold.",
  ),
  lead(
    "accepted_share",
    "Acceptance",
    "percent",
    { share: ["leads_accepted", "leads"] },
    "Share of the leads whose publisher was told `accepted`.",
  ),
  figure(["leads", "pings"], true)(
    "posted_share",
    "Posted",
    "percent",
    { share: ["leads", "pings_accepted"] },
    "Leads by ping with an offer: how many offers were taken up.",
  ),
  lead(
    "risk_payout",
    "Paid at our risk",
    "money",
    sum("risk_payout"),
    "Promised to publishers for leads that ended without a sale.",
  ),
];

const OF_SALES: Figure[] = [
  sale(
    "sales",
    "Sales",
    "count",
    sum("sales"),
    "Sales that stand, at their time of sale; one that is given back later leaves the count.",
  ),
  sale("revenue", "Revenue", "money", sum("revenue"), "What buyers are charged for the sales that stand."),
  sale(
    "payout",
    "Payout",
    "money",
    sum("payout"),
    "What publishers get for sales. It stays paid when a sale is given back.",
  ),
  sale("margin", "Margin", "money", { minus: ["revenue", "payout"] }, "Revenue less payout."),
  sale("margin_share", "Margin rate", "percent", { share: ["margin", "revenue"] }, "Margin by revenue."),
  sale("average_price", "Average price", "money", { average: ["revenue", "sales"] }, "Revenue by sale."),
  sale(
    "recovered",
    "Recovered sales",
    "count",
    sum("recovered"),
    "Sales to a later bidder after something went wrong with an earlier one: a failure, a wrong set-up, an open breaker, a cap or a pace.",
  ),
  sale(
    "recovered_revenue",
    "Recovered revenue",
    "money",
    sum("recovered_revenue"),
    "Revenue of the recovered sales: without the waterfall it would have been lost.",
  ),
  sale(
    "risk_sales",
    "Sales at our risk",
    "count",
    sum("risk"),
    "Sales whose publisher had been told `accepted` before the buyer's answer was known.",
  ),
  sale("returned", "Sales given back", "count", sum("returned"), "Sales that a buyer failed, at their time of sale."),
  sale("refunded", "Refunded", "money", sum("refunded"), "What buyers got back for them."),
  figure(["sales", "leads"], true)(
    "revenue_per_lead",
    "Revenue per lead",
    "money",
    { average: ["revenue", "leads"] },
    "Revenue by lead that arrived in the same range.",
  ),
  figure(["sales", "leads"], true)(
    "earned",
    "Earned",
    "money",
    { plus: ["payout", "risk_payout"] },
    "What publishers get in all: the payout of sales, and what was promised at our risk.",
  ),
  ...percentiles(sale, "time_to_sale", "Time to deliver", TO_SALE, "From a lead's arrival to its sale."),
];

const OF_DELIVERIES: Figure[] = [
  post("posts", "Posts", "count", sum("attempts"), "Requests that posted a lead to a buyer, repeats too."),
  post("posts_accepted", "Posts accepted", "count", sum("accepted"), "Answered with a yes."),
  post("posts_rejected", "Posts rejected", "count", sum("rejected"), "Answered with a definite no."),
  post("posts_duplicate", "Duplicates", "count", sum("duplicate"), "The buyer had the lead already."),
  post("posts_not_taken", "Not taken", "count", sum("not_taken"), "Not now: nothing was taken."),
  post("posts_unknown", "Unknown", "count", sum("unknown"), "Neither a yes nor a no could be read."),
  post("posts_set_up_error", "Set-up errors", "count", sum("set_up_error"), "Refused for what is wrong in our set-up."),
  post(
    "posts_answered",
    "Posts answered",
    "count",
    sum("accepted + rejected + duplicate"),
    "Posts with an answer that says what became of the lead.",
  ),
  post(
    "delivery_success",
    "Delivery success",
    "percent",
    { share: ["posts_answered", "posts"] },
    "Share of the posts with such an answer: the buyer's system works.",
  ),
  post("posts_decided", "Posts decided", "count", sum("accepted + rejected"), "Posts answered with a yes or a no."),
  post(
    "post_acceptance",
    "Post acceptance",
    "percent",
    { share: ["posts_accepted", "posts_decided"] },
    "Share of the yes among them: the buyer wants what it bid for.",
  ),
  post(
    "transport_errors",
    "Transport errors",
    "count",
    sum("class_transport + class_timeout"),
    "No connection, or no answer in time.",
  ),
  post(
    "transport_error_share",
    "Transport error rate",
    "percent",
    { share: ["transport_errors", "posts"] },
    "Transport errors by post.",
  ),
  post(
    "http_errors",
    "HTTP errors",
    "count",
    sum("class_throttled + class_server + class_client + class_auth + class_not_found + class_gone"),
    "Answered with an HTTP status that is an error.",
  ),
  post("http_error_share", "HTTP error rate", "percent", { share: ["http_errors", "posts"] }, "HTTP errors by post."),
  post("status_calls", "Status calls", "count", sum("status_calls"), "Requests that asked what became of a lead."),
  ...percentiles(post, "post", "Post time", MS, "From sending a post to its answer or its failure."),
];

const OF_BIDDING: Figure[] = [
  bid("asked", "Asked", "count", sum("asked"), "Pings sent to a buyer, without those closed early."),
  bid("bids", "Bids", "count", sum("bid"), "Answered in time with a price."),
  bid("no_bids", "No bids", "count", sum("no_bid"), "Answered in time with a no."),
  bid("timeouts", "Timeouts", "count", sum("timeout"), "No answer in time."),
  bid("late", "Late", "count", sum("late"), "Answered after its time: never used."),
  bid(
    "closed_early",
    "Closed early",
    "count",
    sum("closed_early"),
    "Pings sent to a buyer whose auction ended before it answered, because it could not win any more: in no rate.",
  ),
  bid("ping_errors", "Ping errors", "count", sum("error"), "Answered with something that cannot be used."),
  bid("not_sent", "Not sent", "count", sum("not_attempted"), "Could not be asked, for reasons of ours."),
  bid(
    "fixed",
    "Fixed prices",
    "count",
    sum("fixed"),
    "Auctions in which a contract's fixed price stood without a ping.",
  ),
  bid("offers_made", "Offers", "count", sum("bid + fixed"), "Bids and fixed prices."),
  bid("won", "Auctions won", "count", sum("won"), "Auctions in which it ranked first."),
  bid("win_rate", "Win rate", "percent", { share: ["won", "offers_made"] }, "Auctions won by offer."),
  bid("bid_rate", "Bid rate", "percent", { share: ["bids", "asked"] }, "Bids by ping sent."),
  bid("too_late", "Too late", "count", sum("timeout + late"), "Timeouts and late answers."),
  bid(
    "too_late_share",
    "Too late rate",
    "percent",
    { share: ["too_late", "asked"] },
    "Timeouts and late answers by ping sent.",
  ),
  bid(
    "lost_by_price",
    "Lost by price",
    "count",
    sum(
      "lost_lower_bid + lost_lost_tie + lost_lower_tier + lost_below_floor + lost_below_margin + lost_below_min_price",
    ),
    "Offers that were too low: below another one (or equal to it, or of a lower tier), or below the least that could be taken.",
  ),
  bid("bid_money", "Bid in all", "money", sum("bid_sum"), "Sum of the offers."),
  bid("average_bid", "Average bid", "money", { average: ["bid_money", "offers_made"] }, "Bid in all by offer."),
  bid("won_money", "Won in all", "money", sum("won_sum"), "Sum of the offers that won."),
  bid("average_won", "Average winning bid", "money", { average: ["won_money", "won"] }, "Won in all by auction won."),
  bid(
    "out_cap",
    "Out: cap",
    "count",
    sum("out_cap_reached"),
    "Auctions from which a contract was left out because its cap was reached.",
  ),
  bid(
    "out_breaker",
    "Out: breaker",
    "count",
    sum("out_breaker_open"),
    "Auctions from which a contract was left out because its endpoint's breaker was open.",
  ),
  bid(
    "out_pace",
    "Out: pace",
    "count",
    sum("out_paced + out_thinned"),
    "Auctions from which a contract was left out by its pacing, or thinned because its cap's last places were offered.",
  ),
  bid(
    "out_balance",
    "Out: balance",
    "count",
    sum("out_balance"),
    "Auctions from which a contract was left out for want of its buyer's money.",
  ),
  bid(
    "out_maximum_too_low",
    "Out: maximum too low",
    "count",
    sum("out_maximum_too_low"),
    "Auctions from which a contract was left out because its maximum bid was less than the least that could be taken.",
  ),
  bid(
    "out_shaped",
    "Out: shaped",
    "count",
    sum("out_shaped"),
    "Auctions from which a contract was left out because its endpoint is too late for most: it is asked in a part of them.",
  ),
  bid(
    "took_part",
    "Took part",
    "count",
    sum("asked + closed_early + fixed"),
    "Auctions in which a contract was asked, closed early or not, or its fixed price stood.",
  ),
  ...percentiles(bid, "ping", "Ping time", MS, "From sending a ping to its answer or the end of waiting."),
];

/** Estimates, made contract by contract: see `lostOf` (worker/flows/reports/lost.ts). */
export const ESTIMATES = [
  {
    name: "cap_lost_revenue",
    title: "Lost to caps",
    sentence:
      "An estimate: auctions from which a contract was left out because its cap was reached, times what it brought per auction in which it took part. An upper bound for the gateway: many of these leads went to the next bidder.",
  },
  {
    name: "breaker_lost_revenue",
    title: "Lost to breakers",
    sentence: "The same for auctions from which it was left out because its endpoint's breaker was open.",
  },
] as const;

export const FIGURES: readonly Figure[] = [...OF_PINGS, ...OF_LEADS, ...OF_SALES, ...OF_DELIVERIES, ...OF_BIDDING];
export const figureOf = (name: string): Figure | undefined => FIGURES.find((f) => f.name === name);

/** What a publisher may see of itself: nothing of buyers, of what they paid, or of our margin. */
export const PUBLISHER_FIGURES: readonly string[] = [
  ...OF_PINGS.map((f) => f.name),
  "leads",
  "leads_accepted",
  "leads_rejected",
  "accepted_share",
  "posted_share",
  "earned",
];
/** What a buyer may see of itself: nothing of publishers, of other buyers, or of what publishers get. */
export const BUYER_FIGURES: readonly string[] = [
  ...OF_BIDDING.map((f) => f.name),
  ...OF_DELIVERIES.map((f) => f.name),
  "sales",
  "revenue",
  "average_price",
  "returned",
  "refunded",
];
