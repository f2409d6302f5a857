import type { PingReading } from "../read-ping.ts";
import { fail, pass, percentiles, skipped, type Verdict } from "./report.ts";
import type { Trial } from "./trial.ts";

const NO_PING = "the dialect has no ping";

/** The speed's pings are the first that are sent: their bids are used by the posts that follow. */
export async function pings(trial: Trial): Promise<{ ping_speed: Verdict; ping_readable: Verdict }> {
  if (!trial.hasPing) return { ping_speed: skipped(NO_PING), ping_readable: skipped(NO_PING) };
  const readings: PingReading[] = [];
  for (let n = 0; n < trial.input.pings && trial.has(1); n++) readings.push(await trial.ping(trial.next().lead));
  return { ping_speed: speed(trial, readings), ping_readable: readable(readings) };
}

function speed(trial: Trial, readings: PingReading[]): Verdict {
  const { ping_timeout_ms } = trial.input;
  const slow = readings.filter(({ outcome }) => outcome === "timeout" || outcome === "late").length;
  const times = percentiles(trial.ping_ms);
  const text = times
    ? `p50 ${times.p50} ms, p95 ${times.p95} ms, p99 ${times.p99} ms of ${times.n} pings`
    : "no answer";
  const found = `${text}; ${slow} of ${readings.length} not within ${ping_timeout_ms} ms`;
  const todo = "Answer within the timeout, from close to the gateway and from memory; or agree on a longer timeout.";
  return slow === 0 && times ? pass(found) : fail(found, todo);
}

function readable(readings: PingReading[]): Verdict {
  const good = readings.filter(({ outcome }) => outcome === "bid" || outcome === "no_bid");
  const bad = readings.filter(({ outcome }) => outcome === "error" || outcome === "not_attempted");
  const answered = good.length + bad.length;
  if (answered === 0) return skipped("no ping was answered in time");
  if (bad.length === 0) return pass(`${good.length} answers read: ${words(good.map(({ outcome }) => outcome))}`);
  const what = words(
    bad.map(({ error, http_status }) => `${error ?? "error"}${http_status ? ` (HTTP ${http_status})` : ""}`),
  );
  return fail(
    `${bad.length} of ${answered} answers cannot be read: ${what}`,
    "Answer as the dialect's rules say, or mend the rules: `npm run dialect -- try` shows how each one read the answer.",
  );
}

/** Several at once, as an auction under load brings them. */
export async function concurrent(trial: Trial): Promise<Verdict> {
  if (!trial.hasPing) return skipped(NO_PING);
  const { at_once } = trial.input;
  if (!trial.has(at_once)) return skipped("no requests left");
  const people = Array.from({ length: at_once }, () => trial.next().lead);
  const readings = await Promise.all(people.map((lead) => trial.ping(lead)));
  const bad = readings.filter(({ outcome }) => outcome !== "bid" && outcome !== "no_bid");
  if (bad.length === 0) return pass(`${at_once} pings at once, all answered in time`);
  return fail(
    `of ${at_once} pings at once ${bad.length} had no good answer: ${words(bad.map(({ outcome, error }) => error ?? outcome))}`,
    "Serve requests side by side: an auction asks for many consumers at the same time.",
  );
}

/** A test must be told from a sale by what is sent. */
export function testMark(trial: Trial): Verdict {
  const { lead, order } = trial.next();
  const { secrets } = trial.input;
  const bid = { carried: {}, price: null };
  const [test, live] = [true, false].map((mark) => {
    const built = trial.dialect.buildPost({
      ...trial.postFacts(lead, order, bid, secrets, mark),
      nonce: "0".repeat(32),
    });
    return built.ok ? JSON.stringify([built.request.url, built.request.headers, built.request.body]) : "";
  });
  if (test !== live) return pass("a test lead's post differs from a real one's");
  return fail(
    "a test lead's post looks like any other",
    "Agree on a mark (a member, a header, an address) and put it into the dialect's `test` or by {{gateway.test}}.",
  );
}

/** `3 bid, 1 no_bid`. */
export function words(all: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
  return [...counts].map(([word, n]) => `${n} ${word}`).join(", ");
}
