import type { Ratio, Row } from "../pings/row.ts";
import type { About } from "../shared/results.ts";
import { type Block, fixed, ranOn, shareOf, table } from "./parts.ts";

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

export interface Memory {
  about: About;
  found: Record<string, { lives_in_mb: number | null; dies_in_mb: number | null }>;
}

export function memoryBlock({ about, found }: Memory): Block {
  const mb = (value: number | null): string => (value === null ? "none of them" : `${value} MB`);
  const rows = Object.entries(found).map(([name, at]) => [name, mb(at.lives_in_mb), mb(at.dies_in_mb)]);
  const head = ["configured", "lives in a heap of", "dies in"];
  return { text: [table(head, rows), ranOn(about, "memory.json")].join("\n\n"), pictures: {} };
}
