import type { Inbound, InboundAnswerKind, InboundDialect } from "../../schema/config/inbound.ts";
import { DialectProblem } from "../buyers/dialects/expression/problem.ts";
import { type BuiltAnswer, compileAnswers } from "./answer.ts";
import type { AnswerScope } from "./languages.ts";
import { type CompiledRequest, compileRequest } from "./request.ts";

export type { BuiltAnswer } from "./answer.ts";
export { pairsOf } from "./document.ts";
export type { AnswerScope } from "./languages.ts";
export type { InboundCall, Pairs, RawRequest, Reading } from "./reading.ts";

/** A publisher's dialect, ready to read requests and to write answers. Pure; compiled once per version of its record. */
export interface CompiledInbound extends CompiledRequest {
  answer(kind: InboundAnswerKind, scope: AnswerScope): BuiltAnswer;
}

/** @throws DialectProblem that names the place */
export function compileInbound({ dialect, campaigns }: Pick<Inbound, "dialect" | "campaigns">): CompiledInbound {
  return { ...compileRequest(dialect, campaigns?.from), answer: compileAnswers(dialect) };
}

/** What makes a dialect unusable, by its place; empty = nothing. */
export function inboundDialectProblems(
  dialect: InboundDialect,
  campaigns: Inbound["campaigns"],
): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  for (const compile of [() => compileRequest(dialect, campaigns?.from), () => compileAnswers(dialect)])
    try {
      compile();
    } catch (error) {
      if (!(error instanceof DialectProblem)) throw error;
      const places = /^((?:[^\s:"]+: )*)/.exec(error.message)?.[1] ?? "";
      const path = places.replaceAll(": ", ".").replace(/\.$/, "");
      const message = error.message.slice(places.length);
      problems.push({ path, message });
    }
  return problems;
}
