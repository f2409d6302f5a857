import type { DialectConfig } from "../../../schema/config/dialect.ts";
import { PING_MAX_BYTES, POST_MAX_BYTES } from "../http-call.ts";
import type { Scenario } from "./input.ts";
import { words } from "./ping-checks.ts";
import { fail, pass, percentiles, skipped, type Verdict } from "./report.ts";
import type { Trial } from "./trial.ts";

/** Outcomes that the dialect can say, but for troubles. */
function sayable({ ping, post }: DialectConfig): Set<string> {
  const rules = [...(ping?.answer.rules ?? []), ...post.answer.rules];
  const all = rules.map((rule) => ("outcome" in rule ? rule.outcome : Object.keys(rule)[0]));
  return new Set(all.filter((outcome): outcome is string => outcome !== undefined && WANTED.has(outcome)));
}
const WANTED = new Set(["bid", "no_bid", "accepted", "rejected", "duplicate"]);

/** Plays the scenarios; then: was every outcome of the dialect seen? */
export async function outcomes(trial: Trial): Promise<Verdict> {
  const wrong: string[] = [];
  for (const scenario of trial.input.scenarios) {
    if (!trial.has(2)) break;
    const { outcome } = scenario;
    const got = await play(trial, scenario);
    if (got !== outcome) wrong.push(`${outcome} came as ${got}`);
  }
  if (wrong.length > 0)
    return fail(wrong.join("; "), "Answer the agreed test values with their outcome, or mend the dialect's rules.");
  const all = sayable(trial.input.endpoint.dialect);
  const unseen = [...all].filter((outcome) => !trial.outcomes.has(outcome));
  const seen = `seen: ${[...all].filter((outcome) => trial.outcomes.has(outcome)).join(", ") || "none"}`;
  if (unseen.length === 0) return pass(seen);
  return skipped(
    `${seen}; not seen: ${unseen.join(", ")}`,
    "Give values that bring them, as the buyer's test system has them: a scenario like no_bid=zip:99999.",
  );
}

async function play(trial: Trial, { outcome, lead: values, without = [] }: Scenario): Promise<string> {
  const { lead, order } = trial.next((sample) =>
    Object.fromEntries(Object.entries({ ...sample, ...values }).filter(([name]) => !without.includes(name))),
  );
  if (outcome === "bid" || outcome === "no_bid") {
    const reading = await trial.ping(lead);
    return reading.outcome;
  }
  const bid = trial.hasPing ? ((await trial.ping(lead)).bid ?? null) : { carried: {}, price: null };
  trial.bids.pop();
  // A test system may refuse by values that it sees in the ping already.
  const sold = bid ? { carried: bid.carried, price: bid.price } : { carried: {}, price: null };
  return (await trial.post(lead, order, sold)).outcome;
}

export function postSpeed(trial: Trial): Verdict {
  const times = percentiles(trial.post_ms);
  if (!times) return skipped("no post was answered");
  const { post_timeout_ms } = trial.input;
  const found = `p50 ${times.p50} ms, p95 ${times.p95} ms of ${times.n} posts; timeout ${post_timeout_ms} ms`;
  const half = post_timeout_ms / 2;
  return times.p95 <= half
    ? pass(found)
    : fail(found, "A consumer waits for this answer: stay below half of the timeout, do slow work afterwards.");
}

export function retryAfter({ seen }: Trial): Verdict {
  const busy = seen.filter(({ status }) => status === 429 || status === 503);
  if (busy.length === 0) return skipped("it never said that it was busy");
  const silent = busy.filter((one) => one.retry_after === null).length;
  if (silent === 0) return pass(`${busy.length} answers with 429 or 503, all with Retry-After`);
  return fail(
    `${silent} answers with 429 or 503 have no Retry-After`,
    "Say when to come again: Retry-After in seconds.",
  );
}

export function answerSize({ seen }: Trial): Verdict {
  const largest = (phase: "ping" | "post") =>
    Math.max(0, ...seen.filter((one) => one.phase === phase).map(({ bytes }) => bytes));
  const [ping, post] = [largest("ping"), largest("post")];
  const found = `largest: ping ${ping} bytes, post ${post} bytes`;
  if (ping <= PING_MAX_BYTES && post <= POST_MAX_BYTES) return pass(found);
  return fail(
    found,
    `At most ${PING_MAX_BYTES} bytes for a ping, ${POST_MAX_BYTES} for a post; longer ones are not read.`,
  );
}

export function redirects(trial: Trial): Verdict {
  const away = trial.seen.filter(({ status }) => status >= 300 && status < 400);
  if (away.length === 0) return pass("none");
  const { post } = trial.input.endpoint.dialect;
  if (/\$location|\$status/.test(JSON.stringify(post.answer))) return pass(`${away.length}, which the dialect reads`);
  return fail(
    `${away.length} answers send us elsewhere: ${words(away.map(({ status }) => `HTTP ${status}`))}`,
    "Give the final address: redirects are not followed, personal data goes nowhere else.",
  );
}

const TYPES: Record<string, RegExp> = { json: /json/i, xml: /xml/i, html: /html/i };

export function contentType(trial: Trial): Verdict {
  const { format } = trial.input.endpoint.dialect.post.answer;
  const wanted = typeof format === "string" ? TYPES[format] : undefined;
  const good = trial.seen.filter(({ phase, status }) => phase === "post" && status >= 200 && status < 300);
  if (!wanted || good.length === 0) return skipped("any will do for this format");
  const other = good.filter(({ content_type }) => !wanted.test(content_type));
  if (other.length === 0) return pass(`all say ${String(format)}`);
  return fail(
    `${other.length} of ${good.length} say ${words(other.map(({ content_type }) => content_type || "nothing"))}`,
    `Say what it is: Content-Type with ${String(format)}. The gateway reads it all the same.`,
  );
}
