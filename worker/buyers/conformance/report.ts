/** One check of a buyer's endpoint. `needed`: the gateway relies on it; the others are advice. */
export interface CheckResult {
  check: CheckName;
  state: "pass" | "fail" | "skipped";
  needed: boolean;
  /** What was seen. No credential, no value of a lead. */
  found: string;
  /** What to do about it; with `fail`, and where something was left out. */
  todo?: string;
}

export const CHECKS = [
  "ping_speed",
  "ping_readable",
  "concurrent",
  "test_mark",
  "sample_accepted",
  "repeat_same_key",
  "known_consumer",
  "status_call",
  "wrong_credential",
  "wrong_signature",
  "broken_body",
  "missing_fields",
  "special_characters",
  "long_values",
  "outcomes",
  "post_speed",
  "retry_after",
  "answer_size",
  "redirects",
  "content_type",
  "token_refresh",
  "keep_alive",
  "tls",
] as const;
export type CheckName = (typeof CHECKS)[number];

export interface ConformanceReport {
  /** Nothing that is needed failed. */
  ok: boolean;
  /** Requests that were sent. */
  requests: number;
  checks: CheckResult[];
  /** Ms. */
  timings: { ping: Percentiles | null; post: Percentiles | null };
}

export interface Percentiles {
  n: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

type Said = Omit<CheckResult, "check" | "needed" | "state">;
export type Verdict = Omit<CheckResult, "check" | "needed">;

export const pass = (found: string): Verdict => ({ state: "pass", found });
export const fail = (found: string, todo: string): Verdict => ({ state: "fail", found, todo });
export const skipped = (found: string, todo?: string): Verdict => ({
  state: "skipped",
  ...({ found, ...(todo === undefined ? {} : { todo }) } satisfies Said),
});

/** By the nearest rank; null of nothing. */
export function percentiles(ms: readonly number[]): Percentiles | null {
  const sorted = [...ms].sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return sorted.length === 0 ? null : { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
