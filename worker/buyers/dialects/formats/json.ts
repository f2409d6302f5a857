/** Deepest nesting of a document of any format: what comes after it may use the stack. */
export const MAX_DEPTH = 200;
/** Beyond it long ids are not kept digit by digit: that costs a call for each value. */
const DIGITS_KEPT = 32_768;

/** JSON, or undefined. Whole numbers too long for a float stay text; NaN and Infinity are null; a byte order mark is dropped. */
export function parseJson(body: string): unknown {
  const text = body.replace(/^\uFEFF/, "").trim();
  if (text === "" || tooDeep(text)) return undefined;
  try {
    const keeps = text.length <= DIGITS_KEPT && /\d{16}/.test(text);
    return keeps ? JSON.parse(text, keepDigits) : JSON.parse(text);
  } catch {
    return parseWithNaN(text);
  }
}

/** Ids longer than a float can hold stay as they were written. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "")
    ? context?.source
    : value;
}

/** Some languages write NaN and Infinity into JSON; read as null, so that the price is what is wrong, not the answer. */
function parseWithNaN(text: string): unknown {
  if (!/NaN|Infinity/.test(text)) return undefined;
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
