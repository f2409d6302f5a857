import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { dialectJsonSchema, LANGUAGE_VERSION } from "../../schema/config/dialect/json-schema.ts";
import { curlOf } from "../../worker/buyers/curl.ts";
import type { BuildResult, WireAnswer } from "../../worker/buyers/dialect.ts";
import { type AnswerPlace, explainAnswer } from "../../worker/buyers/dialects/answer/explain.ts";
import { compileDialect } from "../../worker/buyers/dialects/index.ts";
import { pipesOf } from "../../worker/buyers/dialects/pipes/index.ts";
import { suggest } from "../../worker/buyers/dialects/suggest/index.ts";
import { checkSent } from "../../worker/buyers/schemas/sent.ts";
import { paint, say, UsageError } from "../shared/output.ts";
import { shownExplanation } from "./explain.ts";
import { type Given, pingFactsOf, postFactsOf } from "./facts.ts";
import { buildNotes } from "./notes.ts";
import { readSource, type Source, shownProblem, soundDialect, textOf } from "./source.ts";

export interface Options extends Given {
  phase?: string;
  answer?: string;
  status: number;
  header: string[];
  schema?: string;
  write: boolean;
}

/** Everything that is wrong with the file. */
export function check(file: string, options: Options): number {
  const source = readSource(file);
  const problems = source.problems.map((problem) => shownProblem(file, problem));
  for (const problem of problems) say(paint.red(problem));
  const sound = problems.length === 0;
  const violations = sound ? sentProblems(source, options) : 0;
  if (sound && violations === 0) say(paint.green(`${file}: nothing is wrong`));
  return sound && violations === 0 ? 0 : 1;
}

/** What would be sent of the sample lead, against the buyer's own schema. */
function sentProblems(source: Source, options: Options): number {
  const phases = ["ping", "post"] as const;
  let count = 0;
  for (const phase of phases) {
    const schema = schemaOf(source, phase, options);
    const built = schema && build(source, phase, options);
    if (!schema || !built) continue;
    if (!built.ok) throw new UsageError(`${phase}: ${built.message}`);
    const { violations, unchecked } = checkSent(built.request, schema);
    for (const { path, message } of violations) say(paint.red(`${phase}: the buyer's schema: ${path} ${message}`));
    if (unchecked.length > 0)
      say(paint.yellow(`${phase}: the schema also says what is not checked here: ${unchecked.join(", ")}`));
    count += violations.length;
  }
  return count;
}

/** `--schema file` is of the phase that is named, the post otherwise. */
function schemaOf({ schemas }: Source, phase: "ping" | "post", { schema, phase: named = "post" }: Options) {
  if (schema === undefined || phase !== named) return schemas[phase];
  const text = textOf(schema);
  if (text.trimStart().startsWith("<")) return { type: "xsd" as const, text };
  try {
    return { type: "json_schema" as const, schema: JSON.parse(text) as Record<string, never> };
  } catch {
    throw new UsageError(`${schema} is neither JSON Schema nor XML Schema`);
  }
}

function build(source: Source, phase: "ping" | "post", options: Options): BuildResult | null {
  const config = soundDialect(source);
  const dialect = compileDialect(config);
  return phase === "ping"
    ? dialect.buildPing(pingFactsOf(config, options))
    : dialect.buildPost(postFactsOf(config, options));
}

/** The request that would be sent, and as a command. */
export function buildCommand(file: string, options: Options): number {
  const phase = phaseOf(options);
  if (phase === "status") throw new UsageError("--phase must be ping or post");
  const source = readSource(file);
  const built = build(source, phase, options);
  if (!built) throw new UsageError(`${file} has no ping`);
  if (!built.ok) {
    say(paint.red(built.message));
    return 1;
  }
  const { method, url, headers, body } = built.request;
  say(paint.bold(`${method} ${url}`));
  for (const [name, value] of headers) say(`${paint.cyan(name)}: ${value}`);
  say(`\n${body ?? ""}\n`);
  say(paint.bold("As a command"));
  say(curlOf(built.request));
  const notes = buildNotes(soundDialect(source), phase, options);
  if (notes.length > 0) say();
  for (const note of notes) say(paint.yellow(note));
  return 0;
}

function phaseOf({ phase = "post" }: Options): "ping" | "post" | "status" {
  if (phase === "ping" || phase === "post" || phase === "status") return phase;
  throw new UsageError("--phase must be ping, post or status");
}

/** How an answer would be read. 0: a yes (a bid, an accepted post). */
export function tryCommand(file: string, options: Options): number {
  const config = soundDialect(readSource(file));
  if (options.answer === undefined)
    throw new UsageError("--answer is needed: a file with the answer's body, or - for standard input");
  const phase = options.phase ?? (config.ping ? "ping" : "post");
  const env = { pipe: pipesOf({ maps: config.maps }) };
  const explained = explainAnswer(config, phase as AnswerPlace, wireOf(options), env);
  if (!explained)
    throw new UsageError(`${file} has no ${phase}; phases: ping, post, status, post.before.<step>, post.after.<step>`);
  say(shownExplanation(explained));
  return ["bid", "accepted", "go_on"].includes(explained.reading.outcome) ? 0 : 1;
}

function wireOf({ answer = "", status, header, now }: Options): WireAnswer {
  const headers = Object.fromEntries(
    header.map((line) => {
      const at = line.indexOf(":");
      if (at < 1) throw new UsageError(`--header ${line}: must be like "Location: https://…"`);
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
  return {
    status,
    body: textOf(answer),
    content_type: headers["content-type"] ?? "",
    retry_after: headers["retry-after"] ?? null,
    location: headers.location ?? null,
    headers,
    now,
  };
}

/** A draft of `answer:`, to be pasted. */
export function suggestCommand(file: string, { status, phase }: Options): number {
  if (phase !== undefined && phase !== "ping" && phase !== "post") throw new UsageError("--phase must be ping or post");
  const found = suggest({ status, body: textOf(file) }, phase);
  say(paint.dim(`# ${found.phase}: from one sample, status ${status}`));
  for (const note of found.notes) say(paint.yellow(`# ${note}`));
  say(stringify({ answer: found.answer }, { lineWidth: 0 }).trimEnd());
  return found.rules.length > 0 ? 0 : 1;
}

/** JSON Schema of the language, for editors. */
export function schemaCommand({ write }: Options): number {
  const text = `${JSON.stringify(dialectJsonSchema(), null, 2)}\n`;
  if (!write) {
    process.stdout.write(text);
    return 0;
  }
  const path = fileURLToPath(new URL(`../../public/schemas/dialect-${LANGUAGE_VERSION}.json`, import.meta.url));
  writeFileSync(path, text);
  say(path);
  return 0;
}
