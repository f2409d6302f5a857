import { type Money, parseMoney } from "../../../../schema/money.ts";

/** What is claimed to last longer lasts this long. */
const MAX_S = 86_400;

const AMOUNT = /^([$€£]?)\s?(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?$/;

/**
 * A price: a number, or a plain decimal as text, with or without `$`, `€`, `£` before it (which is taken to be the campaign's currency) and
 * with commas between thousands where they can be nothing else (`1,234.50`, `1,234,567`, `$1,234`). Decimal commas, exponents, negative
 * amounts, currency codes and more than four places are `invalid`: what is unclear is not a price.
 */
export function readPrice(value: unknown): Money | "invalid" {
  if (typeof value !== "number" && typeof value !== "string") return "invalid";
  const amount = parseMoney(typeof value === "number" ? value : plainAmount(value.trim()));
  return amount === null || amount < 0 ? "invalid" : amount;
}

function plainAmount(text: string): string {
  const match = AMOUNT.exec(text);
  if (!match) return text;
  const [, sign, units = "", fraction = ""] = match;
  const groups = units.split(",").length;
  if (groups === 2 && fraction === "" && sign !== "$" && sign !== "£") return text;
  return units.replaceAll(",", "") + fraction;
}

/** Seconds above zero, as number or text; at most a day. */
export function readSeconds(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*\d{1,9}(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  return typeof number === "number" && number > 0 ? Math.min(number, MAX_S) : undefined;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** A moment as epoch ms: ISO 8601 (UTC where no zone is given), epoch seconds or epoch milliseconds. */
export function readMoment(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\s*\d{9,16}(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof number === "number") {
    if (number >= 1e11 && number < 1e14) return Math.floor(number);
    return number >= 1e8 && number < 1e11 ? Math.floor(number * 1_000) : undefined;
  }
  const match = typeof value === "string" ? ISO.exec(value.trim()) : null;
  if (!match) return undefined;
  const [, day, time = "00:00", zone = "Z"] = match;
  const at = Date.parse(`${day}T${time}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(at) ? undefined : at;
}

export interface Expiry {
  expires_in_s?: number;
  expires_at?: number;
  /** It was over before it came. */
  past: boolean;
}

/** How long a bid is good: the seconds, or until the moment; `now` null = not known. At most a day. */
export function readExpiry(seconds: unknown, moment: unknown, now: number | null): Expiry {
  const inS = readSeconds(seconds);
  const at = readMoment(moment);
  if (at === undefined || now === null) return { expires_in_s: inS, expires_at: at, past: false };
  const left = Math.min((at - now) / 1_000, MAX_S, inS ?? MAX_S);
  return left > 0 ? { expires_in_s: left, expires_at: at, past: false } : { expires_at: at, past: true };
}
