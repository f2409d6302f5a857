/** One list price of the Workers Paid plan, in dollars, beyond what the plan includes. */
export interface Price {
  /** Dollars for `per` units. */
  dollars: number;
  per: number;
  unit: string;
  source: string;
}

const M = 1_000_000;
const price = (dollars: number, unit: string, source: string): Price => ({ dollars, per: M, unit, source });
const OBJECTS = "https://developers.cloudflare.com/durable-objects/platform/pricing";
const WORKERS = "https://developers.cloudflare.com/workers/platform/pricing";

/**
 * List prices, read in November 2026. The plan's five dollars a month and what they include (10 million requests, 30 million ms, 50 million
 * rows written each of D1 and objects, a million object requests, 400,000 GB-s …) are left out: a bill that grows pays the price.
 */
export const PRICES_READ = "2026-11-28";
export const PRICES = {
  request: price(0.3, "requests", WORKERS),
  cpu_ms: price(0.02, "ms of CPU time", WORKERS),
  object_call: price(0.15, "object requests (calls and alarms)", OBJECTS),
  gb_s: price(12.5, "GB-s of an active object (128 MB)", OBJECTS),
  /** A `setAlarm` is a row; a row of each index that is touched is one more; a deleted row is one too. */
  object_written: price(1, "rows written in objects", OBJECTS),
  object_read: price(0.001, "rows read in objects", OBJECTS),
  d1_written: price(1, "rows written in D1", "https://developers.cloudflare.com/d1/platform/pricing"),
  d1_read: price(0.001, "rows read in D1", "https://developers.cloudflare.com/d1/platform/pricing"),
  queue: price(
    0.4,
    "queue operations (write, read, delete)",
    "https://developers.cloudflare.com/queues/platform/pricing",
  ),
  log: price(0.6, "log events", "https://developers.cloudflare.com/workers/observability/logs/workers-logs"),
  point: price(0.25, "data points", "https://developers.cloudflare.com/analytics/analytics-engine/pricing"),
} as const satisfies Record<string, Price>;
export type Priced = keyof typeof PRICES;
