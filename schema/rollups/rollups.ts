import { REASON_CLASSES } from "../config/dialect/answer.ts";
import { ANSWER_CODES, ATTEMPT_CLASSES, ATTEMPT_OUTCOMES, LEAD_STATES } from "../lists.ts";
import { BIDDING_COUNTS } from "./bidding.ts";
import { bucketSql, MS, POSTED, REFUSED, TO_SALE, TOOK } from "./buckets.ts";

/**
 * Sums of the ledger that reports read: one row for each slot of 15 minutes (every zone's offset is a multiple of them) and group, one
 * for each UTC day and group, and one for each slot over all groups. Test traffic is in none.
 */
export interface Rollup {
  /** Its table. */
  name: "rollup_pings" | "rollup_leads" | "rollup_sales" | "rollup_deliveries" | "rollup_bidding";
  /** The table of the ledger that it sums. */
  source: "auctions" | "leads" | "sales" | "deliveries" | "bidding";
  /** Columns of the source by which it is grouped. */
  groups: readonly string[];
  /** Those of them by which there is an index: one party's rows along time. */
  indexed: readonly string[];
  /** SQL by column, of one row of the source; `@` stands before each of its columns. */
  sums: Readonly<Record<string, string>>;
  /** SQL: which rows count. */
  counts: string;
}

/** 1 where a column has a word of a closed list. */
const words = (prefix: string, column: string, list: readonly string[], when = ""): Record<string, string> =>
  Object.fromEntries(list.map((word) => [`${prefix}${word}`, `(${column} = '${word}'${when})`]));

const NOT_TEST = "@test = 0";
/** Codes of a ping that was not accepted. */
export const PING_CODES = [
  "no_eligible_buyers",
  "no_bids",
  "below_min_price",
  "duplicate_ping",
  "duplicate",
  "suppressed",
  "gateway_paused",
  "publisher_paused",
  "campaign_paused",
] as const satisfies readonly (typeof ANSWER_CODES)[number][];
const known = (list: readonly string[]): string => list.map((word) => `'${word}'`).join(", ");
const REFUSED_PING = "@result <> 'accepted'";
const POST = "@kind = 'post'";
const STANDS = "@returned_at IS NULL";

export const PINGS: Rollup = {
  name: "rollup_pings",
  source: "auctions",
  groups: ["publisher_id", "campaign_id"],
  indexed: ["publisher_id"],
  counts: NOT_TEST,
  sums: {
    pings: "1",
    accepted: "(@result = 'accepted')",
    offered: "(@result = 'accepted') * @price",
    ...Object.fromEntries(PING_CODES.map((code) => [`code_${code}`, `(${REFUSED_PING} AND @code IS '${code}')`])),
    code_other: `(${REFUSED_PING} AND coalesce(@code, '') NOT IN (${known(PING_CODES)}))`,
    ...bucketSql(TOOK, "@took_ms"),
  },
};

export const LEADS: Rollup = {
  name: "rollup_leads",
  source: "leads",
  groups: ["publisher_id", "campaign_id"],
  indexed: ["publisher_id"],
  counts: NOT_TEST,
  sums: {
    leads: "1",
    ...words("state_", "@state", LEAD_STATES),
    told_accepted: "coalesce(@result = 'accepted', 0)",
    told_rejected: "coalesce(@result = 'rejected', 0)",
    // Paid on our own risk: accepted, and neither sold nor given back.
    risk_payout: "(@closed_at IS NOT NULL AND @state NOT IN ('sold', 'returned')) * @payout",
    ...Object.fromEntries(ANSWER_CODES.map((code) => [`code_${code}`, `(@code IS '${code}')`])),
  },
};

export const SALES: Rollup = {
  name: "rollup_sales",
  source: "sales",
  groups: ["publisher_id", "campaign_id", "contract_id", "buyer_id"],
  indexed: ["publisher_id", "buyer_id"],
  counts: "1",
  sums: {
    sales: `(${STANDS})`,
    revenue: `(${STANDS}) * @price`,
    // What a publisher was paid stays paid when the sale is given back.
    payout: "@payout",
    recovered: `(${STANDS} AND @recovered = 1)`,
    recovered_revenue: `(${STANDS} AND @recovered = 1) * @price`,
    risk: `(${STANDS} AND @risk = 1)`,
    returned: "(@returned_at IS NOT NULL)",
    refunded: "@refunded",
    to_sale_sum: `coalesce((${STANDS}) * (@at - @arrived_at), 0)`,
    ...bucketSql(TO_SALE, "@at - @arrived_at", STANDS),
  },
};

export const DELIVERIES: Rollup = {
  name: "rollup_deliveries",
  source: "deliveries",
  groups: ["contract_id", "buyer_id", "endpoint_id"],
  indexed: ["buyer_id"],
  counts: NOT_TEST,
  sums: {
    attempts: `(${POST})`,
    status_calls: "(@kind = 'status')",
    reports: "(@kind = 'report')",
    verdicts: "(@kind = 'operator')",
    ...words("", "@outcome", ATTEMPT_OUTCOMES, ` AND ${POST}`),
    ...words("class_", "@class", ATTEMPT_CLASSES, ` AND ${POST}`),
    ...Object.fromEntries(
      REASON_CLASSES.map((word) => [
        `reason_${word}`,
        `(@outcome = 'rejected' AND ${POST} AND ${word === "other" ? "coalesce(@reason_class, 'other') = 'other'" : `@reason_class IS '${word}'`})`,
      ]),
    ),
    ...bucketSql(MS, "@ms", POST),
    ...bucketSql(POSTED, "@bid", POST),
    ...bucketSql(REFUSED, "@bid", `${POST} AND @outcome = 'rejected'`),
  },
};

/** The buyers' objects tell of it slot by slot; tests are not counted to begin with. */
export const BIDDING: Rollup = {
  name: "rollup_bidding",
  source: "bidding",
  groups: ["contract_id", "buyer_id"],
  indexed: ["buyer_id"],
  counts: "1",
  sums: Object.fromEntries(BIDDING_COUNTS.map((column) => [column, `@${column}`])),
};

export const ROLLUPS = [PINGS, LEADS, SALES, DELIVERIES, BIDDING] as const;

/** What a post writes: summed by the batch that brings its rows, which say so (`summed`). Any other write of them is summed by trigger. */
export const BY_BATCH: readonly Rollup[] = [LEADS, SALES, DELIVERIES];

export const indexOf = (name: string, column: string): string => `${name}_${column.replace("_id", "")}`;

/** `grain` of a rollup's row. `all`: groups are empty texts. */
export const GRAINS = { slot: 0, day: 1, all: 2 } as const;
export const SLOT_MS = 900_000;
export const SLOTS_A_DAY = 96;
