import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

export const versionOf = (name: string): string =>
  String((createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version);

/** Where and with what a run was made. */
export interface About {
  command: string;
  date: string;
  cpu: string;
  /** What else the machine did when the run began: processes that wanted a processor, mean of a minute. */
  load_average: number;
  node: string;
  versions: Record<string, string>;
}

/** Call at the beginning: the load average is the others' then. */
export const about = (command: string): About => ({
  command: [command, ...process.argv.slice(2).filter((arg, i, all) => arg !== "--out" && all[i - 1] !== "--out")].join(
    " ",
  ),
  date: new Date().toISOString(),
  cpu: `${cpus().length} x ${cpus()[0]?.model}`,
  load_average: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  node: process.version,
  versions: Object.fromEntries(["workerd", "miniflare", "fastify", "undici"].map((name) => [name, versionOf(name)])),
});

/** @param out instead of bench/results/<name>.json */
export function writeResult(name: string, result: object, out?: string): void {
  const file = out ?? fileURLToPath(new URL(`../results/${name}.json`, import.meta.url));
  mkdirSync(new URL("../results/", import.meta.url), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify(result, (_, value: unknown) => (typeof value === "number" ? rounded(value) : value), 1)}\n`,
  );
}

/** Five digits are more than any run is worth. */
const rounded = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(5)));
