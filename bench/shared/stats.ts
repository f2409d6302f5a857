/** The middle one; NaN of nothing. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value below which that share of all lies (nearest rank); NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Straight line of least squares through (x, y). */
export function line(points: readonly (readonly [x: number, y: number])[]): { at_zero: number; slope: number } {
  const n = points.length;
  const x = points.reduce((sum, [at]) => sum + at, 0) / n;
  const y = points.reduce((sum, [, at]) => sum + at, 0) / n;
  const over = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const under = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  const slope = over / under;
  return { at_zero: y - slope * x, slope };
}
