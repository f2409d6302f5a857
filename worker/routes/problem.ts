import type * as z from "zod";

/** One wrong field: dotted path, what to do about it, and a code from a short list. */
export interface FieldError {
  field: string;
  message: string;
  code?: string;
}

/**
 * An RFC 9457 problem. `code` is the last part of `type`, which points at the error's explanation, and is repeated as a member of
 * its own. Never put a value of the caller's input into `detail` or `errors`: it may be personal.
 */
export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: FieldError[],
  headers?: Record<string, string>,
  /** Further members, as RFC 9457 allows. */
  members: Record<string, unknown> = {},
): Response {
  const body = {
    type: `/docs/errors#${code}`,
    title: titleOf(code),
    status,
    code,
    detail,
    ...(errors ? { errors } : {}),
    ...members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}

/** 422 with one entry per field; `prefix` is put before each path. */
export function zodProblem(error: z.ZodError, prefix = ""): Response {
  const errors = fieldErrors(error.issues, prefix ? [prefix] : []);
  return problem(
    422,
    "invalid_fields",
    `${errors.length} field${errors.length === 1 ? " is" : "s are"} not as required`,
    errors,
  );
}

/** One entry per field, in the order in which zod found them. */
export function fieldErrors(issues: z.core.$ZodIssue[], prefix: PropertyKey[] = []): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const issue of issues)
    for (const error of ofIssue(issue, prefix)) if (!byField.has(error.field)) byField.set(error.field, error);
  return [...byField.values()];
}

function ofIssue(issue: z.core.$ZodIssue, prefix: PropertyKey[]): FieldError[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({
      field: dotted([...path, key]),
      message: "is not a known field",
      code: "unknown",
    }));
  if (issue.code === "invalid_union") {
    const nested = closest(issue.errors);
    if (nested) return fieldErrors(nested, path);
  }
  if (issue.code === "invalid_type" && issue.message.endsWith("received undefined"))
    return [{ field: dotted(path), message: "is required", code: "required" }];
  return [{ field: dotted(path), message: inWords(issue), code: "invalid" }];
}

/** What zod says by itself, for people who do not know it; a schema's own message stays as it is. */
function inWords(issue: z.core.$ZodIssue): string {
  if (!/^(Too (small|big)|Invalid (option|input)): expected /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "too_small":
      return `${limited(issue.origin, "at least", issue.minimum)}${issue.inclusive === false ? ", and not that itself" : ""}`;
    case "too_big":
      return `${limited(issue.origin, "at most", issue.maximum)}${issue.inclusive === false ? ", and not that itself" : ""}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.map(String).join(", ")}`;
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`;
    default:
      return issue.message;
  }
}

const TYPES: Partial<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function limited(origin: string, words: string, limit: number | bigint): string {
  if (origin === "string") return `must have ${words} ${limit} character${limit === 1 ? "" : "s"}`;
  if (origin === "array" || origin === "set") return `must have ${words} ${limit} entr${limit === 1 ? "y" : "ies"}`;
  return `must be ${words} ${limit}`;
}

/** Of a union's branches, the one that the input came nearest to: it went deepest, then it has the fewest complaints. */
function closest(branches: z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const depth = (issues: z.core.$ZodIssue[]) => Math.max(0, ...issues.map(depthOf));
  return branches.filter((issues) => issues.length > 0).sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0];
}

function depthOf(issue: z.core.$ZodIssue): number {
  const nested = issue.code === "invalid_union" ? issue.errors.flat().map(depthOf) : [];
  return issue.path.length + Math.max(0, ...nested);
}

const dotted = (path: PropertyKey[]): string => path.map(String).join(".") || "body";

function titleOf(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
