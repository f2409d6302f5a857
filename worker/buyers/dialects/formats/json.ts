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
  const marks = /["[\]{}\\]/g;
  let depth = 0;
  let quoted = false;
  for (let mark = marks.exec(text); mark; mark = marks.exec(text)) {
    if (mark[0] === "\\") marks.lastIndex++;
    else if (mark[0] === '"') quoted = !quoted;
    else if (!quoted) depth += mark[0] === "[" || mark[0] === "{" ? 1 : -1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
