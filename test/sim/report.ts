import type { Options } from "./options.ts";
import type { Counts, Summary } from "./run.ts";

/**
 * Leads of a run from which on every kind of fault must have happened: 100 worlds. Some kinds come only in one world of ten, so that a run
 * of twenty may well lack one, and says so.
 */
const ENOUGH = 20_000;
/** Every fault that a world knows: one that never happens proves nothing. */
const FAULTS =
  "worker_dies worker_stalls isolate_new clock_skew call_refused call_reply_lost call_slow object_evicted object_away alarm_late alarm_twice queue_lost queue_twice queue_late queue_away d1_error d1_reply_lost d1_hangs d1_away".split(
    " ",
  );
const CONDUCTS =
  "accepts accepts_above accepts_below rejects duplicate throttled busy_503 error_500 stores_then_502 stores_then_drops drops hangs stores_then_hangs stores_answers_late rejects_late half_answer stores_half_answer unreadable stores_unreadable by_hand bad_time shaky knows_it had_before".split(
    " ",
  );
/** What comes after the first answers: a kind that never happens proves nothing either. */
const AFTERMATH =
  "report_accepted report_rejected report_twice report_contradicts report_failed failed_twice return_by_hand repair resumed_by_repair report_beside_operator queue_beside_operator operator_same operator_others operator_others_risk operator_contract operator_contract_risk operator_unsold operator_sold overflow refunded resold moved".split(
    " ",
  );

/** Prints the run; true when nothing was broken and every kind of fault happened. */
export function printSummary(options: Options, summary: Summary): boolean {
  const { leads, seconds, ends, aftermath, violations } = summary;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  for (const violation of violations.slice(0, options.world === null ? 3 : 20)) {
    say(
      `\nBROKEN seed ${violation.seed} world ${violation.world} lead ${violation.n ?? "-"} at ${Math.round(violation.at)}: ${violation.sentence}`,
    );
    for (const line of violation.story) say(`  ${line}`);
    say(`  again: npm run sim -- --seed ${violation.seed} --size ${options.size} --world ${violation.world}`);
  }
  say(table("leads by end", ends));
  say(table("what buyers did with posts", summary.conducts));
  say(table("what publishers did", summary.publishers));
  say(table("faults injected", summary.faults));
  say(table("what came after", aftermath));
  const share = (count: number) => `${((100 * count) / Math.max(1, leads)).toFixed(3)} %`;
  const { avoidable } = summary;
  const places = avoidable.slice(0, 10).map(({ world, n }) => `world ${world} lead ${n}`);
  say(
    `review: ${share(aftermath.ever_in_review ?? 0)} came to it, ${share(avoidable.length)} of all avoidably; ${share(ends.review ?? 0)} are left in it${places.length > 0 ? ` (avoidable: ${places.join(", ")})` : ""}`,
  );
  say(
    `seed ${options.seed}: ${leads} leads in ${seconds.toFixed(1)} s, ${Math.round(leads / seconds)}/s (${Math.round(leads / summary.cpu_s)} a processor second); events ${summary.hash}; violations ${violations.length}`,
  );
  if (summary.broken) say(`A process broke: ${summary.broken}`);
  const missing = options.world === null ? missingOf(summary) : [];
  if (missing.length > 0) say(`Never happened: ${missing.join(", ")}`);
  const proves = missing.length === 0 || leads < ENOUGH;
  return violations.length === 0 && proves && summary.broken === null;
}

const missingOf = ({ faults, conducts, aftermath }: Summary): string[] => [
  ...FAULTS.filter((name) => !faults[name]),
  ...CONDUCTS.filter((name) => !conducts[name]),
  ...AFTERMATH.filter((name) => !aftermath[name]),
];

function table(title: string, counts: Counts): string {
  const rows = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return `${title}: ${rows.map(([name, count]) => `${name} ${count}`).join(" · ")}`;
}
