import * as z from "zod";
import { type Figure, figureOf } from "../../../schema/figures.ts";
import { count, duration, money } from "../shell/format.ts";

/** Of the operators' calls, what the pages need. */
const value = z.number().nullable();
export const summaryShape = z.looseObject({
  total: z.record(z.string(), value),
  rows: z.array(
    z.looseObject({
      time: z.string().optional(),
      from: z.string(),
      group: z.string().optional(),
      values: z.record(z.string(), value),
    }),
  ),
});
export type Summary = z.output<typeof summaryShape>;
export const reasonsShape = z.looseObject({
  lists: z.array(z.looseObject({ name: z.string(), title: z.string(), exact: z.boolean() })),
  rows: z.array(z.looseObject({ list: z.string(), word: z.string(), count: z.number(), share: z.number() })),
});
export const bidsShape = z.looseObject({
  rows: z.array(
    z.looseObject({
      above: z.number(),
      up_to: value,
      bids: z.number(),
      won: z.number(),
      win_rate: value,
      posts: z.number(),
      rejected: z.number(),
      reject_rate: value,
    }),
  ),
});
export type BidRange = z.output<typeof bidsShape>["rows"][number];
export const lostShape = z.looseObject({
  cap_lost_revenue: z.number(),
  breaker_lost_revenue: z.number(),
  rows: z.array(
    z.looseObject({
      contract: z.string(),
      buyer: z.string(),
      out_cap: z.number(),
      out_breaker: z.number(),
      took_part: z.number(),
      revenue: z.number(),
      revenue_per_auction: value,
      cap_lost_revenue: value,
      breaker_lost_revenue: value,
    }),
  ),
});

/** A value in its figure's unit. */
export function shown(figure: Pick<Figure, "unit">, of: number | null | undefined): string {
  if (of === null || of === undefined) return "–";
  switch (figure.unit) {
    case "money":
      return money(of);
    case "percent":
      return `${of.toFixed(1)} %`;
    case "ms":
      return duration(of);
    case "count":
      return count(of);
  }
}

export function figures(names: readonly string[]): Figure[] {
  return names.flatMap((name) => figureOf(name) ?? []);
}

/** Against the range before: `+12.3 %`, for shares `+1.2 points`; null where there is nothing to compare. */
export function change(
  figure: Pick<Figure, "unit">,
  now: number | null | undefined,
  was: number | null | undefined,
): string | null {
  if (now === null || now === undefined || was === null || was === undefined) return null;
  const sign = (n: number) => `${n > 0 ? "+" : n < 0 ? "−" : "±"}${Math.abs(n).toFixed(1)}`;
  if (figure.unit === "percent") return `${sign(now - was)} points`;
  return was === 0 ? null : `${sign(((now - was) / Math.abs(was)) * 100)} %`;
}
