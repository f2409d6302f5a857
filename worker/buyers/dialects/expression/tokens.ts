import { DialectProblem } from "./problem.ts";

export type Token =
  | { kind: "text"; value: string }
  | { kind: "number"; value: number }
  | { kind: "word"; value: string }
  | { kind: "regex"; value: string; flags: string }
  | { kind: "mark"; value: string };

const MARKS = ["??", "!=", ">=", "<=", "==", "|", ",", ":", "(", ")", "=", ">", "<"];
/** Bare names and paths: `Errors.*.@Code`, `$header.x-status`, `["a name"].b`, `fields[name=status].value`. */
const WORD =
  /(?:\[\s*(?:"[^"]*"|'[^']*'|\d+|\*|[\w@#-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\]"'\s]+))\s*\]|[\p{L}\p{N}_$@#*./%+-])+/uy;
/** Without leading zeros: a ZIP stays a text. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const TEXT = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
const REGEX = /\/((?:[^/\\]|\\.)+)\/([is]*)/sy;

const SPACE = /\s+/y;

/** How other languages write it. */
const FOREIGN = /\|\||&&|===|!==|!(?!=)/y;
const WORDS: Readonly<Record<string, string>> = { "||": "or", "&&": "and", "===": "is", "!==": "is not", "!": "not" };

/** Takes an expression's text apart. A regular expression is only read after the word `matches`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = stick(SPACE, text, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const [token, end] = next(text, at, tokens.at(-1));
    tokens.push(token);
    at = end;
  }
  return tokens;
}

function next(text: string, at: number, before: Token | undefined): [Token, number] {
  const afterMatches = before?.kind === "word" && before.value === "matches";
  const regex = afterMatches ? stick(REGEX, text, at) : null;
  if (regex) return [{ kind: "regex", value: regex[1] ?? "", flags: regex[2] ?? "" }, at + regex[0].length];
  const foreign = stick(FOREIGN, text, at);
  if (foreign) throw new DialectProblem(`${shown(text)}: say ${WORDS[foreign[0]] ?? ""} for ${foreign[0]}`);
  const quoted = stick(TEXT, text, at);
  if (quoted) return [{ kind: "text", value: unescaped(quoted[1] ?? quoted[2] ?? "") }, at + quoted[0].length];
  const mark = MARKS.find((known) => text.startsWith(known, at));
  if (mark) return [{ kind: "mark", value: mark }, at + mark.length];
  const word = stick(WORD, text, at)?.[0];
  if (!word) throw new DialectProblem(`cannot read ${JSON.stringify(text.slice(at, at + 12))} in ${shown(text)}`);
  const token: Token = NUMBER.test(word) ? { kind: "number", value: Number(word) } : { kind: "word", value: word };
  return [token, at + word.length];
}

function stick(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
const unescaped = (text: string): string => text.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter);

export const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
