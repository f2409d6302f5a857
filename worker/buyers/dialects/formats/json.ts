/** Deepest nesting of a document of any format: what comes after it may use the stack. */
export const MAX_DEPTH = 200;
/** Beyond it long ids are not kept digit by digit: that costs a call for each value. */
const DIGITS_KEPT = 32_768;
/** Longer documents with NaN in them are not mended: each costs a piece of text. */
const MENDED = 100_000;

/** As a script would be answered: `callback({…});`, or behind a guard against being run as one. */
const CALLBACK = /^(?:\/\*\*\/)?\s{0,20}[A-Za-z_$][\w$.]{0,80}\s{0,20}\(/;
const CALLBACK_END = /\)\s{0,20};?$/;
const GUARD = /^(?:\)\]\}',?|while\s?\(1\);|for\s?\(;;\);)\s{0,20}(?=[{[])/;

/**
 * JSON, or undefined. `callback(…)` around it and a byte order mark are dropped; whole numbers too long for a float stay text; NaN and
 * Infinity are null.
 */
export function parseJson(body: string): unknown {
  const text = body.replace(/^\uFEFF/, "").trim();
  const value = parseText(text);
  return value === undefined ? parseText(withoutScript(text)) : value;
}

function withoutScript(text: string): string {
  const end = CALLBACK_END.exec(text.slice(-30));
  if (!end || !CALLBACK.test(text)) return GUARD.test(text) ? text.replace(GUARD, "") : "";
  return text.slice(0, text.length - end[0].length).replace(CALLBACK, "");
}

function parseText(text: string): unknown {
  if (text === "" || tooDeep(text)) return undefined;
  try {
    const keeps = text.length <= DIGITS_KEPT && /\d{16}/.test(text);
    return keeps ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return parseWithNaN(text);
  }
}

/** Where a page, a warning of the buyer's program or other text stands before or after a JSON object: that object. */
export function jsonAmongText(body: string): unknown {
  const text = body.trim();
  const begins = [...text.slice(0, MAX_BEFORE).matchAll(/(?:^|[\n>])\s{0,20}(?=\{)/g)].slice(0, 5);
  for (const { index, 0: mark } of begins) {
    const from = index + mark.length;
    const end = endOfObject(text, from);
    const value = end === undefined || (from > 0 && end < text.length) ? undefined : parseJson(text.slice(from, end));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Longest text before an object. */
const MAX_BEFORE = 4_000;
/** Quotes and braces of an object among text: a page of nothing else must not cost time. */
const MAX_MARKS = 20_000;

function endOfObject(text: string, from: number): number | undefined {
  const marks = /["{}\\]/g;
  marks.lastIndex = from;
  let depth = 0;
  let seen = 0;
  let quoted = false;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === "\\") marks.lastIndex++;
    else if (mark[0] === '"') quoted = !quoted;
    else if (!quoted) depth += mark[0] === "{" ? 1 : -1;
    if (depth === 0 && !quoted && mark[0] === "}") return marks.lastIndex;
    if (depth > MAX_DEPTH || ++seen > MAX_MARKS) return undefined;
  }
  return undefined;
}

/** Ids longer than a float can hold stay as they were written. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? context?.source
    : value;
}

/** Some languages write NaN and Infinity into JSON; read as null, so that the price is what is wrong, not the answer. */
function parseWithNaN(text: string): unknown {
  if (text.length > MENDED || !/NaN|Infinity/.test(text)) return undefined;
  try {
    return JSON.parse(text.replace(/([:[,][ \t]{0,20})-?(?:NaN|Infinity)(?=\s{0,20}[,}\]])/g, "$1null"));
  } catch {
    return undefined;
  }
}

function tooDeep(text: string): boolean {
  if (text.length <= 2 * MAX_DEPTH) return false;
  let opened = 0;
  for (const mark of "[{")
    for (let at = text.indexOf(mark); at >= 0 && opened <= MAX_DEPTH; at = text.indexOf(mark, at + 1)) opened++;
  return opened > MAX_DEPTH && isDeep(text);
}

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      if (++depth > MAX_DEPTH) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
