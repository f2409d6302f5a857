import * as z from "zod";

/** Opens by failures in a row, or by the share of failed or slow calls among at least `min_calls` within `window_s`. */
export const breakerSettingsSchema = z.strictObject({
  failures: z.int().min(2).max(1_000).default(10),
  within_s: z.int().min(10).max(3_600).default(300),
  /** Percent of failed calls; 100 switches it off. */
  failure_rate: z.int().min(1).max(100).default(50),
  /** Calls slower than this many ms count as slow; absent: none does. */
  slow_ms: z.int().min(10).max(25_000).optional(),
  /** Percent of slow calls; 100 switches it off. */
  slow_rate: z.int().min(1).max(100).default(80),
  window_s: z.int().min(10).max(600).default(60),
  min_calls: z.int().min(5).max(10_000).default(20),
  pause_s: z.int().min(1).max(3_600).default(30),
  max_pause_s: z.int().min(1).max(86_400).default(600),
});

export type BreakerSettings = z.output<typeof breakerSettingsSchema>;
