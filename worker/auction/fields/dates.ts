import { type Reader, Refusal } from "./reading.ts";

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const US_DATE = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
/** A form that does not encode its body turns the `+` of an offset into a space: read as `+`. */
const DATETIME =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:([Zz])|([+ -])(\d{2}):?(\d{2}))$/;
const LONGEST = 40;
/** Outside of it a year is a slip of the keyboard. */
const FIRST_YEAR = 1900;
const LAST_YEAR = 2199;

function isDay(year: number, month: number, day: number): boolean {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const NOT_A_DATE = new Refusal("must be a calendar date like 1980-12-31 or 12/31/1980");

/** `YYYY-MM-DD` or `MM/DD/YYYY`, real days of 1900 to 2199 only; the result is ISO. */
export const readDate: Reader = (raw) => {
  const text = typeof raw === "string" ? raw.trim() : "";
  const iso = ISO_DATE.exec(text);
  if (iso) return isDay(Number(iso[1]), Number(iso[2]), Number(iso[3])) ? text : NOT_A_DATE;
  const us = US_DATE.exec(text);
  if (!us || !isDay(Number(us[3]), Number(us[1]), Number(us[2]))) return NOT_A_DATE;
  return `${us[3]}-${(us[1] ?? "").padStart(2, "0")}-${(us[2] ?? "").padStart(2, "0")}`;
};

const NOT_A_TIME = new Refusal(
  "must be an ISO 8601 time with its offset, like 2026-11-20T15:04:05Z or 2026-11-20T10:04:05-05:00",
);

/** ISO 8601 with an offset (a time without one is ambiguous); the result is UTC with milliseconds. */
export const readDatetime: Reader = (raw) => {
  const text = typeof raw === "string" ? raw.trim() : "";
  const match = text.length <= LONGEST ? DATETIME.exec(text) : null;
  if (!match) return NOT_A_TIME;
  const part = (index: number): number => Number(match[index] ?? 0);
  if (!isDay(part(1), part(2), part(3)) || part(4) > 23 || part(5) > 59 || part(6) > 59) return NOT_A_TIME;
  if (part(10) > 14 || part(11) > 59) return NOT_A_TIME;
  const ms = Number((match[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const offset = (part(10) * 60 + part(11)) * (match[9] === "-" ? -1 : 1);
  const at = new Date(Date.UTC(part(1), part(2) - 1, part(3), part(4), part(5) - offset, part(6), ms));
  return at.getUTCFullYear() >= FIRST_YEAR && at.getUTCFullYear() <= LAST_YEAR ? at.toISOString() : NOT_A_TIME;
};
