import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { DAYS, type Schedule } from "../../../schema/config/filter.ts";
import { compileSchedule } from "../../../worker/auction/schedule.ts";

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri"] as const;
const hours = (from: string, to: string, days: Schedule["hours"][number]["days"] = [...DAYS]): Schedule => ({
  hours: [{ days, from, to }],
});
const MINUTE = 60_000;

describe("compileSchedule", () => {
  const office = hours("09:00", "17:30", [...WEEKDAYS]);
  const lastHour = hours("23:00", "24:00", ["sat"]);
  const firstHour = hours("00:00", "01:00", ["sun"]);
  const ROWS: [zone: string, schedule: Schedule, utc: string, open: boolean, why: string][] = [
    ["America/New_York", office, "2026-01-15T13:59:59.999Z", false, "before nine in winter"],
    ["America/New_York", office, "2026-01-15T14:00:00Z", true, "nine in winter"],
    ["America/New_York", office, "2026-07-15T13:00:00Z", true, "nine in summer"],
    ["America/New_York", office, "2026-07-15T21:29:59Z", true, "the last minute"],
    ["America/New_York", office, "2026-07-15T21:30:00Z", false, "the end is outside"],
    ["America/New_York", office, "2026-07-18T15:00:00Z", false, "Saturday"],
    ["America/New_York", hours("02:00", "03:00"), "2026-03-08T06:59:00Z", false, "01:59 before the clocks go forward"],
    [
      "America/New_York",
      hours("02:00", "03:00"),
      "2026-03-08T07:00:00Z",
      false,
      "03:00 right afterwards: two o'clock never came",
    ],
    ["America/New_York", hours("01:30", "02:00"), "2026-11-01T05:45:00Z", true, "01:45 the first time"],
    ["America/New_York", hours("01:30", "02:00"), "2026-11-01T06:45:00Z", true, "01:45 the second time"],
    ["America/New_York", hours("01:30", "02:00"), "2026-11-01T06:15:00Z", false, "01:15 the second time"],
    ["Europe/Berlin", office, "2026-03-27T08:00:00Z", true, "nine before the change"],
    ["Europe/Berlin", office, "2026-03-30T07:00:00Z", true, "nine after the change"],
    ["Europe/Berlin", office, "2026-03-30T15:30:00Z", false, "half past five after the change"],
    ["Europe/Berlin", hours("02:00", "03:00"), "2026-10-25T00:30:00Z", true, "02:30 in summer time"],
    ["Europe/Berlin", hours("02:00", "03:00"), "2026-10-25T01:30:00Z", true, "02:30 in winter time"],
    ["America/Havana", lastHour, "2026-03-08T04:59:00Z", true, "23:59 on Saturday, then midnight is skipped"],
    ["America/Havana", firstHour, "2026-03-08T05:00:00Z", false, "01:00 on Sunday comes at once"],
    ["America/Havana", hours("01:00", "02:00", ["sun"]), "2026-03-08T05:00:00Z", true, "and it is Sunday's"],
    ["America/Havana", firstHour, "2026-11-01T04:30:00Z", true, "00:30 on Sunday the first time"],
    ["America/Havana", firstHour, "2026-11-01T05:30:00Z", true, "00:30 on Sunday the second time"],
    ["America/Havana", lastHour, "2026-11-01T05:30:00Z", false, "it is not Saturday again"],
    ["America/Santiago", lastHour, "2026-04-05T03:30:00Z", true, "23:30 on Saturday the second time"],
    ["Asia/Kolkata", office, "2026-06-15T03:29:00Z", false, "08:59, half an hour off"],
    ["Asia/Kolkata", office, "2026-06-15T03:30:00Z", true, "nine"],
    ["Asia/Kolkata", lastHour, "2026-06-13T18:29:59Z", true, "the last second of a day that 24:00 ends"],
    ["Asia/Kolkata", lastHour, "2026-06-13T18:30:00Z", false, "midnight is the next day's"],
    ["Asia/Kolkata", firstHour, "2026-06-13T18:30:00Z", true, "and the next day's only"],
    ["UTC", hours("00:00", "24:00", ["thu"]), "1970-01-01T00:00:00Z", true, "the epoch was a Thursday"],
  ];
  test.each(ROWS)("%s %j at %s: %s (%s)", (zone, schedule, utc, open) => {
    expect(compileSchedule(schedule, zone)(Date.parse(utc))).toBe(open);
  });

  test("no schedule is always open", () => {
    expect(compileSchedule(undefined, "America/New_York")(0)).toBe(true);
  });

  test("contracts of one zone may be asked in any order of time", () => {
    const open = compileSchedule(office, "America/New_York");
    const at = Date.parse("2026-01-15T14:00:00Z");
    expect([open(at), open(at - 1), open(at + MINUTE), open(at - MINUTE), open(at)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});

/** Every quarter of an hour of three days around a change, against an independent calendar. */
describe("agrees with Temporal around every change of the clock", () => {
  const changes: [zone: string, utc: string][] = [
    ["America/New_York", "2026-03-08T07:00:00Z"],
    ["America/New_York", "2026-11-01T06:00:00Z"],
    ["Europe/Berlin", "2026-03-29T01:00:00Z"],
    ["Europe/Berlin", "2026-10-25T01:00:00Z"],
    ["America/Havana", "2026-03-08T05:00:00Z"],
    ["America/Havana", "2026-11-01T05:00:00Z"],
    ["America/Santiago", "2026-09-06T04:00:00Z"],
    ["Asia/Kolkata", "2026-03-29T01:00:00Z"],
    ["Australia/Lord_Howe", "2026-04-04T15:00:00Z"],
  ];
  const schedules = [hours("00:00", "00:30"), hours("01:15", "03:00", ["sun"]), hours("23:00", "24:00", ["sat"])];
  test.each(changes)("%s at %s", (zone, utc) => {
    for (const schedule of schedules) {
      const open = compileSchedule(schedule, zone);
      for (let quarter = -144; quarter <= 144; quarter++) {
        const now = Date.parse(utc) + quarter * 15 * MINUTE;
        expect([zone, new Date(now).toISOString(), open(now)]).toEqual([
          zone,
          new Date(now).toISOString(),
          byTemporal(schedule, zone, now),
        ]);
      }
    }
  });

  function byTemporal(schedule: Schedule, zone: string, now: number): boolean {
    const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
    const clock = local.toPlainTime().toString({ smallestUnit: "minute" });
    const day = DAYS[local.dayOfWeek - 1];
    return schedule.hours.some((h) => day !== undefined && h.days.includes(day) && h.from <= clock && clock < h.to);
  }
});
