import { entities, isElement } from "./documents.ts";

/** true, false, or null: the answer cannot say (it may be a proxy's, and what is asked for is not in it). */
export type Truth = boolean | null;

export interface Looked {
  status: number;
  text: string;
  weak: boolean;
  tree: unknown;
  /** Of the dialect's formats the one that it is in. */
  format: string | null;
  captured: Record<string, string>;
  headers: Record<string, string>;
  location: string | null;
}

const TOKEN =
  /\s*(?:(?<regex>(?<=matches\s*)\/(?:[^/\\]|\\.)+\/[is]*)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<mark>\?\?|!=|>=|<=|==|[|,:()=<>])|(?<word>[\p{L}\p{N}_$@#*./%+-]+))/uy;
interface Token {
  kind: "regex" | "text" | "mark" | "word";
  value: string;
}

/** Tells whether a condition of a dialect holds, by a reader of its own: walks the text and decides as it goes. */
export function holds(condition: string, of: Looked): Truth {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (condition.slice(TOKEN.lastIndex).trim() !== "") {
    const groups = TOKEN.exec(condition)?.groups;
    if (!groups) throw new Error(`the oracle cannot read ${condition}`);
    const text = groups.double ?? groups.single;
    if (groups.regex !== undefined) tokens.push({ kind: "regex", value: groups.regex });
    else if (text !== undefined) tokens.push({ kind: "text", value: text.replace(/\\(.)/g, "$1") });
    else if (groups.mark !== undefined) tokens.push({ kind: "mark", value: groups.mark });
    else tokens.push({ kind: "word", value: groups.word ?? "" });
  }
  const reader = new Walk(tokens, of);
  const truth = reader.either();
  if (!reader.done()) throw new Error(`the oracle did not read all of ${condition}`);
  return truth;
}

class Walk {
  private at = 0;
  private readonly tokens: Token[];
  private readonly of: Looked;
  constructor(tokens: Token[], of: Looked) {
    this.tokens = tokens;
    this.of = of;
  }
  done = (): boolean => this.at === this.tokens.length;
  private is(value: string): boolean {
    const token = this.tokens[this.at];
    const found =
      token !== undefined && token.kind !== "text" && token.kind !== "regex" && token.value.toLowerCase() === value;
    if (found) this.at++;
    return found;
  }
  private are(...values: string[]): boolean {
    const from = this.at;
    if (values.every((value) => this.is(value))) return true;
    this.at = from;
    return false;
  }

  either(): Truth {
    const all = [this.both()];
    while (this.is("or")) all.push(this.both());
    return all.includes(true) ? true : all.includes(null) ? null : false;
  }
  private both(): Truth {
    const all = [this.one()];
    while (this.is("and")) all.push(this.one());
    return all.includes(false) ? false : all.includes(null) ? null : true;
  }
  private one(): Truth {
    if (this.is("not")) {
      const inner = this.one();
      return inner === null ? null : !inner;
    }
    if (this.is("otherwise")) return this.of.weak ? null : true;
    if (!this.is("(")) return this.test();
    const inner = this.either();
    this.is(")");
    return inner;
  }

  private test(): Truth {
    const first = this.take();
    let value = this.valueOf(first);
    while (this.is("??")) {
      const next = this.valueOf(this.take());
      if (!there(value)) value = next;
    }
    while (this.is("|")) value = piped(value, this.take().value);
    const certain = /^\$(status|header|location|bid)/.test(first.value) && first.kind === "word";
    const said = (truth: boolean): Truth => truth || (this.of.weak && !certain ? null : false);
    const not = (truth: Truth): Truth => (truth === null ? null : !truth);
    if (this.are("not", "exists") || this.are("is", "missing")) return not(said(there(value)));
    if (this.is("exists")) return said(there(value));
    // Of what a path with * finds, any may be meant.
    const any = (test: (one: unknown) => boolean): boolean =>
      first.value.includes("*") && Array.isArray(value) ? value.some(test) : test(value);
    const among = (list: string[]) => any((found) => list.some((one) => equal(found, one)));
    if (this.are("not", "in")) return not(said(among(this.list())));
    if (this.is("in")) return said(among(this.list()));
    if (this.are("not", "contains")) return not(said(contains(value, this.take().value)));
    if (this.is("contains")) return said(contains(value, this.take().value));
    if (this.are("starts", "with")) return said(starts(value, this.take().value));
    if (this.is("matches")) return said(matches(value, this.take().value));
    if (this.are("is", "not") || this.is("!=")) return not(said(among([this.take().value])));
    if (this.is("is") || this.is("=") || this.is("==")) return said(among([this.take().value]));
    for (const by of [">=", "<=", ">", "<"])
      if (this.is(by)) return said(ordered(value, by, Number(this.take().value)));
    throw new Error("the oracle does not know this comparison");
  }

  private take(): Token {
    const token = this.tokens[this.at++];
    if (!token) throw new Error("a condition ends too early for the oracle");
    return token;
  }
  private list(): string[] {
    const values: string[] = [];
    this.is("(");
    while (!this.is(")")) if (!this.is(",")) values.push(this.take().value);
    return values;
  }
  private valueOf({ kind, value }: Token): unknown {
    if (kind !== "word") return value;
    if (value === "$status") return this.of.status;
    if (value === "$text") return this.of.text;
    if (value === "$location") return this.of.location;
    if (value.startsWith("$header.")) return this.of.headers[value.slice(8).toLowerCase()];
    return this.of.captured[value] ?? find(this.of.tree, value);
  }
}

/** A path: members, positions, `*`, `..name`. */
export function find(tree: unknown, path: string): unknown {
  const steps = path.startsWith("..")
    ? [`..${path.slice(2).split(".")[0]}`, ...path.slice(2).split(".").slice(1)]
    : path.split(".");
  let found: unknown[] = [tree];
  for (const step of steps) found = found.flatMap((value) => into(value, step)).filter((value) => value !== undefined);
  const values = found.map((value) => (isElement(value) && Object.hasOwn(value, "#text") ? value["#text"] : value));
  if (!steps.includes("*")) return values[0];
  const kept = values.filter((value) => value !== null);
  return kept.length > 0 ? kept : undefined;
}

function into(value: unknown, step: string): unknown[] {
  if (step === "*")
    return Array.isArray(value) ? value : isElement(value) ? Object.values(value) : value === null ? [] : [value];
  if (step.startsWith("..")) return [anywhere(value, step.slice(2))];
  if (Array.isArray(value)) {
    if (/^\d{1,6}$/.test(step)) return [value[Number(step)]];
    const holder: unknown = value.find((one) => isElement(one) && Object.hasOwn(one, step));
    return isElement(holder) ? [holder[step]] : [];
  }
  if (isElement(value) && Object.hasOwn(value, step)) return [value[step]];
  return step === "0" && value !== null ? [value] : [];
}

function anywhere(value: unknown, name: string): unknown {
  const open = [value];
  for (let seen = 0; open.length > 0 && seen < 5_000; seen++) {
    const next = open.shift();
    if (isElement(next) && Object.hasOwn(next, name)) return next[name];
    if (typeof next === "object" && next !== null) open.push(...Object.values(next));
  }
  return undefined;
}

const there = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && (typeof value !== "object" || Object.keys(value).length > 0);
const text = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(text).join(",")
    : value === null || value === undefined
      ? ""
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value);
const plain = (value: unknown): string => text(value).trim().toLowerCase();
const number = (value: unknown): number =>
  typeof value === "number"
    ? value
    : typeof value === "string" && /^\s*[+-]?(\d+\.?\d*|\.\d+)\s*$/.test(value)
      ? Number(value)
      : Number.NaN;

function equal(value: unknown, wanted: string): boolean {
  if (wanted === "null") return value === null;
  if (value === undefined || value === null || typeof value === "object") return false;
  if (typeof value === "number" && /^[1-5]xx$/i.test(wanted)) return String(value)[0] === wanted[0];
  return (
    plain(value) === wanted.trim().toLowerCase() || (/^-?\d+(\.\d+)?$/.test(wanted) && number(value) === Number(wanted))
  );
}

const ordered = (value: unknown, by: string, limit: number): boolean =>
  by === ">"
    ? number(value) > limit
    : by === ">="
      ? number(value) >= limit
      : by === "<"
        ? number(value) < limit
        : number(value) <= limit;

const starts = (value: unknown, wanted: string): boolean =>
  there(value) && plain(value).startsWith(wanted.trim().toLowerCase());

function contains(value: unknown, words: string): boolean {
  const wanted = words.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = new RegExp(`(?<![\\p{L}\\p{N}])${wanted}(?![\\p{L}\\p{N}])`, "iu");
  return (Array.isArray(value) ? value : [value]).some((one) => there(one) && whole.test(text(one).slice(0, 20_000)));
}

function matches(value: unknown, pattern: string): boolean {
  const [, inside = pattern, flags = ""] = /^\/(.*)\/([is]*)$/s.exec(pattern) ?? [];
  return there(value) && new RegExp(inside, flags).test(text(value).slice(0, 20_000));
}

function piped(value: unknown, pipe: string): unknown {
  if (value === undefined || value === null) return undefined;
  if (pipe === "trim") return text(value).trim();
  if (pipe === "html_decode") return entities(text(value));
  throw new Error(`the oracle does not know the pipe ${pipe}`);
}
