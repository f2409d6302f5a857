import * as z from "zod";

/**
 * An amount in 1/10,000 of the currency's unit, as a safe integer. Bids like 21.105 are real, so cents are too coarse.
 * Inside the gateway money is only ever this; on the wire it is a JSON number with up to four decimals.
 */
export type Money = number & { readonly __money: unique symbol };

export const MONEY_SCALE = 10_000;
/** No single price or balance above 100 million units: keeps every product and sum a safe integer. */
export const MONEY_LIMIT = (100_000_000 * MONEY_SCALE) as Money;
export const ZERO = 0 as Money;

const DECIMAL = /^([+-]?)(\d{1,9})(?:\.(\d{1,4})0*)?$/;

/** Reads a decimal exactly, without floating point. `null` when it is not a plain decimal with up to four places. */
export function parseMoney(input: number | string): Money | null {
  const text = typeof input === "number" ? (Number.isFinite(input) ? plain(input) : "") : input.trim();
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, sign, units = "0", fraction = ""] = match;
  const amount = Number(units) * MONEY_SCALE + Number(fraction.padEnd(4, "0"));
  if (amount > MONEY_LIMIT) return null;
  return (sign === "-" && amount !== 0 ? -amount : amount) as Money;
}

/** A number as the shortest plain decimal; scientific notation (1e21, 1e-7) is not money. */
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? "" : text;
}

/** The wire form: a JSON number with up to four decimals. Exact for every amount below {@link MONEY_LIMIT}. */
export function toWire(amount: Money): number {
  return Number(formatMoney(amount));
}

/** `21.105` as text, without trailing zeros beyond two places (`9.50`, `21.105`). */
export function formatMoney(amount: Money): string {
  const absolute = Math.abs(amount);
  const units = Math.trunc(absolute / MONEY_SCALE);
  const fraction = String(absolute % MONEY_SCALE)
    .padStart(4, "0")
    .replace(/0{1,2}$/, "");
  return `${amount < 0 ? "-" : ""}${units}.${fraction}`;
}

export function money(amount: number): Money {
  if (!Number.isSafeInteger(amount)) throw new Error("money must be a safe integer of 1/10,000 units");
  return amount as Money;
}

export const add = (a: Money, b: Money): Money => money(a + b);
export const subtract = (a: Money, b: Money): Money => money(a - b);

/** `amount` times `basisPoints`/10,000 (80 % = 8,000), rounded down: a share never costs more than it states. */
export function share(amount: Money, basisPoints: number): Money {
  return money(Number((BigInt(amount) * BigInt(basisPoints)) / 10_000n));
}

/** Wire money for zod: number or string in, {@link Money} out. */
export const moneySchema = z
  .union([z.number(), z.string()])
  .transform((value, ctx) => {
    const amount = parseMoney(value);
    if (amount === null) {
      ctx.addIssue({ code: "custom", message: "must be a plain amount with at most four decimals, like 21.105" });
      return z.NEVER;
    }
    return amount;
  })
  .meta({ description: "An amount in the currency's unit with at most four decimals.", examples: [21.105, "9.50"] });

export const positiveMoneySchema = moneySchema.refine((amount) => amount >= 0, { message: "must not be negative" });
