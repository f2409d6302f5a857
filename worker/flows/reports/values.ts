import { type Family, type Figure, figureOf } from "../../../schema/figures.ts";
import { MONEY_SCALE } from "../../../schema/money.ts";
import { columnsOf } from "../../../schema/rollups/buckets.ts";
import { percentile } from "./percentile.ts";

/** Sums by family and name, as the ledger has them: money in 1/10,000. */
export type Sums = Partial<Record<Family, Record<string, number>>>;

/** The figures that a rule is made of, itself among them. */
function partsOf(figure: Figure): Figure[] {
  const { rule } = figure;
  const names =
    "plus" in rule
      ? rule.plus
      : "minus" in rule
        ? rule.minus
        : "share" in rule
          ? rule.share
          : "average" in rule
            ? rule.average
            : [];
  return [figure, ...names.flatMap((name) => partsOf(named(name)))];
}

function named(name: string): Figure {
  const found = figureOf(name);
  if (!found) throw new Error(`there is no figure ${name}`);
  return found;
}

/** SQL sums that these figures need, by family. */
export function sumsFor(figures: readonly Figure[]): Partial<Record<Family, Record<string, string>>> {
  const wanted: Partial<Record<Family, Record<string, string>>> = {};
  for (const figure of figures.flatMap(partsOf)) {
    const { rule } = figure;
    const family = figure.of[0];
    if (!family) continue;
    const sums: Record<string, string> = wanted[family] ?? {};
    if ("sum" in rule) sums[figure.name] = rule.sum;
    if ("percentile" in rule) for (const column of columnsOf(rule.of)) sums[column] = column;
    if (Object.keys(sums).length > 0) wanted[family] = sums;
  }
  return wanted;
}

/** Can it be told by these groups and filters? */
export const tellable = (figure: Figure, families: ReadonlySet<Family>): boolean =>
  partsOf(figure).every((part) => part.of.every((family) => families.has(family)));

/** A figure in its own unit (money still in 1/10,000); null = there is nothing to divide by, or nothing was counted. */
export function figureValue(figure: Figure, sums: Sums): number | null {
  const { rule } = figure;
  const family = figure.of[0];
  const own = (family && sums[family]) ?? {};
  const value = (name: string) => figureValue(named(name), sums) ?? 0;
  if ("sum" in rule) return own[figure.name] ?? 0;
  if ("plus" in rule) return rule.plus.reduce((all, name) => all + value(name), 0);
  if ("minus" in rule) return value(rule.minus[0]) - value(rule.minus[1]);
  if ("percentile" in rule) {
    const counts = columnsOf(rule.of).map((column) => own[column] ?? 0);
    return percentile(rule.of, counts, rule.percentile)?.value ?? null;
  }
  const [top, bottom] = "share" in rule ? rule.share : rule.average;
  const under = value(bottom);
  if (under === 0) return null;
  return (value(top) / under) * ("share" in rule ? 100 : 1);
}

/** As answered: money in the unit with four decimals, shares in percent with two, ms whole. */
export function wireOf(figure: Figure, sums: Sums): number | null {
  const value = figureValue(figure, sums);
  if (value === null) return null;
  switch (figure.unit) {
    case "money":
      return Math.round(value) / MONEY_SCALE;
    case "percent":
      return Math.round(value * 100) / 100;
    case "ms":
      return Math.round(value);
    case "count":
      return value;
  }
}
