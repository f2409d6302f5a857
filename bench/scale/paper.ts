import { dialersFor } from "../emulated/pool-rule.ts";
import { GATEWAY, MARKET, MONTH_S, PLATFORM } from "./platform.ts";
import type { Sizes } from "./sizes.ts";

/** Everything that grows with pings a second, for the market of {@link MARKET}. Rates are a second, bytes a month. */
export interface Paper {
  pings_per_s: number;
  regions: number;
  isolates: number;
  /** In each region. */
  dialers: number;
  /** Calls of books with a write. */
  book_writes: number;
  books_by_writes: number;
  /** By what they store: all for seven days; those that nobody posted for an hour only. */
  books_by_bytes: number;
  books_by_bytes_short: number;
  /** Calls of the largest buyer's object: sales, and each isolate's health report. */
  sales_calls: number;
  health_calls: number;
  account_shards: number;
  queue_messages: number;
  queues: number;
  snapshot_statements: number;
  /** Ledger as it is (unposted auctions up to a rate), with posted auctions alone, with none at all. */
  d1_listed: number;
  d1_posted: number;
  d1_leads: number;
  archive: number;
}

export function paper(pings_per_s: number, regions: number, sizes: Sizes): Paper {
  const { buyers, posted, pending, largest, pings_per_isolate, archive_ratio } = MARKET;
  const isolates = Math.max(regions, pings_per_s / pings_per_isolate);
  const posts = pings_per_s * posted;
  const book_writes = batches(pings_per_s, isolates) + posts * sizes.book_calls;
  const kept_all = pings_per_s * GATEWAY.keep_s * sizes.book_auction;
  const kept_short = (pings_per_s * 3_600 + posts * GATEWAY.keep_s) * sizes.book_auction;
  const sales_calls = posts * largest * sizes.account_calls;
  const health_calls = isolates;
  const queue_messages = posts * pending;
  return {
    ...{ pings_per_s, regions, isolates: Math.ceil(isolates), book_writes, sales_calls, health_calls, queue_messages },
    dialers: dialersFor(dialerLoad(pings_per_s / regions, buyers), 0.005),
    books_by_writes: Math.ceil(book_writes / PLATFORM.object_writes_per_s),
    books_by_bytes: Math.ceil(kept_all / PLATFORM.object_bytes),
    books_by_bytes_short: Math.ceil(kept_short / PLATFORM.object_bytes),
    account_shards: Math.ceil((sales_calls + health_calls) / PLATFORM.object_writes_per_s),
    queues: Math.ceil(queue_messages / PLATFORM.queue_messages_per_s),
    snapshot_statements: isolates * GATEWAY.snapshot_statements,
    d1_listed: MONTH_S * ((posts + listed(pings_per_s, isolates)) * sizes.ledger_auction + posts * sizes.ledger_lead),
    d1_posted: MONTH_S * posts * (sizes.ledger_auction + sizes.ledger_lead),
    d1_leads: MONTH_S * posts * sizes.ledger_lead,
    archive: (MONTH_S * pings_per_s * sizes.ledger_auction) / archive_ratio,
  };
}

/** Batches of auctions a second: an isolate gathers for 20 ms after a ping's end, then waits for the next one. */
const batches = (pings_per_s: number, isolates: number): number =>
  isolates / (GATEWAY.gather_s + isolates / pings_per_s);

/** Unposted auctions that get a row in D1, a second. */
const listed = (pings_per_s: number, isolates: number): number =>
  Math.min(pings_per_s * (1 - MARKET.posted), isolates * GATEWAY.listed_per_isolate);

const dialerLoad = (pings_per_s: number, buyers: number) => ({
  ...{ pings_per_s, buyers, own: 6, group_size: 6, redials: 3, hold_ms: 73 },
});

/** What gives out first as it is today, in one region: the pings a second at which each part does. */
export function breaking(sizes: Sizes): { part: string; at: number }[] {
  const { posted, largest, pending, pings_per_isolate, buyers } = MARKET;
  const { book_shards, keep_s, dialers, most_dialers, snapshot_statements } = GATEWAY;
  const lead = posted * sizes.ledger_lead;
  const per = (limit: number, a_ping: number) => limit / a_ping;
  const most = (holds: (rate: number) => boolean) => largestRate(holds);
  const rows = [
    {
      part: "D1 holds a month, as it is",
      at: most((rate) => paper(rate, 1, sizes).d1_listed <= PLATFORM.d1_bytes),
    },
    {
      part: "D1 holds a month, posted auctions only",
      at: per(PLATFORM.d1_bytes / MONTH_S, posted * sizes.ledger_auction + lead),
    },
    {
      part: `${book_shards} books hold seven days`,
      at: (book_shards * PLATFORM.object_bytes) / keep_s / sizes.book_auction,
    },
    { part: `${dialers} dialers`, at: most((rate) => dialersFor(dialerLoad(rate, buyers), 0.005) <= dialers) },
    {
      part: `${most_dialers} dialers, the most that may be set`,
      at: most((rate) => dialersFor(dialerLoad(rate, buyers), 0.005) <= most_dialers),
    },
    {
      part: "the largest buyer's object",
      at: per(PLATFORM.object_writes_per_s, 1 / pings_per_isolate + posted * largest * sizes.account_calls),
    },
    {
      part: `${book_shards} books take the writes`,
      at: most((rate) => paper(rate, 1, sizes).book_writes <= book_shards * PLATFORM.object_writes_per_s),
    },
    {
      part: "D1 answers every isolate's look for changes",
      at: (PLATFORM.d1_statements_per_s / snapshot_statements) * pings_per_isolate,
    },
    { part: "one queue", at: per(PLATFORM.queue_messages_per_s, posted * pending) },
  ];
  return rows.sort((a, b) => a.at - b.at);
}

/** By bisection, to 0.1 %. */
function largestRate(holds: (rate: number) => boolean): number {
  let [low, high] = [0.01, 1e7];
  while (high / low > 1.001) {
    const middle = Math.sqrt(low * high);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
