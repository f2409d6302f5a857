import type { Level, Overload } from "../latency/levels.ts";
import type { Ratio, Row } from "../pings/row.ts";
import type { About } from "../shared/results.ts";
import { type Chart, chartSvg } from "./chart.ts";
import { type Block, fixed, ranOn, shareOf, table } from "./parts.ts";

const NAMES: Record<string, string> = {
  gateway: "gateway",
  bare: "bare Worker, same topology",
  bare_direct: "bare Worker, direct",
  node: "Fastify and undici",
};
const nameOf = (key: string): string => NAMES[key] ?? key;
const picture = (file: string, alt: string): string => `![${alt}](images/${file})`;

export interface Pings {
  about: About;
  rows: Row[];
  slopes: Record<string, { ping_us: number; buyer_us: number }>;
}

export function pingsBlock({ about, rows, slopes }: Pings): Block {
  const names = Object.keys(NAMES).filter((name) => rows.some(({ medians }) => medians[name]));
  const categories = rows.map(({ n }) => String(n));
  const x = "buyers a ping";
  const cost: Chart = {
    ...{ title: "Processor time of a ping, ms", y: "ms", x, categories, log: true },
    series: names.map((name) => ({
      name: nameOf(name).replace(", same topology", ""),
      points: rows.map(({ medians }) => (medians[name] ? { y: medians[name].cpu_ms } : null)),
    })),
  };
  const others = names.filter((name) => name !== "gateway" && name !== "bare_direct");
  const ratios: Chart = {
    ...{ title: "Gateway's pings per processor second, as a share", y: "share of the other's", x, categories },
    series: others.map((name) => ({
      name: `of ${nameOf(name).replace(", same topology", "")}`,
      points: rows.map(({ ratios: all }) => pointOf(all[name])),
    })),
    marks: [
      { at: 0.85, label: "goal at 10, 20, 50" },
      { at: 0.75, label: "goal at 5" },
    ],
  };
  const head = [
    "buyers",
    ...names.map((name) => `${nameOf(name)}: pings per processor second (pings/s)`),
    "gateway / bare",
    "gateway / Node",
  ];
  const body = rows.map(({ n, medians, ratios: all }) => [
    String(n),
    ...names.map((name) => {
      const m = medians[name];
      return m ? `${fixed(m.pings_per_cpu_s, 0)} (${fixed(m.pings_per_s, 0)})` : "";
    }),
    shareOf(all.bare),
    shareOf(all.node),
  ]);
  const growth = Object.entries(slopes).map(
    ([name, { ping_us, buyer_us }]) => `${nameOf(name)} ${fixed(ping_us, 0)} µs and ${fixed(buyer_us, 0)} µs`,
  );
  return {
    text: [
      picture(
        "bench-ratios.svg",
        "Pings per processor second of the gateway as a share of the bare Worker's and of Node's, by number of buyers",
      ),
      picture("bench-pings.svg", "Processor time of a ping by number of buyers"),
      table(head, body),
      `In brackets behind a share: the quartiles of its rounds. A ping by itself and each further buyer (a line through the sizes above six): ${growth.join("; ")}.`,
      ranOn(about, "pings.json"),
    ].join("\n\n"),
    pictures: { "bench-pings.svg": chartSvg(cost), "bench-ratios.svg": chartSvg(ratios) },
  };
}

const pointOf = (ratio: Ratio | undefined) => (ratio ? { y: ratio.median, low: ratio.low, high: ratio.high } : null);
export interface Latency {
  about: About & { buyers: number };
  saturations: Record<string, number>;
  levels: Record<string, Level[]>;
  overload: Record<string, (Overload & { maximum: number }) | null>;
}

export function latencyBlock({ about, saturations, levels, overload }: Latency): Block {
  const names = Object.keys(levels);
  const shares = (levels[names[0] ?? ""] ?? []).map(({ share }) => `${Math.round(share * 100)} %`);
  const chart: Chart = {
    ...{
      title: `Added latency, ${about.buyers} buyers, ms`,
      y: "ms",
      x: "share of saturation",
      categories: shares,
      log: true,
    },
    series: names.flatMap((name) =>
      (["p50", "p99"] as const).map((q) => ({
        name: `${name} ${q}`,
        points: (levels[name] ?? []).map(({ added_ms }) => (added_ms[q] === null ? null : { y: added_ms[q] })),
      })),
    ),
    marks: [
      { at: 2, label: "p50 goal at 50 %" },
      { at: 10, label: "p99 goal at 50 %" },
    ],
  };
  const rows = names.flatMap((name) =>
    (levels[name] ?? []).map(({ share, rate, answers, added_ms, took_ms }) => [
      ...[name, `${Math.round(share * 100)} %`, fixed(rate, 0), String(answers)],
      ...[added_ms.p50, added_ms.p99, added_ms.p999, took_ms.p50, took_ms.p99].map((ms) => fixed(ms, 1)),
    ]),
  );
  const over = Object.entries(overload).flatMap(([name, o]) =>
    o
      ? [
          [
            name,
            fixed(o.rate, 0),
            fixed(o.goodput, 0),
            fixed(o.goodput_share, 2),
            `${o.refused} of ${o.answers}`,
            fixed(o.refused_ms.p99, 0),
            String(o.late),
            otherOf(o.odd),
          ],
        ]
      : [],
  );
  return {
    text: [
      picture("bench-latency.svg", "Added latency by share of saturation, gateway and bare Worker"),
      table(["", "load", "pings/s", "answers", "added p50, ms", "p99", "p99.9", "whole p50, ms", "p99"], rows),
      `Saturation: ${names.map((name) => `${name} ${fixed(saturations[name], 0)} pings/s`).join(", ")}. A quantile that too few answers carry is left out. At twice the maximum:`,
      table(
        [
          "",
          "arrivals/s",
          "good in time/s",
          "of the maximum",
          "refused (429)",
          "their p99, ms",
          "after the deadline",
          "other",
        ],
        over,
      ),
      ranOn(about, "latency.json"),
    ].join("\n\n"),
    pictures: { "bench-latency.svg": chartSvg(chart) },
  };
}

const otherOf = (odd: Record<string, number>): string =>
  Object.entries(odd)
    .map(([kind, times]) => `${times} × ${kind}`)
    .join(", ");
