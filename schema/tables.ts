import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { ALERT_KINDS } from "./lists.ts";

/**
 * The D1 ledger. Column names are the field names of the events that fill them, so that a batch of events is one
 * `INSERT … SELECT … FROM json_each(?)`. Times are epoch ms, amounts are 1/10,000 of the unit. `month` (YYYYMM, UTC) and
 * `tenant` are the shard key. `n` is the number of the newest event applied, so that replays and old events change nothing.
 */
const shard = { tenant: text().notNull().default("main"), month: integer().notNull() };

/**
 * Of rows that the reports sum: the `n` whose batch moved the sums for it. Where it is not the row's own `n`, a trigger did: the writer is a
 * Worker from before there was this column.
 */
const summed = () => ({ summed: integer() });

/** Current configuration: one row a record; `body` is what the operator wrote (wire form), credentials sealed. */
export const config = sqliteTable(
  "config",
  {
    kind: text().notNull(),
    id: text().notNull(),
    seq: integer().notNull(),
    version: integer().notNull(),
    body: text().notNull(),
    author: text().notNull(),
    updated_at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.id] }), index("config_seq").on(t.seq)],
);

/** Every version of every record, with its author. */
export const config_history = sqliteTable(
  "config_history",
  {
    seq: integer().primaryKey({ autoIncrement: true }),
    kind: text().notNull(),
    id: text().notNull(),
    version: integer().notNull(),
    body: text().notNull(),
    author: text().notNull(),
    reason: text(),
    at: integer().notNull(),
  },
  (t) => [
    uniqueIndex("config_history_version").on(t.kind, t.id, t.version),
    index("config_history_at").on(t.at),
    index("config_history_author").on(t.author, t.at),
    index("config_history_record").on(t.kind, t.id, t.at),
  ],
);

export const status = sqliteTable(
  "status",
  {
    kind: text().notNull(),
    id: text().notNull(),
    seq: integer().notNull(),
    n: integer().notNull(),
    body: text().notNull(),
    at: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.kind, t.id] }), index("status_seq").on(t.seq)],
);

/** Hashes that are never sold: HMAC of phone or e-mail hash, 64 bits, base64url. */
export const suppressions = sqliteTable(
  "suppressions",
  {
    hash: text().primaryKey(),
    seq: integer().notNull(),
    reason: text().notNull(),
    author: text().notNull(),
    at: integer().notNull(),
    removed: integer().notNull().default(0),
  },
  (t) => [index("suppressions_seq").on(t.seq)],
);

