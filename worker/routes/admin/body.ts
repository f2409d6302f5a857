import type { Context } from "hono";
import * as z from "zod";
import { problem, zodProblem } from "../problem.ts";

/** Configuration with ZIP lists of thousands of entries fits; a stored row must stay below D1's 2 MB. */
const MAX_BYTES = 1_000_000;

/** A value, or the answer that says why there is none. */
export type Read<T> = { ok: true; value: T } | { ok: false; response: Response };

/** The JSON object of a request, of at most `max` bytes. */
export async function readObject(c: Context, max = MAX_BYTES): Promise<Read<Record<string, unknown>>> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return no(415, "unsupported_media_type", "send application/json");
  if (Number(c.req.header("content-length") ?? 0) > max)
    return no(413, "body_too_large", `the body is larger than ${max} bytes`);
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > max) return no(413, "body_too_large", `the body is larger than ${max} bytes`);
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { ok: true, value: value as Record<string, unknown> };
    return no(400, "invalid_body", "the body must be one JSON object");
  } catch {
    return no(400, "invalid_json", "the body is not JSON in UTF-8");
  }
}

/** The JSON object, read by a schema. */
export async function readBodyAs<T extends z.ZodType>(c: Context, schema: T, max?: number): Promise<Read<z.output<T>>> {
  const body = await readObject(c, max);
  return body.ok ? check(schema, body.value) : body;
}

/** Query parameters, read by a schema; a parameter that is not named in it is refused, since it may be a slip of the pen. */
export function readQuery<T extends z.ZodType>(c: Context, schema: T): Read<z.output<T>> {
  return check(schema, c.req.query());
}

export function check<T extends z.ZodType>(schema: T, value: unknown): Read<z.output<T>> {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, response: zodProblem(parsed.error) };
}

export function no(status: number, code: string, detail: string): { ok: false; response: Response } {
  return { ok: false, response: problem(status, code, detail) };
}

export const reasonSchema = z
  .string()
  .trim()
  .min(3)
  .max(500)
  .meta({ description: "Why; kept with the change.", examples: ["buyer asked for it"] });
export const limitSchema = z.coerce.number().int().min(1).max(500).default(100);
/** A time in a query: ISO 8601 or epoch ms. */
export const timeSchema = z
  .union([
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
    z
      .string()
      .regex(/^\d{10,14}$/)
      .transform(Number),
  ])
  .meta({ description: "ISO 8601 with an offset, or epoch ms." });
/** A place in a list that is read from its newest on: what is of one millisecond may lie on two pages. */
const cursorSchema = z
  .string()
  .max(200)
  .regex(/^\d{10,14}~./)
  .transform((text) => ({ at: Number(text.slice(0, text.indexOf("~"))), id: text.slice(text.indexOf("~") + 1) }));
export const placeSchema = z
  .union([timeSchema.transform((at) => ({ at, id: "" })), cursorSchema])
  .meta({ description: "The `next` of the page before, or a time: ISO 8601 with an offset, or epoch ms." });
/** The `next` of a page of so many rows at most; null = that was the last. */
export function placeAfter(rows: readonly { at: number; id: string }[], limit: number): string | null {
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return last ? `${last.at}~${last.id}` : null;
}
export const iso = (at: number): string => new Date(at).toISOString();
