import type { Ratio } from "../pings/row.ts";
import type { About } from "../shared/results.ts";

/** A part of docs/performance.md that is made from a result, and its pictures by file name. */
export interface Block {
  text: string;
  pictures: Record<string, string>;
}

export const fixed = (value: number | null | undefined, digits: number): string =>
  typeof value === "number" && Number.isFinite(value) ? value.toFixed(digits) : "";
export const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** Machine, versions, date and command of a run. */
export const ranOn = ({ command, cpu, date, node, versions, load_average }: About, file: string): string =>
  `\`${command.trim().replace(/ --$/, "")}\`; ${cpu}, shared, load average ${load_average} when it began; workerd ${versions.workerd}, miniflare ${versions.miniflare}, Fastify ${versions.fastify}, undici ${versions.undici}, Node ${node}; ${date.slice(0, 10)}. Every run: [bench/results/${file}](../bench/results/${file}).`;

export const shareOf = (ratio: Ratio | undefined): string =>
  ratio ? `${fixed(ratio.median, 2)} (${fixed(ratio.low, 2)}–${fixed(ratio.high, 2)})` : "";
