import type { LogLine } from "./log.ts";
import { AUCTION_WORDS, DELIVERY_WORDS, type Word } from "./points.ts";

/** Best-effort figures. Money never comes from here: Analytics Engine samples. */
export interface Analytics {
  auction(line: LogLine): void;
  delivery(line: LogLine): void;
}

const text = (value: LogLine[string]): string => (value === null || value === undefined ? "" : String(value));
const number = (value: LogLine[string]): number => (typeof value === "number" ? value : 0);

/** A line as a data point: each word in its place (points.ts, docs/analytics.md). */
export function pointOf(line: LogLine, words: readonly Word[]): AnalyticsEngineDataPoint {
  const of = (kind: string) =>
    words
      .flatMap(({ name, place }) => (place?.startsWith(kind) ? [{ name, n: Number(place.slice(kind.length)) }] : []))
      .sort((a, b) => a.n - b.n);
  return {
    indexes: of("index").map(({ name }) => text(line[name])),
    blobs: of("blob").map(({ name }) => text(line[name])),
    doubles: of("double").map(({ name }) => number(line[name])),
  };
}

export function engineAnalytics(dataset: AnalyticsEngineDataset): Analytics {
  return {
    auction: (line) => dataset.writeDataPoint(pointOf(line, AUCTION_WORDS)),
    delivery: (line) => dataset.writeDataPoint(pointOf(line, DELIVERY_WORDS)),
  };
}

/** The local sink: Analytics Engine does nothing on one machine. Keeps the last points for tests and gauges. */
export function localAnalytics(keep = 1_000): Analytics & { points: LogLine[] } {
  const points: LogLine[] = [];
  const push = (line: LogLine) => {
    points.push(line);
    if (points.length > keep) points.shift();
  };
  return { points, auction: push, delivery: push };
}
