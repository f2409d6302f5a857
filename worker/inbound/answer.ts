import type { AnswerEncoding, AnswerVariant, InboundAnswerKind, InboundDialect } from "../../schema/config/inbound.ts";
import { ANSWER_ENCODINGS } from "../../schema/config/inbound.ts";
import { compileWhen } from "../buyers/dialects/expression/condition.ts";
import { asText, at, type Getter } from "../buyers/dialects/expression/value.ts";
import { BuildFailure } from "../buyers/dialects/request/build.ts";
import { pairsOf } from "../buyers/dialects/request/pairs.ts";
import { type AnswerScope, answerLanguage } from "./languages.ts";
import { compileBody } from "./value.ts";
import { xmlText } from "./xml.ts";

export interface BuiltAnswer {
  /** undefined: the error's own, or 200. */
  status: number | undefined;
  content_type: string;
  body: string;
}

const TYPES: Record<AnswerEncoding, string> = {
  json: "application/json",
  xml: "text/xml; charset=utf-8",
  form: "application/x-www-form-urlencoded",
  text: "text/plain; charset=utf-8",
};

type Language = ReturnType<typeof answerLanguage>;
type Variant = (scope: AnswerScope) => BuiltAnswer | null;

/** Writes answers as the publisher's system expects them. */
export function compileAnswers(dialect: InboundDialect): (kind: InboundAnswerKind, scope: AnswerScope) => BuiltAnswer {
  const { answers } = dialect;
  const language = answerLanguage(dialect);
  const encoding = encodingOf(dialect, language);
  const compiled = (kind: InboundAnswerKind) =>
    (answers[kind] ?? answers.rejected).map((variant, i) =>
      at(`answers.${kind}${answers[kind] && answers[kind].length > 1 ? `.${i}` : ""}`, () =>
        compileVariant(variant, language, encoding, answers.xml_root),
      ),
    );
  const variants: Record<InboundAnswerKind, Variant[]> = {
    ping_accepted: compiled("ping_accepted"),
    ping_rejected: compiled("ping_rejected"),
    accepted: compiled("accepted"),
    rejected: compiled("rejected"),
    pending: compiled("pending"),
    error: compiled("error"),
  };
  return (kind, scope) => {
    const built = said(variants[kind], scope);
    return built ?? unsaid(encoding(scope), answers.xml_root, scope);
  };
}

function said(variants: Variant[], scope: AnswerScope): BuiltAnswer | null {
  try {
    for (const variant of variants) {
      const built = variant(scope);
      if (built) return built;
    }
  } catch (error) {
    // Repeats of the request may hold what the encoding cannot.
    if (!(error instanceof BuildFailure)) throw error;
  }
  return null;
}

/** No variant is for it, or none can be written: what happened, in the encoding at least. */
function unsaid(encoding: AnswerEncoding, root: string, { answer }: AnswerScope): BuiltAnswer {
  const { result, code, message, id } = answer;
  return {
    status: undefined,
    content_type: TYPES[encoding],
    body: write(encoding, { result: result ?? "error", id, code, message }, root),
  };
}

function encodingOf({ answers }: InboundDialect, language: Language): (scope: AnswerScope) => AnswerEncoding {
  const { encoding } = answers;
  if (typeof encoding === "string") return () => encoding;
  const rules = encoding.map((rule, i) => {
    const name = ANSWER_ENCODINGS.find((one) => rule[one] !== undefined) ?? "json";
    return {
      name,
      matches: at(`answers.encoding.${i}.${name}`, () => compileWhen(rule[name] ?? "otherwise", language)),
    };
  });
  const last = rules[rules.length - 1]?.name ?? "json";
  return (scope) => rules.find(({ matches }) => matches(scope) === true)?.name ?? last;
}

function compileVariant(
  { when, status, encoding, content_type, body }: AnswerVariant,
  language: Language,
  common: (scope: AnswerScope) => AnswerEncoding,
  root: string,
): Variant {
  const matches = when === undefined ? null : at("when", () => compileWhen(when, language));
  const get: Getter<AnswerScope> = at("body", () => compileBody(body, language, withItem));
  return (scope) => {
    if (matches && matches(scope) !== true) return null;
    const chosen = encoding ?? common(scope);
    const value = get({ ...scope, budget: { left: MAX_ITEMS } });
    return { status, content_type: content_type ?? TYPES[chosen], body: write(chosen, value, root) };
  };
}

/** Items of all lists of one answer. */
const MAX_ITEMS = 5_000;

function withItem(scope: AnswerScope, item: unknown): AnswerScope {
  if (scope.budget && --scope.budget.left < 0) throw new BuildFailure("the answer would be too large");
  return { ...scope, item };
}

function write(encoding: AnswerEncoding, value: unknown, root: string): string {
  switch (encoding) {
    case "json":
      return JSON.stringify(value ?? null);
    case "xml":
      return xmlText(value, root);
    case "text":
      return asText(value);
    case "form":
      return new URLSearchParams(pairsOf(value ?? {})).toString();
  }
}
