import type { Synthetic } from "../../schema/config/alerting.ts";
import type { SyntheticRun } from "../../schema/rpc/alerts.ts";

/** What one synthetic lead came to. `result`: the last answer's, or what was in its way. */
export interface Ran {
  at: number;
  ok: boolean;
  result: string;
  ms: number;
}

/** At once; the others wait for the next look. */
const MOST_RUNS = 5;

export function dueRuns(
  records: readonly Synthetic[],
  runs: Readonly<Record<string, SyntheticRun>>,
  now: number,
): Synthetic[] {
  const since = ({ id }: Synthetic): number => runs[id]?.at ?? 0;
  return records
    .filter((record) => record.status === "active" && now - since(record) >= record.every_min * 60_000)
    .sort((a, b) => since(a) - since(b))
    .slice(0, MOST_RUNS);
}

/** The runs with these results; those of records that are gone are forgotten. */
export function afterRun(
  runs: Readonly<Record<string, SyntheticRun>>,
  records: readonly Pick<Synthetic, "id">[],
  ran: Readonly<Record<string, Ran>>,
): Record<string, SyntheticRun> {
  return Object.fromEntries(
    records.flatMap(({ id }): [string, SyntheticRun][] => {
      const [known, now] = [runs[id], ran[id]];
      if (!now) return known ? [[id, known]] : [];
      if (now.ok) return [[id, { ...now, failed_in_row: 0, failed_since: null }]];
      const failed_in_row = (known?.failed_in_row ?? 0) + 1;
      return [[id, { ...now, failed_in_row, failed_since: known?.failed_since ?? now.at }]];
    }),
  );
}
