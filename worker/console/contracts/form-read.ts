import type { Typed } from "../records/routes.ts";
import type { Problem } from "../shell/api.ts";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const json = (value: unknown): string => (value === undefined ? "" : JSON.stringify(value, null, 2));

/** What the form shows of a record. */
export function typedOfRecord(record: Record<string, unknown>): Typed {
  const price = isObject(record.price) ? record.price : {};
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, text(record[name])])),
    price_type: text(price.type) || "bid",
    amount: text(price.amount),
    max_bid: text(price.max_bid),
    ...Object.fromEntries(JSONS.map((name) => [name, json(record[name])])),
  };
}

export const TEXTS = [
  "name",
  "time_zone",
  "on_unknown",
  "find_out",
  "priority",
  "publisher_share",
  "duplicate_window_days",
  "ping_timeout_ms",
  "post_timeout_ms",
] as const;
const NUMBERS: ReadonlySet<string> = new Set([
  "priority",
  "publisher_share",
  "duplicate_window_days",
  "ping_timeout_ms",
  "post_timeout_ms",
]);
export const JSONS = ["filter", "schedule", "caps", "sources"] as const;

/** The record with what was typed; a number that is none goes on as text, so that the API names its field. */
export function readForm(
  typed: Typed,
  present: Record<string, unknown>,
): { record: Record<string, unknown> } | { problem: Problem } {
  const record: Record<string, unknown> = { ...present };
  for (const name of ["buyer_id", "campaign_id", "endpoint_id"]) if (typed[name]) record[name] = typed[name].trim();
  for (const name of TEXTS) {
    const value = typed[name]?.trim() ?? "";
    const number = Number(value);
    record[name] = value === "" ? undefined : NUMBERS.has(name) && Number.isFinite(number) ? number : value;
  }
  record.price = priceOf(typed, present);
  const errors: Problem["errors"] = [];
  for (const name of JSONS) {
    const value = typed[name]?.trim() ?? "";
    try {
      record[name] = value === "" ? undefined : JSON.parse(value);
    } catch (error) {
      errors.push({ field: name, message: `is no JSON: ${error instanceof Error ? error.message : "unreadable"}` });
    }
  }
  if (errors.length > 0)
    return { problem: { status: 422, code: "invalid_fields", detail: "The form is not as required.", errors } };
  return { record: Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) };
}

function priceOf(typed: Typed, present: Record<string, unknown>): unknown {
  const { price_type: type = "bid", amount = "", max_bid = "" } = typed;
  if (type === "fixed") return { type, amount: amount.trim() };
  if (type === "table")
    return isObject(present.price) && present.price.type === "table" ? present.price : { type, rows: [] };
  return max_bid.trim() === "" ? { type: "bid" } : { type: "bid", max_bid: max_bid.trim() };
}