export const auctions = sqliteTable(
  "auctions",
  {
    ping_id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    publisher_id: text().notNull(),
    campaign_id: text().notNull(),
    test: integer().notNull(),
    result: text().notNull(),
    code: text(),
    price: integer().notNull(),
    took_ms: integer().notNull(),
    bidders: integer().notNull(),
    bids: integer().notNull(),
    config_seq: integer().notNull(),
    /** The AuctionRecord as JSON. */
    record: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [
    index("auctions_at").on(t.at),
    index("auctions_publisher").on(t.publisher_id, t.at),
    // A campaign's newest ones, for a dry run.
    index("auctions_campaign").on(t.campaign_id, t.at).where(sql`test = 0`),
  ],
);

export const leads = sqliteTable(
  "leads",
  {
    lead_id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    ping_id: text(),
    publisher_id: text().notNull(),
    campaign_id: text().notNull(),
    test: integer().notNull(),
    mode: text().notNull(),
    state: text().notNull(),
    code: text(),
    /** What the publisher was told, and what it was promised to be paid. */
    result: text(),
    payout: integer().notNull(),
    price: integer().notNull(),
    contract_id: text(),
    buyer_id: text(),
    closed_at: integer(),
    risk: integer().notNull().default(0),
    recovered: integer().notNull().default(0),
    click_id: text(),
    sub_ids: text(),
    sealed: text().notNull(),
    wrapped_key: text().notNull(),
    /** Plan and steps as JSON, for the trace once the book has let go. */
    story: text(),
    /** Why and since when it rests (review, parked). */
    rest_why: text(),
    rest_at: integer(),
    re_auctions: integer().notNull().default(0),
    /** HMACs of phone and e-mail, 64 bits: by them an erasure finds the lead. Null once erased. */
    phone_mark: text(),
    email_mark: text(),
    /** When its personal data was destroyed; then `sealed` and `wrapped_key` are empty. */
    erased_at: integer(),
    n: integer().notNull(),
    ...summed(),
  },
  (t) => [
    index("leads_at").on(t.at),
    // Of those who are not known by it, or no more, there is no row.
    index("leads_phone").on(t.phone_mark).where(sql`phone_mark IS NOT NULL`),
    index("leads_email").on(t.email_mark).where(sql`email_mark IS NOT NULL`),
    index("leads_rest").on(t.rest_at).where(sql`rest_at IS NOT NULL`),
    // Was this auction posted?
    index("leads_ping").on(t.ping_id).where(sql`ping_id IS NOT NULL`),
    // The search: what a list is mostly narrowed by. Rare states and codes have rows here, the usual ones none.
    index("leads_publisher").on(t.publisher_id, t.at),
    index("leads_buyer").on(t.buyer_id, t.at).where(sql`buyer_id IS NOT NULL`),
    index("leads_code").on(t.code, t.at).where(sql`code IS NOT NULL`),
    index("leads_click").on(t.click_id, t.at).where(sql`click_id IS NOT NULL`),
    index("leads_state").on(t.state, t.at).where(sql`state <> 'sold' AND state <> 'unsold'`),
    // Whose personal data is to be destroyed by age.
    index("leads_ended").on(t.campaign_id, t.closed_at).where(sql`erased_at IS NULL AND closed_at IS NOT NULL`),
  ],
);

/** Every attempt, request and answer sealed with the lead's key. */
export const deliveries = sqliteTable(
  "deliveries",
  {
    attempt_id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    lead_id: text().notNull(),
    test: integer().notNull(),
    contract_id: text().notNull(),
    buyer_id: text().notNull(),
    endpoint_id: text().notNull(),
    reservation_id: text().notNull(),
    leg: integer().notNull().default(1),
    round: integer().notNull(),
    attempt: integer().notNull(),
    outcome: text().notNull(),
    class: text().notNull(),
    /** post, status, report or operator. */
    kind: text().notNull().default("post"),
    http_status: integer(),
    ms: integer().notNull(),
    price: integer(),
    /** What was held for it: the bid by which it was posted. Null in rows from before this was kept. */
    bid: integer(),
    late_evidence: integer().notNull().default(0),
    /** The buyer's reason, in the dialect's classes. */
    reason_class: text(),
    sealed: text(),
    n: integer().notNull(),
    ...summed(),
  },
  // A contract's history, newest first. A lead's are found by the primary key, which begins with its id.
  (t) => [index("deliveries_contract").on(t.contract_id, t.at)],
);

export const sales = sqliteTable(
  "sales",
  {
    sale_id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    /** When its lead arrived. Null in rows from before this was kept. */
    arrived_at: integer(),
    lead_id: text().notNull(),
    leg: integer().notNull().default(1),
    publisher_id: text().notNull(),
    campaign_id: text().notNull(),
    contract_id: text().notNull(),
    buyer_id: text().notNull(),
    reservation_id: text().notNull(),
    currency: text().notNull().default("USD"),
    price: integer().notNull(),
    payout: integer().notNull(),
    margin: integer().notNull(),
    risk: integer().notNull().default(0),
    recovered: integer().notNull().default(0),
    /** When the buyer failed it and the charge was given back; such a row is a sale no more. */
    returned_at: integer(),
    refunded: integer().notNull().default(0),
    n: integer().notNull(),
    ...summed(),
  },
  (t) => [index("sales_at").on(t.at)],
);

/** Double entry: the rows of one `ref` sum to zero. Accounts: `buyer:x`, `publisher:y`, `house`, `clearing`, `outside`. */
export const money_movements = sqliteTable(
  "money_movements",
  {
    id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    account: text().notNull(),
    kind: text().notNull(),
    amount: integer().notNull(),
    ref: text().notNull(),
    reason: text(),
    author: text(),
    n: integer().notNull(),
  },
  (t) => [index("money_account").on(t.account, t.at).where(sql`account <> 'clearing' AND account <> 'house'`)],
);

/** Long-term copy of the buyers' reservations. */
export const reservations = sqliteTable("reservations", {
  reservation_id: text().primaryKey(),
  ...shard,
  at: integer().notNull(),
  buyer_id: text().notNull(),
  contract_id: text().notNull(),
  lead_id: text().notNull(),
  state: text().notNull(),
  amount: integer().notNull(),
  why: text(),
  n: integer().notNull(),
});

export const breaker_events = sqliteTable(
  "breaker_events",
  {
    id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    buyer_id: text().notNull(),
    endpoint_id: text().notNull(),
    phase: text().notNull(),
    state: text().notNull(),
    why: text().notNull(),
    n: integer().notNull(),
  },
  // One buyer's history, newest first.
  (t) => [index("breaker_events_at").on(t.at), index("breaker_events_buyer").on(t.buyer_id, t.at)],
);

/** What an operator must look at: contested money, set-up errors, opened breakers, reconcile differences. */
export const alerts = sqliteTable(
  "alerts",
  {
    id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    kind: text({ enum: ALERT_KINDS }).notNull(),
    subject: text().notNull(),
    message: text().notNull(),
    n: integer().notNull(),
  },
  (t) => [index("alerts_at").on(t.at)],
);

/** Proof of consent that outlives its lead: sealed with a key of its own, until its campaign's term ends. */
export const consent_proofs = sqliteTable(
  "consent_proofs",
  {
    lead_id: text().primaryKey(),
    ...shard,
    at: integer().notNull(),
    campaign_id: text().notNull(),
    phone_mark: text(),
    sealed: text().notNull(),
    wrapped_key: text().notNull(),
    until: integer().notNull(),
  },
  (t) => [index("consent_until").on(t.until), index("consent_phone").on(t.phone_mark)],
);

/** What a reconcile found to differ between the three books. The same difference again is the same row. */
export const differences = sqliteTable(
  "differences",
  {
    /** kind and subject. */
    id: text().primaryKey(),
    job_id: text().notNull(),
    at: integer().notNull(),
    kind: text().notNull(),
    subject: text().notNull(),
    /** What each book says, as JSON. */
    detail: text().notNull(),
    /** When a later reconcile or rebuild found it gone. */
    mended_at: integer(),
  },
  (t) => [index("differences_at").on(t.at), index("differences_open").on(t.at).where(sql`mended_at IS NULL`)],
);

/** One row an object: the newest number of its outbox that D1 has. What has no row of its own is counted once by it. */
export const outbox_marks = sqliteTable("outbox_marks", {
  object: text().primaryKey(),
  last_n: integer().notNull(),
  /** How many events came; those of a repeated batch twice. */
  events: integer().notNull(),
  at: integer().notNull(),
});

/**
 * What is known of a contract's readiness: the newest result of each check. Nothing personal (checks use the campaign's sample lead) and
 * no credential.
 */
export const contract_checks = sqliteTable(
  "contract_checks",
  {
    contract_id: text().notNull(),
    /** `test_ping`, `test_post`, and the steps of the going-live checklist. */
    name: text().notNull(),
    at: integer().notNull(),
    ok: integer().notNull(),
    /** JSON. */
    detail: text().notNull(),
    author: text().notNull(),
    /** Of the records that were checked: another version may need the check again. */
    contract_version: integer().notNull(),
    endpoint_version: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.contract_id, t.name] })],
);

/** Who did or opened what: money by hand, sealed payloads opened, switches. */
export const audit = sqliteTable(
  "audit",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    at: integer().notNull(),
    author: text().notNull(),
    action: text().notNull(),
    target: text().notNull(),
    detail: text(),
  },
  (t) => [
    index("audit_at").on(t.at),
    index("audit_target").on(t.target, t.at),
    index("audit_author").on(t.author, t.at),
    index("audit_action").on(t.action, t.at),
  ],
);

export {
  bidding,
  rollup_bidding,
  rollup_deliveries,
  rollup_leads,
  rollup_pings,
  rollup_sales,
} from "./rollups/tables.ts";
