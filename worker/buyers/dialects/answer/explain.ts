import type { AnswerFormat, ConditionConfig, DialectConfig, Source } from "../../../../schema/config/dialect.ts";
import type { BidReading, OutcomeReading, StepReading, WireAnswer } from "../../dialect.ts";
import type { Truth } from "../expression/condition.ts";
import { parseCondition } from "../expression/parse.ts";
import { namesInCondition } from "../expression/syntax.ts";
import type { Answer, AnswerContext } from "./answer.ts";
import { compileBid } from "./bid.ts";
import { compileOutcome, compileStatus } from "./outcome.ts";
import type { AnswerEnv } from "./place.ts";
import type { AnyAnswer } from "./problems.ts";
import { compileReading, type Reading } from "./reading.ts";
import { compileRules } from "./rules.ts";
import { shown } from "./shown.ts";
import { compileStep } from "./step.ts";

/** Whose answer: the main ones, or a step's by its name (`post.after.poll`). */
export type AnswerPlace = "ping" | "post" | "status" | `${"ping" | "post"}.before.${string}` | `post.after.${string}`;

export interface ExplainedRule {
  index: number;
  outcome: string;
  /** As the configuration has it; the data form as JSON. */
  condition: string;
  /** null: on this answer it cannot be said, so the rule does not match. */
  truth: Truth;
  /** It decided. */
  matched: boolean;
  /** The names in the condition and what they stand for here, cut short; absent = nothing there. */
  uses: { name: string; value?: unknown }[];
}

export interface Explanation {
  /** Of the dialect's formats the one that fits; null: none. */
  format: AnswerFormat | null;
  /** Nothing is proved by what it lacks: not in the format, 5xx, 3xx. */
  weak: boolean;
  /** The document, cut short. */
  tree: unknown;
  captures: Record<string, string>;
  rules: ExplainedRule[];
  /** By the word of the configuration (`price`, `carry.slot`): where it is looked for, and what is there, cut short. */
  values: Record<string, { source: Source; value?: unknown }>;
  /** What the gateway makes of it all. */
  reading: BidReading | OutcomeReading | StepReading;
}

/** What became of an answer, step by step, by the very code that reads it. null: the dialect has no such request. */
export function explainAnswer(
  config: DialectConfig,
  place: AnswerPlace,
  wire: WireAnswer,
  env: AnswerEnv,
  context?: AnswerContext,
): Explanation | null {
  const found = answerAt(config, place);
  if (found === null) return null;
  const reading = compileReading(found.config, env, { bid: !place.startsWith("ping") });
  const answer = reading.parse(wire, context);
  return {
    format: answer.format,
    weak: answer.weak,
    tree: shown(answer.tree),
    captures: { ...answer.captures() },
    rules: explainRules(found, reading, answer),
    values: Object.fromEntries(
      sourcesOf(found).map(([name, source]) => [name, { source, value: shown(reading.source(name, source)(answer)) }]),
    ),
    reading: readerOf(found, place, env)(wire, context),
  };
}

function explainRules({ config }: AnyAnswer, reading: Reading, answer: Answer): ExplainedRule[] {
  const rules = compileRules<string>(config.rules, reading);
  let decided = false;
  return rules.map(({ outcome, when, matches }, index) => {
    const truth = matches(answer);
    const matched = truth === true && !decided;
    decided ||= matched;
    const condition = typeof when === "string" ? when : JSON.stringify(when);
    return { index, outcome, condition, truth, matched, uses: usesOf(when, reading, answer) };
  });
}

function usesOf(when: ConditionConfig, { language }: Reading, answer: Answer): ExplainedRule["uses"] {
  const names = new Set(namesInCondition(parseCondition(when)));
  return [...names].slice(0, 20).map((name) => ({ name, value: shown(language.name(name)(answer)) }));
}

/** Every word of an answer that names a source, lists of offers by the path of the list. */
function sourcesOf(answer: AnyAnswer): [string, Source][] {
  const { config } = answer;
  const carried = Object.entries(config.carry).map(([name, source]): [string, Source] => [`carry.${name}`, source]);
  const each: [string, Source][] =
    answer.kind === "bid" && answer.config.bids ? [["bids.each", answer.config.bids.each]] : [];
  const own = Object.entries(config).flatMap(([name, value]: [string, unknown]): [string, Source][] => {
    if (!SOURCES.has(name)) return [];
    const all = [value].flat().filter((one): one is string => typeof one === "string" && one !== "$contract");
    return all.length === 0 ? [] : [[name, all.length === 1 && all[0] !== undefined ? all[0] : all]];
  });
  return [...own, ...each, ...carried];
}

const SOURCES = new Set(
  "price counter_price ref brand consent_text expires_in_s expires_at destination min_duration_s reason buyer_lead_id redirect_url retry_after_s".split(
    " ",
  ),
);

function answerAt(config: DialectConfig, place: AnswerPlace): AnyAnswer | null {
  const { ping, post, status } = config;
  if (place === "ping") return ping ? { kind: "bid", config: ping.answer } : null;
  if (place === "post") return { kind: "outcome", config: post.answer };
  if (place === "status") return status ? { kind: "outcome", config: status.answer } : null;
  const [phase, when, ...rest] = place.split(".");
  const name = rest.join(".");
  if (when === "after") {
    const step = post.after.find((one) => one.name === name);
    return step ? { kind: "outcome", config: step.answer } : null;
  }
  const before = phase === "ping" ? (ping?.before ?? []) : post.before;
  const step = before.find((one) => one.name === name);
  const of = phase === "ping" ? "ping" : "post";
  return step ? { kind: "step", config: step.answer, place: { phase: of, delivers: step.delivers } } : null;
}

function readerOf(answer: AnyAnswer, place: AnswerPlace, env: AnswerEnv) {
  if (answer.kind === "bid") return compileBid(answer.config, env);
  if (answer.kind === "step") return compileStep(answer.config, env, answer.place);
  return place === "status" ? compileStatus(answer.config, env) : compileOutcome(answer.config, env);
}
