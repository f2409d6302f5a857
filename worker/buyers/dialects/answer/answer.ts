import type { AnswerFormat, BidAnswer } from "../../../../schema/config/dialect.ts";
import type { WireAnswer } from "../../dialect.ts";
import { parseAs } from "../formats/index.ts";
import { type Captures, compileCaptures } from "./captures.ts";
import { compileInner, type Inner } from "./inner.ts";
import { type AnswerEnv, compileAt } from "./place.ts";

/** How an answer is taken apart: the same words in answers of all kinds. A token's answer has but a format. */
export type ReadingConfig = Pick<BidAnswer, "format"> &
  Partial<Pick<BidAnswer, "columns" | "delimiter" | "inner" | "capture" | "headers">>;

/** What is known beside the answer. */
export interface AnswerContext {
  /** Carried from the ping: `$bid.<name>`. */
  bid?: Readonly<Record<string, string>>;
}

/** An answer, parsed once. */
export interface Answer {
  status: number;
  /** The body without surrounding space. */
  text: string;
  /** Of the dialect's formats the one that it is in; null: none, and there is no tree. */
  format: AnswerFormat | null;
  tree: unknown;
  captures(): Readonly<Record<string, string>>;
  location: string | null;
  headers: Readonly<Record<string, string>>;
  bid: Readonly<Record<string, string>>;
  /** Epoch ms; null: not known. */
  now: number | null;
  /** It proves nothing by what it lacks: not in the dialect's format, a 5xx or a redirect, so perhaps a proxy's. Only what it says counts. */
  weak: boolean;
}

const NOTHING: Readonly<Record<string, string>> = {};

/** Compiles the taking apart. Throws a DialectProblem for captures and places that cannot be; the result never throws. */
export function compileParser(
  config: ReadingConfig,
  env: AnswerEnv,
): {
  captures: Captures;
  parse(wire: WireAnswer, context?: AnswerContext): Answer;
} {
  const formats = [config.format].flat();
  const { columns, delimiter } = config;
  const captures = compileCaptures(config.capture ?? [], env);
  const inner = (config.inner ?? []).flatMap((one, i) =>
    compileAt(env, `inner.${i}`, () => [compileInner(one, { columns, delimiter })], []),
  );

  return {
    captures,
    parse: (wire, context) => {
      const text = wire.body.trim();
      let format: AnswerFormat | null = null;
      let tree: unknown;
      for (const candidate of formats) {
        tree = text === "" ? undefined : parseAs(candidate, text, { columns, delimiter });
        if (tree === undefined) continue;
        format = candidate;
        break;
      }
      const whole = tree === undefined ? { tree, failed: false } : withInner(tree, inner);
      const { status } = wire;
      let captured: Readonly<Record<string, string>> | null = null;
      return {
        status,
        text,
        format,
        tree: whole.tree,
        captures: () => (captured ??= captures.of(text)),
        location: wire.location,
        headers: wire.headers ?? NOTHING,
        bid: context?.bid ?? NOTHING,
        now: wire.now ?? null,
        weak: format === null || whole.failed || status >= 500 || (status >= 300 && status < 400),
      };
    },
  };
}

function withInner(tree: unknown, inner: Inner[]): { tree: unknown; failed: boolean } {
  let [whole, failed] = [tree, false];
  for (const parse of inner) {
    const next = parse(whole);
    whole = next.tree;
    failed ||= next.failed;
  }
  return { tree: whole, failed };
}
