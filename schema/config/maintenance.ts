import * as z from "zod";
import { idSchema, timeZoneSchema } from "./common.ts";
import { clock, DAYS } from "./filter.ts";

const instant = z.iso
  .datetime({ offset: true, error: "must be ISO 8601 with an offset, like 2026-11-28T02:00:00Z" })
  .transform((text) => Date.parse(text));

/** Hours of the week in the window's time zone; over midnight: two windows. */
const weeklySchema = z
  .strictObject({ days: z.array(z.enum(DAYS)).min(1).max(7), from: clock, to: clock })
  .refine((h) => h.from < h.to, { path: ["to"], message: "must be after from; hours over midnight are two windows" });

export const MAX_WINDOWS = 20;

/**
 * A time in which a buyer's system is worked on, known beforehand: it is neither pinged nor posted to. Once (`from`, `to`) or each week
 * (`weekly`). It begins and ends by itself.
 */
export const maintenanceWindowSchema = z
  .strictObject({
    id: idSchema,
    reason: z.string().trim().min(3).max(200),
    /** Inside. */
    from: instant.optional(),
    /** Outside. */
    to: instant.optional(),
    weekly: weeklySchema.optional(),
    time_zone: timeZoneSchema.default("America/New_York"),
  })
  .superRefine(({ from, to, weekly }, ctx) => {
    const say = (field: string, message: string) => ctx.addIssue({ code: "custom", path: [field], message });
    if (weekly !== undefined) {
      if (from !== undefined || to !== undefined) say("weekly", "is instead of from and to");
      return;
    }
    if (from === undefined) say("from", "is missing: a window has from and to, or weekly");
    if (to === undefined) say("to", "is missing: a window has from and to, or weekly");
    if (from !== undefined && to !== undefined && from >= to) say("to", "must be after from");
  });
export type MaintenanceWindow = z.output<typeof maintenanceWindowSchema>;

export const maintenanceSchema = z
  .array(maintenanceWindowSchema)
  .max(MAX_WINDOWS)
  .refine((windows) => new Set(windows.map(({ id }) => id)).size === windows.length, "ids must differ")
  .default([]);
