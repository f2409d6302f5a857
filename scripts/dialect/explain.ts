import { type Money, toWire } from "../../schema/money.ts";
import type { Explanation } from "../../worker/buyers/dialects/answer/explain.ts";
import { paint } from "../shared/output.ts";

const json = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));
const MARKS = { true: "✓", false: "✗", null: "?" } as const;

/** How an answer was read, for a terminal. */
export function shownExplanation({ format, weak, tree, rules, values, reading, captures }: Explanation): string {
  const lines: string[] = [];
  lines.push(`${paint.bold("format")}   ${format ?? paint.red("none of the dialect's formats fits")}`);
  if (weak)
    lines.push(paint.yellow("         perhaps a proxy's: only what it says counts, not what it lacks (? below)"));
  for (const [name, value] of Object.entries(captures))
    lines.push(`${paint.bold("capture")}  ${name} = ${json(value)}`);
  lines.push(
    paint.bold("rules") + (rules.length === 0 ? "    none: the defaults by HTTP status and the usual words hold" : ""),
  );
  for (const { outcome, condition, truth, matched, uses } of rules) {
    const mark = MARKS[String(truth) as keyof typeof MARKS];
    const text = `  ${mark} ${outcome.padEnd(12)} ${condition}`;
    lines.push(matched ? paint.green(text) : truth === true ? text : paint.dim(text));
    if (matched || truth !== true)
      for (const { name, value } of uses) lines.push(paint.dim(`      ${name} = ${json(value)}`));
  }
  if (rules.length > 0 && !rules.some(({ matched }) => matched)) {
    lines.push(paint.yellow("  no rule matched: the defaults decided"));
    const paths = pathsIn(tree);
    if (paths.length > 0) lines.push(paint.yellow(`  names of this answer: ${paths.join(", ")}`));
  }
  const named = Object.entries(values);
  if (named.length > 0) lines.push(paint.bold("values"));
  for (const [name, { source, value }] of named) {
    const text = `  ${name.padEnd(16)} ${json(value)}`;
    lines.push(
      `${value === undefined || value === null ? paint.yellow(text) : text} ${paint.dim(`at ${json(source)}`)}`,
    );
  }
  const { outcome, ...rest } = reading as { outcome: string };
  lines.push(`${paint.bold("reading")}  ${paint.cyan(outcome)}`);
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === false || (isRecord(value) && Object.keys(value).length === 0)) continue;
    lines.push(
      `  ${name.padEnd(16)} ${json(/price$/.test(name) && typeof value === "number" ? toWire(value as Money) : value)}`,
    );
  }
  return lines.join("\n");
}

/** The first paths of a document, as conditions write them. */
function pathsIn(tree: unknown, path = "", depth = 0): string[] {
  if (typeof tree !== "object" || tree === null) return path === "" ? [] : [path];
  if (depth > 8) return [];
  const step = (name: string) => (/^[\w@#-]+$/.test(name) ? name : `[${JSON.stringify(name)}]`);
  return Object.entries(tree)
    .slice(0, 20)
    .flatMap(([name, value]) => pathsIn(value, path === "" ? step(name) : `${path}.${step(name)}`, depth + 1))
    .slice(0, 20);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
