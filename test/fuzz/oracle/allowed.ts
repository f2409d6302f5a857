import type { BidAnswer, OutcomeAnswer, StepAnswer } from "../../../schema/config/dialect.ts";
import type { WireAnswer } from "../../../worker/buyers/dialect.ts";
import { holds, type Looked } from "./conditions.ts";
import { documentOf, isElement } from "./documents.ts";

type AnyAnswer = BidAnswer | OutcomeAnswer | StepAnswer;

/** May this answer count as `wanted` (accepted, bid, go_on)? By the dialect's rules in their order, else by the table of docs/buyers.md. */
export function allowed(config: AnyAnswer, wire: WireAnswer, wanted: "accepted" | "bid" | "go_on"): boolean {
  const looked = lookAt(config, wire);
  for (const rule of config.rules) {
    const { outcome, when } = ruleOf(rule);
    if (holds(when, looked) === true) return outcome === wanted;
  }
  return wanted === "accepted" && usual(looked, wire, config.rules.length === 0);
}

function ruleOf(rule: AnyAnswer["rules"][number]): { outcome: string; when: string } {
  if ("when" in rule && "outcome" in rule) {
    if (typeof rule.when !== "string") throw new Error("the oracle reads conditions as text");
    return { outcome: rule.outcome, when: rule.when };
  }
  const [[outcome, when] = ["", ""]] = Object.entries(rule);
  return { outcome, when: String(when) };
}

function lookAt(config: AnyAnswer, wire: WireAnswer): Looked {
  const text = wire.body.trim();
  const read = [config.format].flat().map((format) => ({ format, tree: documentOf(format, text) }));
  const first = read.find(({ tree }) => tree !== undefined);
  const tree = withInner(first?.tree, config);
  const captured: Record<string, string> = {};
  for (const pattern of [...config.capture].reverse())
    Object.assign(
      captured,
      defined(new RegExp(pattern.replaceAll("(?P<", "(?<")).exec(text.slice(0, 20_000))?.groups ?? {}),
    );
  const { status, location, headers = {} } = wire;
  const wanted = new Set(config.headers.map((name) => name.toLowerCase()));
  const seen = Object.fromEntries(Object.entries(headers).filter(([name]) => wanted.has(name)));
  return {
    status,
    text,
    location,
    headers: seen,
    captured,
    tree,
    format: first?.format ?? null,
    weak: tree === undefined || status >= 500 || (status >= 300 && status < 400),
  };
}

const defined = (groups: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** The documents within the document; one that cannot be read makes the whole doubtful. */
function withInner(tree: unknown, config: AnyAnswer): unknown {
  let whole = tree;
  for (const { at, format } of config.inner) {
    const names = at.split(".");
    const last = names.pop() ?? "";
    const holder = names.reduce<unknown>((value, name) => (isElement(value) ? value[name] : undefined), whole);
    const found = isElement(holder) ? holder[last] : undefined;
    const value = isElement(found) && typeof found["#text"] === "string" ? found["#text"] : found;
    if (typeof value !== "string" || value.trim() === "" || !isElement(holder)) continue;
    const inner = documentOf(format, value.trim());
    if (inner === undefined) whole = undefined;
    else holder[last] = inner;
  }
  return whole;
}

const YES =
  /(?<![\p{L}\p{N}])(accepted|accept|success|successful|succeeded|ok|okay|sold|matched|match|approved|purchased|posted|bought|true|yes|valid|no|not)(?![\p{L}\p{N}])/iu;
const YES_NUMBER = /^\s*(1|20[012])\s*$/;
const NO =
  /^\W*(rejected|reject|failed|fail|failure|error|errors|declined|decline|denied|refused|invalid|unmatched|unsold|duplicate|pending|queued|false)\W*$/i;
const WORDS = new Set("status result response outcome decision leadstatus".split(" "));
const FLAGS = new Set("success accepted accept ok sold matched valid approved isvalid issuccess".split(" "));

/** 200, 201 and 202 only; a body that says yes in its usual places; never one whose plain word is a no. Without rules an empty body, or one without any word, is a yes. */
function usual({ text, tree, format }: Looked, { status }: WireAnswer, withoutRules: boolean): boolean {
  const isXml = format === "xml";
  if (status < 200 || status > 202) return false;
  if (text === "") return withoutRules;
  if (typeof tree !== "object" || tree === null) return YES.test(text);
  const phrase = isXml ? phraseIn(tree) : undefined;
  if (phrase !== undefined) return YES.test(phrase);
  const said = saidIn(tree, 0, isXml);
  if (said.some(({ word, value }) => word && NO.test(value))) return false;
  return said.some(({ value }) => YES.test(value) || YES_NUMBER.test(value)) || (withoutRules && said.length === 0);
}

/** The text of a document that is nothing but one short text. */
function phraseIn(tree: unknown): string | undefined {
  let inner = tree;
  for (let depth = 0; depth < 6 && isElement(inner); depth++) {
    const [only, ...more] = Object.entries(inner).filter(([name]) => !name.startsWith("@"));
    if (only === undefined || more.length > 0) return undefined;
    inner = only[1];
  }
  return typeof inner === "string" && inner.length <= 60 ? inner : undefined;
}

/** What stands in the usual places: at the top and below data, response, result; in XML also below what only wraps. */
function saidIn(tree: unknown, depth: number, wrapped: boolean): { word: boolean; value: string }[] {
  if (!isElement(tree) || depth > 6) return [];
  return Object.entries(tree).flatMap(([name, value]) => {
    const plain = name.toLowerCase().replace(/[^a-z]/g, "");
    const usualPlace = WORDS.has(plain) || FLAGS.has(plain);
    const own =
      usualPlace && typeof value !== "object" ? [{ word: WORDS.has(plain) && depth === 0, value: String(value) }] : [];
    const inner = wrapped || (depth === 0 && /^(data|response|result)$/.test(plain));
    return inner ? [...own, ...saidIn(value, depth + 1, wrapped)] : own;
  });
}
