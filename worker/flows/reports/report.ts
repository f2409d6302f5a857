import { FAMILIES, type Family, type Figure } from "../../../schema/figures.ts";
import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { readSums } from "../../ledger/report-sums.ts";
import { piecesOf, type Step, type Stretch, stretchesOf } from "./range.ts";
import { type Sums, sumsFor, tellable, wireOf } from "./values.ts";

export const GROUPS = ["publisher", "campaign", "buyer", "contract", "endpoint"] as const;
export type Group = (typeof GROUPS)[number];

export interface ReportOf {
  /** Epoch ms. */
  from: number;
  to: number;
  zone: string;
  step?: Step;
  group?: Group;
  filters: Partial<Record<Group, string>>;
  figures: readonly Figure[];
}
export interface ReportRow {
  /** Local hour, day or month; absent where there is no step. */
  time?: string;
  /** Epoch ms. */
  from: number;
  to: number;
  group?: string;
  values: Record<string, number | null>;
}
export interface Report {
  figures: Figure[];
  stretches: Stretch[];
  rows: ReportRow[];
  total: Record<string, number | null>;
}

export const MOST_ROWS = 5_000;
const column = (group: string): string => `${group}_id`;

/** Families whose rollup knows the group and each filter. */
export function familiesOf(group: Group | undefined, filters: Partial<Record<Group, string>>): Set<Family> {
  const named = Object.entries(filters).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const needed = [...(group ? [group] : []), ...named].map(column);
  const knows = (name: string) => {
    const rollup = ROLLUPS.find((r) => r.name === name);
    return needed.every((n) => rollup?.groups.includes(n));
  };
  return new Set((Object.keys(FAMILIES) as Family[]).filter((family) => knows(FAMILIES[family])));
}

/** Figures of a range, by time and group, with the total of all; null = more than {@link MOST_ROWS} rows. One call to D1. */
export async function report(db: D1Database, of: ReportOf): Promise<Report | null> {
  const families = familiesOf(of.group, of.filters);
  const figures = of.figures.filter((figure) => tellable(figure, families));
  const wanted = Object.entries(sumsFor(figures)) as [Family, Record<string, string>][];
  const stretches = stretchesOf(of, of.step, of.zone);
  const filters = Object.fromEntries(
    Object.entries(of.filters).flatMap(([name, value]) => (value === undefined ? [] : [[column(name), value]])),
  );
  const pieces = piecesOf(stretches, of.group === undefined && Object.keys(filters).length === 0);
  const groups = of.group ? [column(of.group)] : [];
  const limit = MOST_ROWS + 1;
  const found = await readSums(
    db,
    wanted.map(([family, sums]) => ({ rollup: FAMILIES[family], sums, groups, filters, pieces, limit })),
  );
  if (found.some((rows) => rows.length > MOST_ROWS)) return null;
  const cells = new Map<string, { stretch: number; group?: string; sums: Sums }>();
  const total: Sums = {};
  for (const [i, [family]] of wanted.entries())
    for (const { stretch, key, sums } of found[i] ?? []) {
      const at = `${stretch}/${key[0] ?? ""}`;
      const cell = cells.get(at) ?? { stretch, group: key[0], sums: {} };
      cells.set(at, cell);
      cell.sums[family] = sums;
      total[family] = plus(total[family], sums);
    }
  // A time in which nothing happened is a row of zeros: a chart must not draw over it.
  if (!of.group)
    for (const i of stretches.keys()) if (!cells.has(`${i}/`)) cells.set(`${i}/`, { stretch: i, sums: {} });
  return { figures, stretches, rows: rowsOf(cells, stretches, figures, of), total: valuesOf(figures, total) };
}

function rowsOf(
  cells: Map<string, { stretch: number; group?: string; sums: Sums }>,
  stretches: Stretch[],
  figures: Figure[],
  of: ReportOf,
): ReportRow[] {
  return [...cells.values()]
    .sort((a, b) => a.stretch - b.stretch || ((a.group ?? "") < (b.group ?? "") ? -1 : 1))
    .map(({ stretch, group, sums }) => {
      const { label, from, to } = stretches[stretch] ?? { label: "", from: 0, to: 0 };
      return {
        ...(of.step ? { time: label } : {}),
        from: from * 900_000,
        to: to * 900_000,
        ...(group === undefined ? {} : { group }),
        values: valuesOf(figures, sums),
      };
    });
}

const valuesOf = (figures: readonly Figure[], sums: Sums): Record<string, number | null> =>
  Object.fromEntries(figures.map((figure) => [figure.name, wireOf(figure, sums)]));

function plus(a: Record<string, number> | undefined, b: Record<string, number>): Record<string, number> {
  const sum = { ...a };
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
