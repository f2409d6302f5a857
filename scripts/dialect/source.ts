import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { type DialectConfig, dialectSchema } from "../../schema/config/dialect.ts";
import { type SentSchemas, sentSchemasSchema } from "../../schema/config/sent-schema.ts";
import { dialectProblems } from "../../worker/buyers/dialects/index.ts";
import { fieldErrors } from "../../worker/routes/problem.ts";
import { UsageError } from "../shared/output.ts";

/** Something wrong in a file, with its place in it. */
export interface Problem {
  path: string;
  message: string;
  /** From 1; null: the file has no such place (something is missing). */
  line: number | null;
}

/** A file with a dialect: the dialect itself, or an endpoint's record with one in it. */
export interface Source {
  file: string;
  dialect: DialectConfig | null;
  problems: Problem[];
  /** Of an endpoint's record. */
  schemas: SentSchemas;
  /** Names of its credentials, as a file lists them. */
  secrets: string[];
}

type Lines = (path: readonly (string | number)[]) => number | null;

/** @throws UsageError when it cannot be read at all. */
export function readSource(file: string): Source {
  return parseSource(file, textOf(file));
}

export function textOf(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
}

export function parseSource(file: string, text: string): Source {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, uniqueKeys: true });
  const broken = document.errors.map(({ message, pos }) => ({
    path: "",
    message: message.split("\n")[0] ?? "",
    line: counter.linePos(pos[0]).line,
  }));
  const empty = { file, dialect: null, schemas: {}, secrets: [] };
  if (broken.length > 0) return { ...empty, problems: broken };
  const whole: unknown = document.toJS({ maxAliasCount: 100 });
  const record = isRecord(whole) ? whole : {};
  const inside = isRecord(record.dialect);
  const lines = linesOf(document, counter, inside ? ["dialect"] : []);
  const schemas = sentSchemasSchema.safeParse(record.schemas ?? {});
  const secrets = inside && Array.isArray(record.secrets) ? record.secrets.map(String) : [];
  const parsed = dialectSchema.safeParse(inside ? record.dialect : whole);
  if (!parsed.success) {
    const problems = fieldErrors(parsed.error.issues).map(({ field, message }) => ({
      path: field,
      message: /\)$/.test(field) ? `${message}: within { } a condition with a comma needs quotes` : message,
      line: lines(stepsOf(field)),
    }));
    return { ...empty, problems };
  }
  const problems = dialectProblems(parsed.data).map(({ path, message }) => ({
    path,
    message,
    line: lines(stepsOf(path)),
  }));
  return { file, dialect: parsed.data, problems, schemas: schemas.success ? schemas.data : {}, secrets };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const stepsOf = (path: string): (string | number)[] =>
  path.split(".").map((name) => (/^\d+$/.test(name) ? Number(name) : name));

/** The line of the place, or of the nearest one above it that the file has. Names with dots in them are tried as well. */
function linesOf(document: ReturnType<typeof parseDocument>, counter: LineCounter, root: string[]): Lines {
  const at = (steps: readonly (string | number)[]): number | null => {
    const node: unknown = document.getIn([...root, ...steps], true);
    const range = isRecord(node) ? node.range : undefined;
    return Array.isArray(range) && typeof range[0] === "number" ? counter.linePos(range[0]).line : null;
  };
  return (path) => {
    for (let end = path.length; end > 0; end--) {
      const [steps, rest] = [path.slice(0, end), path.slice(end)];
      const line = at(steps) ?? (end > 1 ? at([...path.slice(0, end - 2), `${path[end - 2]}.${path[end - 1]}`]) : null);
      if (line !== null) return rest.length > 0 && end === 0 ? null : line;
    }
    return null;
  };
}

/** `file.yaml:12: post.request.url: …`, as editors jump to. */
export const shownProblem = (file: string, { path, message, line }: Problem): string =>
  `${file}${line === null ? "" : `:${line}`}: ${path === "" ? "" : `${path}: `}${message}`;

/** The dialect, or an error that lists everything that is wrong. */
export function soundDialect(source: Source): DialectConfig {
  if (source.dialect && source.problems.length === 0) return source.dialect;
  throw new UsageError(source.problems.map((problem) => shownProblem(source.file, problem)).join("\n"));
}
