import * as z from "zod";

/** Ids of configuration are chosen by the operator and appear in logs, URLs and reports. */
export const idSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,39}$/,
    "must be 1-40 characters: lower-case letters, digits, _ or -, not starting with - or _",
  )
  .meta({ examples: ["acme_auto"] });

export const nameSchema = z.string().trim().min(1).max(120);

export const statusSchema = z.enum(["active", "paused"]).default("active");

/** Percent with up to two decimals; kept as basis points (80.5 -> 8050). */
export const percentSchema = z
  .number()
  .min(0)
  .max(100)
  .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-9, "must have at most two decimals");

export const timeZoneSchema = z
  .string()
  .max(60)
  .refine(isTimeZone, "must be an IANA time zone like America/New_York")
  .meta({ examples: ["America/New_York"] });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Names of lead fields; also what templates, filters and forms call them. */
export const fieldNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,39}$/, "must be 1-40 characters: lower-case letters, digits and _, starting with a letter");

export const urlSchema = z.url({ protocol: /^https?$/ }).max(2000);
