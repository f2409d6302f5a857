import { type FieldRules, type Reader, Refusal } from "./reading.ts";

/** `1234`, `1,234.50`, `$1,234`, `-5`, `.5`, `1e-7` (how JSON writes small numbers). Not `1.234,50`, not `12 %`. */
const NUMBER = /^([+-]?)\$?(\d+|\d{1,3}(?:,\d{3})+|)(\.\d*)?(e[+-]?\d{1,3})?$/i;
const LONGEST = 40;
/** Beyond it, neighbouring integers and cents are no longer distinct numbers. */
const LIMIT = 1e15;

function readNumber(raw: string): number | null {
  const text = raw.trim();
  const match = text.length <= LONGEST ? NUMBER.exec(text) : null;
  if (!match) return null;
  const [, sign = "", whole = "", fraction = "", exponent = ""] = match;
  if (whole === "" && fraction.length < 2) return null;
  return Number(sign + (whole.includes(",") ? whole.replaceAll(",", "") : whole) + fraction + exponent);
}

function range({ min, max }: FieldRules): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

/** Types `integer` and `number`, within the field's `min` and `max` (inclusive) and ±10^15. */
export function numberReader(rules: FieldRules): Reader {
  const whole = rules.type === "integer";
  const refusal = new Refusal(`must be a ${whole ? "whole number" : "number"}${range(rules)}`);
  const min = Math.max(rules.min ?? -LIMIT, -LIMIT);
  const max = Math.min(rules.max ?? LIMIT, LIMIT);
  return (raw) => {
    const value = typeof raw === "string" ? readNumber(raw) : raw;
    // NaN fails both comparisons.
    if (typeof value !== "number" || !(value >= min && value <= max)) return refusal;
    if (whole && !Number.isInteger(value)) return refusal;
    return value === 0 ? 0 : value;
  };
}
