/** What the platform allows, for the arithmetic of docs/scale.md, where each figure has its source. */
export const PLATFORM = {
  /** Calls of one object a second: with writes, a cautious middle of 200 to 500; of reads alone. */
  object_writes_per_s: 250,
  object_calls_per_s: 1_000,
  object_bytes: 10e9,
  d1_bytes: 10e9,
  d1_statements_per_s: 1_000,
  d1_account_bytes: 1e12,
  d1_result_bytes: 50e6,
  queue_messages_per_s: 5_000,
  isolate_bytes: 128e6,
  /** $ a GB-month. */
  object_storage: 0.2,
  d1_storage: 0.75,
  r2_storage: 0.015,
} as const;

/** How the gateway is set up by default, or fixed in its code. */
export const GATEWAY = {
  book_shards: 16,
  dialers: 600,
  most_dialers: 10_000,
  most_shards: 3_844,
  keep_s: 7.5 * 86_400,
  /** Statements that an isolate's look for changes takes, once a second. */
  snapshot_statements: 3,
  gather_s: 0.02,
  /** Unposted auctions that an isolate lists in D1, a second (worker/gateway/listing.ts). */
  listed_per_isolate: 0.25,
} as const;

/** The market that is reckoned with. Guesses, to be replaced by one's own. */
export const MARKET = {
  buyers: 50,
  /** Share of pings that are posted (and sold, which is the dearest), and of posts that wait for the queue. */
  posted: 0.1,
  pending: 0.2,
  /** Share of the sales that the largest buyer takes. */
  largest: 0.3,
  /** Pings a second that one isolate works on. */
  pings_per_isolate: 50,
  /** How much smaller columns of an archive are than the same rows as JSON. */
  archive_ratio: 8,
} as const;

export const MONTH_S = 30 * 86_400;
