import type { LogLine } from "./log.ts";

/** Best-effort figures. Money never comes from here: Analytics Engine samples. */
export interface Analytics {
  auction(line: LogLine): void;
  delivery(line: LogLine): void;
}

const text = (value: LogLine[string]): string => (value === null || value === undefined ? "" : String(value));
const number = (value: LogLine[string]): number => (typeof value === "number" ? value : 0);

/** Fields: index = campaign (auctions) or buyer (deliveries); blob1 event, blob2.. words; double1.. numbers, in the order below. */
export function engineAnalytics(dataset: AnalyticsEngineDataset): Analytics {
  return {
    auction: (line) =>
      dataset.writeDataPoint({
        indexes: [text(line.campaign)],
        blobs: [
          "auction",
          text(line.publisher),
          text(line.result),
          text(line.code),
          text(line.winner),
          text(line.test),
        ],
        doubles: [
          "took_ms",
          "price",
          "bid",
          "asked",
          "bids",
          "no_bids",
          "timeouts",
          "errors",
          "not_attempted",
          "late",
        ].map((name) => number(line[name])),
      }),
    delivery: (line) =>
      dataset.writeDataPoint({
        indexes: [text(line.buyer)],
        blobs: ["delivery", text(line.contract), text(line.outcome), text(line.class), text(line.test)],
        doubles: ["ms", "http_status", "round", "attempt"].map((name) => number(line[name])),
      }),
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
