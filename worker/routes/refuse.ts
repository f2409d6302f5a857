import type { ProblemCode } from "../../schema/api/problems.ts";
import { PROBLEMS } from "../../schema/api/problems.ts";
import type { FieldError } from "./problem.ts";
import { problem } from "./problem.ts";

/** A checked part of a request, or the answer that says what is wrong with it. */
export type Checked<T> = { ok: true; value: T } | { ok: false; refusal: Response };

export interface RefuseOptions {
  /** Instead of the table's words. Never a value of the request. */
  detail?: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
}

/** The problem answer of a code: its status and, unless told otherwise, its words come from the table. */
export function refuse(code: ProblemCode, options: RefuseOptions = {}): Response {
  const { status, meaning, action } = PROBLEMS[code];
  return problem(status, code, options.detail ?? `${meaning} ${action}`, options.errors, {
    "cache-control": "no-store",
    ...options.headers,
  });
}

export const refused = (code: ProblemCode, options?: RefuseOptions): { ok: false; refusal: Response } => ({
  ok: false,
  refusal: refuse(code, options),
});

/** A name as a publisher may use it. Anything else may be a value in the wrong place, and is not repeated. */
export const repeatable = (name: string): string =>
  /^[A-Za-z_][A-Za-z0-9_.[\]-]{0,80}$/.test(name) ? name : "(unreadable name)";

/** One refused field of a body. */
export const refusedField = (code: ProblemCode, field: string, message: string): { ok: false; refusal: Response } =>
  refused(code, { errors: [{ field: repeatable(field), message, code: "invalid" }] });
