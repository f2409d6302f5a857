import type { ConsoleContext } from "../shell/context.ts";

/** What was typed, by the input's name. */
export type Typed = Record<string, string>;
/** Of a form of ours; a dialect may be long. */
const MOST_BYTES = 1_000_000;

/** The posted form; files and repeated names are none of ours. */
export async function typedOf(c: ConsoleContext): Promise<Typed> {
  if (Number(c.req.header("content-length") ?? 0) > MOST_BYTES) return {};
  const body = await c.req.parseBody();
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value.replaceAll("\r\n", "\n")]] : [],
    ),
  );
}

export const text = (typed: Typed, name: string): string => (typed[name] ?? "").trim();
/** Absent when nothing was typed; as it was typed when it is no number, so that the API says what is wrong with it. */
export function numberOf(typed: Typed, name: string): number | string | undefined {
  const value = text(typed, name);
  if (value === "") return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}
export const optional = (value: string): string | undefined => (value === "" ? undefined : value);
/** Members that are set. */
export const set = (of: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

/** `2026-12-05T02:00` on the wall of `zone` as ISO 8601 with its offset; as it was typed when it is none. */
export function instantOf(local: string, zone: string): string | undefined {
  if (local === "") return undefined;
  const wall = Date.parse(`${local}Z`);
  if (Number.isNaN(wall)) return local;
  // Twice: the offset at the time itself, not at the time that it would be in UTC.
  const first = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(first, zone)).toISOString();
}

function offsetAt(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (!found) return 0;
  const [, sign, hours, minutes] = found;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
