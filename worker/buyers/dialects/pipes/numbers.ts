import { each, type PipeMaker, type PipeTable, textOf } from "./pipe.ts";

/** Arithmetic of decimals: results are kept to 15 digits, so that 0.1 + 0.2 is 0.3. No result that is no number. */
const tidy = (number: number): number | undefined =>
  Number.isFinite(number) ? Number(number.toPrecision(15)) : undefined;

const onNumber =
  (apply: (number: number, ...args: number[]) => number | string | undefined): PipeMaker =>
  () =>
    each((value, args) => {
      const number = readNumber(value);
      const others = args.map(readNumber);
      if (number === undefined || others.some((other) => other === undefined)) return undefined;
      const result = apply(number, ...others.filter((other) => other !== undefined));
      return typeof result === "number" ? tidy(result) : result;
    });

export const NUMBERS: PipeTable = {
  number: onNumber((n) => n),
  integer: onNumber((n) => Math.trunc(n)),
  "plus N": onNumber((n, m = 0) => n + m),
  "minus N": onNumber((n, m = 0) => n - m),
  "times N": onNumber((n, m = 0) => n * m),
  "divided_by N": onNumber((n, m = 0) => (m === 0 ? undefined : n / m)),
  "modulo N": onNumber((n, m = 0) => (m === 0 ? undefined : n % m)),
  "round [PLACES]": onNumber((n, places = 0) => round(n, places)),
  floor: onNumber((n) => Math.floor(n)),
  ceil: onNumber((n) => Math.ceil(n)),
  abs: onNumber((n) => Math.abs(n)),
  "fixed PLACES": onNumber((n, places = 0) => plain(n, places)),
  "grouped [PLACES]": onNumber((n, places = 0) => grouped(plain(n, places))),
  "at_least N": onNumber((n, m = 0) => Math.max(n, m)),
  "at_most N": onNumber((n, m = 0) => Math.min(n, m)),
  cents: onNumber((n) => round(n * 100, 0)),
  from_cents: onNumber((n) => n / 100),
};

/**
 * A number, or the one that a text is: with currency signs, thousands separators, a percent sign or a unit around it. `1,234.50` and
 * `1.234,50` are told apart by what comes last; `1,234` is over a thousand, `12,5` is not; `250k` is 250,000. Of a range (`600-699`) nothing.
 */
export function readNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string") return typeof value === "boolean" ? Number(value) : undefined;
  const match = /^[^\d.,+-]{0,20}([+-]?)[^\d.,+-]{0,20}(\d[\d.,' \u00a0]*|[.,]\d+)([^\d]{0,20})$/.exec(
    value.slice(0, 100).trim(),
  );
  if (!match) return undefined;
  const [, sign = "", digits = "", unit = ""] = match;
  const thousand = /^\s?k\b/i.test(unit) ? 1_000 : 1;
  const number = thousand * Number(separated(digits.replace(/[' \u00a0]/g, "").replace(/[.,]$/, "")));
  if (!Number.isFinite(number)) return undefined;
  return sign === "-" || /^\(.*\)$/.test(value.trim()) ? -number : number;
}

/** Separators as JavaScript wants them. */
function separated(digits: string): string {
  const comma = digits.lastIndexOf(",");
  const dot = digits.lastIndexOf(".");
  if (comma >= 0 && dot >= 0)
    return comma > dot ? digits.replaceAll(".", "").replace(",", ".") : digits.replaceAll(",", "");
  if (comma >= 0) return /^\d{1,3}(,\d{3})+$/.test(digits) ? digits.replaceAll(",", "") : digits.replace(",", ".");
  return /^\d{1,3}(\.\d{3}){2,}$/.test(digits) ? digits.replaceAll(".", "") : digits;
}

const clamp = (places: number): number => Math.min(Math.max(Math.trunc(places), 0), 10);

/** Half away from zero, as people round money. */
function round(n: number, places: number): number {
  const factor = 10 ** clamp(places);
  const scaled = Number((Math.abs(n) * factor).toPrecision(15));
  return (Math.sign(n) * Math.round(scaled)) / factor;
}

/** Plain digits, never an exponent; undefined where there are too many. */
function plain(n: number, places: number): string | undefined {
  return Math.abs(n) < 1e15 ? round(n, places).toFixed(clamp(places)) : undefined;
}

const grouped = (text: string | undefined): string | undefined => text?.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");

/** For pipes that count: a number argument, or what stands for it when it is none. */
export const numberArg = (value: unknown, otherwise: number): number => readNumber(textOf(value)) ?? otherwise;
