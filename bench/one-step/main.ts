import { parseArgs } from "node:util";
import { MOST_PEOPLE } from "../../test/kills/people.ts";
import { type Contest, contest } from "../pings/field.ts";
import { type Drive, drive } from "../pings/measure.ts";
import type { LoadResult, Sent } from "../pings/plan.ts";
import { campaignOf, FACTS } from "../pings/records.ts";
import { about, writeResult } from "../shared/results.ts";
import { median, quantile } from "../shared/stats.ts";

/**
 * A lead to its sale: the post of a pinged lead, and the lead in one step, beside the ping alone; buyers prepaid, capped, and answering at
 * once, so that what is measured is the gateway's own. `npm run bench:one-step [-- --buyers 10 --minutes 1]`.
 */
const { values } = parseArgs({
  options: {
    buyers: { type: "string", default: "10" },
    minutes: { type: "string", default: "1" },
    rounds: { type: "string", default: "20" },
    /** Requests of a turn with several at once, and of one with one at a time. */
    count: { type: "string", default: "100" },
    alone: { type: "string", default: "40" },
    warm: { type: "string", default: "400" },
    out: { type: "string" },
  },
});
const run = about("npm run bench:one-step --");
const n = Number(values.buyers);
/** At once where processor time is measured. */
const AT_ONCE = 4;
/** Looks of 50 ms at a process that stands still: the ledger gets a sale's rows a second or two later. */
const QUIET_LOOKS = 30;

const CONSENT = { consent_text: "I agree to be called about my quote.", consent_at: new Date().toISOString() };
const PERSONAL = {
  ...{ first_name: "Sam", last_name: "Doe", phone: "{{phone}}", email: "{{mark}}@example.com", address: "1 Main St" },
  ...{ dob: "1986-04-17", ...CONSENT },
};
const WHAT = ["ping", "post", "lead"] as const;
type What = (typeof WHAT)[number];

interface Turn {
  cpu_ms: number;
  user_ms: number;
  good_per_s: number;
}
interface Found {
  turns: Turn[];
  /** One at a time: from the request to its answer, ms. */
  took: number[];
  odd: Record<string, number>;
}

const found: Record<What, Found> = { ping: nothing(), post: nothing(), lead: nothing() };
let people = 0;

await contest([n], measureAll, { prepaid: true });
for (const what of WHAT) print(what);
writeResult(
  "one-step",
  { about: { ...run, buyers: n, at_once: AT_ONCE }, ...Object.fromEntries(WHAT.map((what) => [what, summary(what)])) },
  values.out,
);

async function measureAll(all: Contest): Promise<void> {
  for (const what of WHAT) await turn(all, what, Number(values.warm), 8, 2);
  const until = performance.now() + Number(values.minutes) * 60_000;
  for (let round = 0; round < Number(values.rounds) && (round < 3 || performance.now() < until); round++)
    for (const what of round % 2 === 0 ? WHAT : WHAT.toReversed()) {
      const { result, cpu } = await turn(all, what, Number(values.count), AT_ONCE, QUIET_LOOKS);
      const good = result.accepted;
      const cpu_ms = cpu.all / good;
      const user_ms = (cpu_ms * cpu.user) / (cpu.user + cpu.system);
      found[what].turns.push({ cpu_ms, user_ms, good_per_s: (good / result.ms) * 1_000 });
      count(found[what], result);
      const alone = await turn(all, what, Number(values.alone), 1, 2);
      found[what].took.push(...alone.result.answers.filter(({ good: ok }) => ok).map(({ at, due }) => at - due));
      count(found[what], alone.result);
    }
}

/** Posts are of pings that were made right before, uncounted. */
async function turn({ field, gateway }: Contest, what: What, requests: number, at_once: number, looks: number) {
  const by: Drive = {
    count: requests,
    at_once,
    people: Array.from({ length: requests }, () => ({ number: people++ % MOST_PEOPLE })),
  };
  if (what !== "post") return drive(field, sender(gateway, what), n, by, looks);
  const pings = await drive(field, sender(gateway, "ping"), n, { ...by, keep: '"ping_id":"(\\w+)"' }, 4);
  const values = pings.result.answers.flatMap(({ kept, good }) => (good && kept !== undefined ? [kept] : []));
  const posts = values.map((value) => ({ value, number: people++ % MOST_PEOPLE }));
  return drive(field, sender(gateway, "post"), n, { count: posts.length, at_once, people: posts }, looks);
}

function sender({ url, key, pid }: Contest["gateway"], what: What) {
  const lead = { ...FACTS, mark: "{{mark}}" };
  const bodies: Record<What, { path: string; body: object }> = {
    ping: { path: "/v1/pings", body: { campaign: campaignOf(n), lead } },
    post: { path: "/v1/posts", body: { ping_id: "{{value}}", lead: PERSONAL } },
    lead: { path: "/v1/leads", body: { campaign: campaignOf(n), lead: { ...lead, ...PERSONAL } } },
  };
  const { path, body } = bodies[what];
  const headers = { authorization: `Bearer ${key}` };
  const sent: Sent = { url: `${url}${path}`, headers, body: JSON.stringify(body), good: '"result":"accepted"' };
  return { pid, load: () => sent };
}

function count(of: Found, { odd }: LoadResult): void {
  for (const [kind, times] of Object.entries(odd)) of.odd[kind] = (of.odd[kind] ?? 0) + times;
}

function nothing(): Found {
  return { turns: [], took: [], odd: {} };
}

function summary(what: What) {
  const { turns, took, odd } = found[what];
  const pings = found.ping.turns;
  return {
    cpu_ms: median(turns.map((t) => t.cpu_ms)),
    user_ms: median(turns.map((t) => t.user_ms)),
    good_per_s: median(turns.map((t) => t.good_per_s)),
    /** Of the rounds' ratios the median. */
    beside_ping: median(turns.map((t, i) => t.cpu_ms / (pings[i]?.cpu_ms ?? Number.NaN))),
    alone_ms: { p50: median(took), p99: took.length >= 200 ? quantile(took, 0.99) : null, of: took.length },
    ...{ rounds: turns.length, odd },
  };
}

function print(what: What): void {
  const s = summary(what);
  console.log(
    `${what.padEnd(5)} ${s.cpu_ms.toFixed(2)} ms of processor time (user ${s.user_ms.toFixed(2)}), ${s.beside_ping.toFixed(2)} pings; alone p50 ${s.alone_ms.p50.toFixed(1)} ms, p99 ${s.alone_ms.p99?.toFixed(1) ?? "-"} ms of ${s.alone_ms.of}; ${s.good_per_s.toFixed(0)}/s with ${AT_ONCE} at once, ${s.rounds} rounds${Object.keys(s.odd).length > 0 ? `  BAD ${JSON.stringify(s.odd)}` : ""}`,
  );
}
