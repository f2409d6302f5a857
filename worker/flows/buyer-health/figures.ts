import type * as z from "zod";
import { pingFigures, postFigures, saleFigures } from "../../../schema/api/buyer-health.ts";
import { type Figure, figureOf } from "../../../schema/figures.ts";
import type { ReportRow } from "../reports/report.ts";
import { wireOf } from "../reports/values.ts";

const named = (names: readonly string[]): Figure[] =>
  names.map((name) => {
    const figure = figureOf(name);
    if (!figure) throw new Error(`there is no figure ${name}`);
    return figure;
  });

export const ALL = named([
  ...Object.keys(pingFigures.shape),
  ...Object.keys(postFigures.shape),
  ...Object.keys(saleFigures.shape),
]);
export const POSTS = named(Object.keys(postFigures.shape));
export const SERIES = named([
  "posts",
  "delivery_success",
  "post_acceptance",
  "asked",
  "win_rate",
  "ping_p95",
  "post_p95",
]);
export const ROW = named([
  "posts",
  "delivery_success",
  "post_acceptance",
  "post_p95",
  "ping_p95",
  "win_rate",
  "sales",
  "revenue",
]);
export const SPARK = named(["posts", "delivery_success"]);

/** Values of a report's row by an answer's schema; nothing counted is zero, or null where it is a share or a percentile. */
export function valuesAs<T extends z.ZodType>(
  schema: T,
  figures: readonly Figure[],
  values: ReportRow["values"] = {},
): z.output<T> {
  const none = Object.fromEntries(figures.map((figure) => [figure.name, wireOf(figure, {})]));
  return schema.parse({ ...none, ...values });
}
