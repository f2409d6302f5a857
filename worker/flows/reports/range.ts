import { Temporal } from "temporal-polyfill";
import { GRAINS, SLOT_MS, SLOTS_A_DAY } from "../../../schema/rollups/rollups.ts";

export const STEPS = ["hour", "day", "month"] as const;
export type Step = (typeof STEPS)[number];

/** A stretch of a report, in slots of 15 minutes: [from, to). `label`: local date, local time with its offset, or month. */
export interface Stretch {
  label: string;
  from: number;
  to: number;
}
/** Rows of one grain that together make a stretch. */
export interface Piece {
  stretch: number;
  grain: number;
  from: number;
  to: number;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;
/** Offsets were no multiples of 15 minutes everywhere before; no ledger is as old. */
const OLDEST = Date.UTC(2000, 0, 1);
const NEWEST = Date.UTC(2100, 0, 1);

/** A time or a local date (its beginning) as epoch ms; null = neither, or too far away. */
export function momentOf(text: string, zone: string): number | null {
  try {
    const at = DATE.test(text) ? Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds : timeOf(text);
    return at >= OLDEST && at <= NEWEST ? at : null;
  } catch {
    return null;
  }
}
/** Without an offset nobody says whose clock it is: NaN, and not UTC's whatever the report's zone. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/i;
function timeOf(text: string): number {
  if (/^\d{10,14}$/.test(text)) return Number(text);
  return ISO_TIME.test(text) ? Temporal.Instant.from(text).epochMilliseconds : Number.NaN;
}

export const isDate = (text: string): boolean => DATE.test(text);
/** The beginning of the local day after this date. */
export function dayAfter(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
/** The local date of a moment. */
export function dateOf(at: number, zone: string): string {
  return zoned(at, zone).toPlainDate().toString();
}
const zoned = (at: number, zone: string) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

/** [from, to) in slots; a moment within a slot takes the whole slot in. */
export const slotsOf = (from: number, to: number): { from: number; to: number } => ({
  from: Math.floor(from / SLOT_MS),
  to: Math.ceil(to / SLOT_MS),
});

/** The range as local hours, days or months; those at its ends may be parts. None: one stretch. */
export function stretchesOf(range: { from: number; to: number }, step: Step | undefined, zone: string): Stretch[] {
  const { from, to } = slotsOf(range.from, range.to);
  if (step === undefined) return [{ label: "", from, to }];
  const found: Stretch[] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, Math.max(at + 1, Math.round(nextOf(at * SLOT_MS, step, zone) / SLOT_MS)));
    found.push({ label: labelOf(at * SLOT_MS, step, zone), from: at, to: next });
    at = next;
  }
  return found;
}

function nextOf(at: number, step: Step, zone: string): number {
  const local = zoned(at, zone);
  if (step === "day") return local.toPlainDate().add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  if (step === "month")
    return local.toPlainDate().with({ day: 1 }).add({ months: 1 }).toZonedDateTime(zone).epochMilliseconds;
  // By the clock on the wall: where it jumps within the hour, the hour is as long as it was.
  const full = at + (60 - local.minute) * 60_000;
  const jump = local.getTimeZoneTransition("next")?.epochMilliseconds;
  return jump !== undefined && jump > at && jump < full ? jump : full;
}

function labelOf(at: number, step: Step, zone: string): string {
  const local = zoned(at, zone);
  if (step === "day") return local.toPlainDate().toString();
  if (step === "month") return local.toPlainDate().toString().slice(0, 7);
  return `${local.toPlainDateTime().toString({ smallestUnit: "minute" })}${local.offset}`;
}

/**
 * The rows to read: whole UTC days where a stretch has some, slots for the rest. Of everything (no group, no filter) the slots' own sums
 * over all groups.
 */
export function piecesOf(stretches: readonly Stretch[], everything: boolean): Piece[] {
  const grain = everything ? GRAINS.all : GRAINS.slot;
  return stretches.flatMap(({ from, to }, stretch) => {
    const first = Math.ceil(from / SLOTS_A_DAY) * SLOTS_A_DAY;
    const last = Math.floor(to / SLOTS_A_DAY) * SLOTS_A_DAY;
    // The sums over all groups have no days of their own: over two days, those of the groups are fewer rows than slots.
    const days = last - first >= (everything ? 2 : 1) * SLOTS_A_DAY;
    const parts = days
      ? [
          { grain, from, to: first },
          { grain: GRAINS.day, from: first, to: last },
          { grain, from: last, to },
        ]
      : [{ grain, from, to }];
    return parts.filter((part) => part.from < part.to).map((part) => ({ stretch, ...part }));
  });
}

/** Most stretches, and days, of one report. */
export const MOST_STRETCHES = 800;
export const MOST_DAYS = 400;
export const daysOf = (range: { from: number; to: number }): number => (range.to - range.from) / DAY_MS;
/** A local date so many days later. */
export const shifted = (date: string, days: number): string => Temporal.PlainDate.from(date).add({ days }).toString();
/** Days from one date to another. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: "days" }).days;
