import type { StatusAnswer } from "../../schema/api/status.ts";
import type { AlertKind } from "../../schema/lists.ts";
import { columnsOf, TOOK } from "../../schema/rollups/buckets.ts";
import type { Incident } from "../../schema/rpc/alerts.ts";
import { percentile } from "./reports/percentile.ts";

export const DAY_MS = 86_400_000;
/** Fewer pings or leads say nothing, and would let somebody count what a party sends. */
const FEWEST = 20;
/** A watch that has not looked for so long sees nothing. */
const WATCHED_MS = 300_000;

type Told = StatusAnswer["incidents"][number];

/** What the public is told of a critical alert; of what concerns one party's money, or one lead, nothing. */
const PUBLIC: Partial<Record<AlertKind, Omit<Told, "since">>> = {
  synthetic_failed: { title: "Our own test lead did not end as it should.", affects: "selling" },
  ledger_away: { title: "The database does not answer: selling goes on from memory.", affects: "selling" },
  config_refused: { title: "A part of the configuration is left out of selling.", affects: "selling" },
  breaker_open: { title: "A buyer's system does not work: leads go to the others.", affects: "some_buyers" },
  success_low: { title: "A buyer's system fails often: leads go to the others.", affects: "some_buyers" },
  set_up_error: { title: "A buyer's system refuses our requests: leads go to the others.", affects: "some_buyers" },
  token_failed: {
    title: "A buyer's system does not know our credentials: leads go to the others.",
    affects: "some_buyers",
  },
  outbox_late: { title: "Records reach the database late; nothing is lost.", affects: "bookkeeping" },
  ledger_refused: { title: "Records could not be stored where they belong; nothing is lost.", affects: "bookkeeping" },
  differences_open: { title: "Two of our books differ; an operator compares them.", affects: "bookkeeping" },
};

/** Each kind of trouble once, since the first of them began; no names, no numbers. */
export function publicIncidents(incidents: readonly Incident[]): Told[] {
  const told = new Map<string, Told & { at: number }>();
  for (const { kind, severity, state, since } of incidents) {
    const words = severity === "critical" && state === "open" ? PUBLIC[kind] : undefined;
    if (!words) continue;
    const at = Math.min(since, told.get(words.title)?.at ?? since);
    told.set(words.title, { ...words, at, since: new Date(at).toISOString() });
  }
  return [...told.values()].sort((a, b) => a.at - b.at).map(({ at: _at, ...one }) => one);
}

/** The part of the last day in which nothing endangered selling: stretches of several incidents at once count once. */
export function availability(
  incidents: readonly Incident[],
  looked_at: number | null,
  now: number,
): NonNullable<StatusAnswer["availability"]> {
  const from = now - DAY_MS;
  const stretches = incidents
    .filter(({ kind, severity }) => severity === "critical" && PUBLIC[kind]?.affects === "selling")
    .map(({ since, resolved_at }): [number, number] => [Math.max(from, since), resolved_at ?? now])
    .sort(([a], [b]) => a - b);
  let [lost, until] = [0, from];
  for (const [begin, end] of stretches) {
    lost += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return {
    last_day_percent: Math.floor(((DAY_MS - lost) / DAY_MS) * 10_000) / 100,
    watched: looked_at !== null && now - looked_at < WATCHED_MS,
  };
}

/** Sums of a rollup's columns. */
export type Sums = Readonly<Record<string, number>>;

type Latency = NonNullable<StatusAnswer["pings"]>["last_hour"];

/** Upper ends of the histogram's buckets: what is said is never better than it was. */
export function latency(sums: Sums): Latency {
  const counts = columnsOf(TOOK).map((column) => sums[column] ?? 0);
  const few = counts.reduce((all, n) => all + n, 0) < FEWEST;
  const at = (p: number) => {
    const read = few ? null : percentile(TOOK, counts, p);
    return read === null ? null : (read.high ?? read.low);
  };
  return { p50_ms: at(50), p95_ms: at(95), p99_ms: at(99) };
}

export function decidedInTime({ leads = 0, late = 0 }: Sums): NonNullable<StatusAnswer["leads"]> {
  if (leads < FEWEST) return { decided_in_time_percent: null };
  return { decided_in_time_percent: Math.floor(((leads - late) / leads) * 1_000) / 10 };
}

export function overall(facts: {
  health: "ok" | "degraded" | "down";
  paused: boolean;
  incidents: readonly Told[];
}): StatusAnswer["status"] {
  if (facts.health === "down") return "down";
  if (facts.paused) return "paused";
  const endangered = facts.incidents.some(({ affects }) => affects === "selling");
  return facts.health === "degraded" || endangered ? "degraded" : "operational";
}
