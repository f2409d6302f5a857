import { answerSize, contentType, outcomes, postSpeed, redirects, retryAfter } from "./after-checks.ts";
import type { TrialInput } from "./input.ts";
import { concurrent, pings, testMark } from "./ping-checks.ts";
import { posts } from "./post-checks.ts";
import { badInput, credentials, values } from "./refusal-checks.ts";
import { CHECKS, type CheckName, type ConformanceReport, percentiles, skipped, type Verdict } from "./report.ts";
import { Trial } from "./trial.ts";

export type { TrialInput } from "./input.ts";
export * from "./report.ts";

/** What only the caller can see: the connection itself, a token fetched anew. */
export type Outside = Partial<Record<"tls" | "keep_alive" | "token_refresh", (trial: Trial) => Promise<Verdict>>>;

/** Checks that the gateway does not rely on. */
const ADVICE: ReadonlySet<CheckName> = new Set([
  "known_consumer",
  "test_mark",
  "post_speed",
  "content_type",
  "keep_alive",
  "outcomes",
]);
const NOT_HERE = skipped("cannot be seen from here");

/**
 * Tries a buyer's endpoint with made-up test leads: speed, readable answers, repeats, signatures, bad input, odd values. Sends at most
 * `most_requests`; what there is no room for is skipped. Never throws for what a buyer answers.
 */
export async function checkBuyer(input: TrialInput, outside: Outside = {}): Promise<ConformanceReport> {
  const trial = new Trial(input);
  const found: Partial<Record<CheckName, Verdict>> = {
    ...(await pings(trial)),
    test_mark: testMark(trial),
    ...(await posts(trial)),
    ...(await credentials(trial)),
    ...(await values(trial)),
    ...(await badInput(trial)),
    token_refresh: await outside.token_refresh?.(trial),
    outcomes: await outcomes(trial),
    concurrent: await concurrent(trial),
    keep_alive: await outside.keep_alive?.(trial),
    tls: await outside.tls?.(trial),
    post_speed: postSpeed(trial),
    retry_after: retryAfter(trial),
    answer_size: answerSize(trial),
    redirects: redirects(trial),
    content_type: contentType(trial),
  };
  const checks = CHECKS.map((check) => ({ check, needed: !ADVICE.has(check), ...(found[check] ?? NOT_HERE) }));
  return {
    ok: checks.every(({ state, needed }) => state !== "fail" || !needed),
    requests: trial.requests,
    checks,
    timings: { ping: percentiles(trial.ping_ms), post: percentiles(trial.post_ms) },
  };
}
