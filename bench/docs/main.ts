import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { latencyBlock, pingsBlock } from "./blocks.ts";
import type { Block } from "./parts.ts";
import { growthBlock, memoryBlock, oneStepBlock } from "./small-blocks.ts";

/**
 * Puts the results of the benchmarks into docs/performance.md, between `<!-- bench:<name> -->` and `<!-- /bench -->`, and makes their
 * pictures. A result that is not there leaves its part as it is. `npm run bench:docs`.
 */
const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const read = <T>(name: string): T | null => {
  const file = at(`bench/results/${name}.json`);
  // Written by this program's own benchmarks: not somebody's input.
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : null;
};
function block<T>(name: string, make: (result: T) => Block): void {
  const result = read<T>(name);
  if (result === null) {
    console.log(`${name}: no result, left as it is`);
    return;
  }
  const { text, pictures } = make(result);
  mkdirSync(at("docs/images/"), { recursive: true });
  for (const [file, svg] of Object.entries(pictures)) writeFileSync(at(`docs/images/${file}`), svg);
  const doc = at("docs/performance.md");
  const before = readFileSync(doc, "utf8");
  const part = new RegExp(`(<!-- bench:${name} -->\n)[\\s\\S]*?(<!-- /bench -->)`);
  if (!part.test(before)) throw new Error(`docs/performance.md has no part for ${name}`);
  writeFileSync(
    doc,
    before.replace(part, (_, from: string, to: string) => `${from}\n${text}\n\n${to}`),
  );
  console.log(`${name}: written`);
}

block("pings", pingsBlock);
block("latency", latencyBlock);
block("one-step", oneStepBlock);
block("growth", growthBlock);
block("memory", memoryBlock);
