import { say } from "../../demo/output.ts";
import { CHECKS, type Findings, type Seen } from "./audit.ts";
import type { Kill } from "./killer.ts";

/** A crash is repaired within two minutes of the restart, by the gateway alone. */
const REPAIR_MS = 120_000;

export interface Result {
  seed: number;
  kills: number;
  seconds: number;
  in_flight: { least: number; median: number; most: number };
  restart_ms: { median: number; most: number };
  leads: Record<string, number>;
  answers: Record<string, number>;
  buyers: Record<string, number>;
  review: Record<string, number>;
  repair: { leads: number; median_s: number; most_s: number; within_s: number };
  must_be_zero: Record<string, number>;
  ok: boolean;
}

export const countBy = <T>(items: Iterable<T>, key: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
};

/** Ms from the restart after a lead's last kill to its end, for every lead that was open at a kill. */
export function repairs(seen: Seen, kills: Kill[]): { lead_id: string; ms: number }[] {
  return seen.ledger.leads.flatMap(({ lead_id, created_at, closed_at }) => {
    const [began, ended] = [Date.parse(created_at), closed_at === null ? Date.now() : Date.parse(closed_at)];
    const last = kills.findLast(({ at }) => began < at && at < ended);
    return last ? [{ lead_id, ms: Math.max(0, ended - last.ready_at) }] : [];
  });
}

export function resultOf(run: { seed: number; seconds: number }, kills: Kill[], seen: Seen, found: Findings): Result {
  const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);
  const flights = sorted(kills.map(({ in_flight }) => in_flight));
  const restarts = sorted(kills.map(({ restart_ms }) => restart_ms));
  const repaired = sorted(repairs(seen, kills).map(({ ms }) => ms));
  const middle = (numbers: number[]) => numbers[Math.floor(numbers.length / 2)] ?? 0;
  const must_be_zero = Object.fromEntries(Object.entries(found).map(([name, list]) => [name, list.length]));
  const { leads } = seen.ledger;
  const most_s = Math.round((repaired.at(-1) ?? 0) / 100) / 10;
  const known = new Set(seen.errands.flatMap(({ told }) => told.map(({ lead_id }) => lead_id)));
  return {
    ...{ ...run, kills: kills.length },
    in_flight: { least: flights[0] ?? 0, median: middle(flights), most: flights.at(-1) ?? 0 },
    restart_ms: { median: Math.round(middle(restarts)), most: Math.round(restarts.at(-1) ?? 0) },
    leads: {
      ...{
        accepted_for_work: new Set([...known, ...leads.map((lead) => lead.lead_id)].filter((id) => id !== null)).size,
      },
      ...{ hit_by_a_kill: repaired.length, ...countBy(leads, ({ state }) => state) },
      ...{ recovered: leads.filter(({ recovered }) => recovered).length },
    },
    answers: countBy(seen.errands, ({ told, gave_up }) => told.at(-1)?.result ?? gave_up ?? "none"),
    buyers: countBy(seen.book.all(), ({ kept, verdict }) => (kept ? "kept" : (verdict ?? "undecided"))),
    review: countBy(
      leads.filter(({ state }) => state === "review"),
      ({ rest_why, code }) => rest_why ?? code ?? "?",
    ),
    repair: {
      leads: repaired.length,
      median_s: Math.round(middle(repaired) / 100) / 10,
      most_s,
      within_s: REPAIR_MS / 1_000,
    },
    must_be_zero,
    ok: Object.values(must_be_zero).every((count) => count === 0) && most_s * 1_000 <= REPAIR_MS,
  };
}

export function print(result: Result, found: Findings): void {
  const row = (name: string, value: unknown) => say(`  ${name.padEnd(50)} ${String(value).padStart(8)}`);
  const rows = (title: string, counts: Record<string, number>) => {
    say(title);
    for (const [name, count] of Object.entries(counts)) row(name.replaceAll("_", " "), count);
  };
  say(`\n${result.kills} kills in ${result.seconds} s, seed ${result.seed}`);
  row("posts in flight at a kill: least", result.in_flight.least);
  row("posts in flight at a kill: median", result.in_flight.median);
  row("restart, median ms", result.restart_ms.median);
  rows("Leads", result.leads);
  rows("Last answers to publishers", result.answers);
  rows("What buyers have", result.buyers);
  rows("In review, by reason", result.review);
  say("From a restart to the end of a lead that the kill hit");
  row("median, s", result.repair.median_s);
  row(`longest, s (at most ${result.repair.within_s})`, result.repair.most_s);
  say("Must be zero");
  for (const [name, words] of Object.entries(CHECKS)) row(words, result.must_be_zero[name]);
  for (const list of Object.values(found)) for (const sentence of list.slice(0, 8)) say(`  !  ${sentence}`);
  say(result.ok ? "\nNothing lost, nothing sold twice." : "\nFAILED");
}
