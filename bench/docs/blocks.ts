import type { Level, Overload } from "../latency/levels.ts";
import type { Ratio, Row } from "../pings/row.ts";
import type { About } from "../shared/results.ts";
import { type Chart, chartSvg } from "./chart.ts";

/** A part of docs/performance.md that is made from a result, and its pictures by file name. */
export interface Block {
  text: string;
  pictures: Record<string, string>;
}

const NAMES: Record<string, string> = {
  gateway: "gateway",
  bare: "bare Worker, same topology",
  bare_direct: "bare Worker, direct",
  node: "Fastify and undici",
};
const nameOf = (key: string): string => NAMES[key] ?? key;
const fixed = (value: number | null | undefined, digits: number): string =>
  typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "";
const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
const picture = (file: string, alt: string): string => `![${alt}](images/${file})`;

/** Machine, versions, date and command of a run. */
const ranOn = ({ command, cpu, date, node, versions, load_average }: About, file: string): string =>
  `\`${command.trim().replace(/ --$/, "")}\`; ${cpu}, shared, load average ${load_average} when it began; workerd ${versions.workerd}, miniflare ${versions.miniflare}, Fastify ${versions.fastify}, undici ${versions.undici}, Node ${node}; ${date.slice(0, 10)}. Every run: [bench/results/${file}](../bench/results/${file}).`;

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
const shareOf = (ratio: Ratio | undefined): string =>
  ratio ? `${fixed(ratio.median, 2)} (${fixed(ratio.low, 2)}–${fixed(ratio.high, 2)})` : "";

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

interface Step {
  cpu_ms: number;
  user_ms: number;
  good_per_s: number;
  beside_ping: number;
  alone_ms: { p50: number; p99: number | null; of: number };
}
export interface OneStep {
  about: About & { buyers: number; at_once: number };
  ping: Step;
  post: Step;
  lead: Step;
}

export function oneStepBlock({ about, ping, post, lead }: OneStep): Block {
  const row = (name: string, s: Step) => [
    ...[name, fixed(s.cpu_ms, 2), fixed(s.user_ms, 2), fixed(s.beside_ping, 2)],
    ...[fixed(s.alone_ms.p50, 1), fixed(s.alone_ms.p99, 1), fixed(s.good_per_s, 0)],
  ];
  const head = [
    "",
    "processor time, ms",
    "user",
    "pings",
    "alone p50, ms",
    "p99",
    `a second, ${about.at_once} at once`,
  ];
  const rows = [row(`ping to ${about.buyers}`, ping), row("post to sold", post), row("one step to sold", lead)];
  return { text: [table(head, rows), ranOn(about, "one-step.json")].join("\n\n"), pictures: {} };
}

export interface Growth {
  about: About & { buyers: number };
  row: Row;
  beside: Record<string, Ratio>;
  resident_bytes: Record<string, number>;
  allocated?: Record<string, number>;
}

export function growthBlock({ about, row, beside, resident_bytes }: Growth): Block {
  const rows = Object.entries(row.medians).map(([name, m]) => [
    ...[name, fixed(m.cpu_ms, 2), shareOf(beside[name]), fixed((resident_bytes[name] ?? 0) / 1e6, 0)],
  ]);
  const head = [
    "configured",
    "processor time of a ping, ms",
    `throughput beside ${about.buyers} configured`,
    "process, MB",
  ];
  return { text: [table(head, rows), ranOn(about, "growth.json")].join("\n\n"), pictures: {} };
}
