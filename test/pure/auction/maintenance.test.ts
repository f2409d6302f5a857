import { describe, expect, test } from "vitest";
import { type MaintenanceWindow, maintenanceWindowSchema } from "../../../schema/config/maintenance.ts";
import { inMaintenance, isOver } from "../../../worker/auction/maintenance.ts";

const once = (from: string, to: string, id = "w1"): MaintenanceWindow =>
  maintenanceWindowSchema.parse({ id, reason: "new servers", from, to });
const weekly = (days: string[], from: string, to: string, time_zone = "America/New_York"): MaintenanceWindow =>
  maintenanceWindowSchema.parse({ id: "weekly", reason: "backup", weekly: { days, from, to }, time_zone });
const at = (text: string): number => Date.parse(text);

describe("inMaintenance", () => {
  const NIGHT = once("2026-11-28T02:00:00-05:00", "2026-11-28T04:00:00-05:00");
  const SUNDAYS = weekly(["sun"], "01:00", "04:00");
  const ROWS: [why: string, window: MaintenanceWindow, now: string, until: string | null][] = [
    ["before it", NIGHT, "2026-11-28T06:59:59.999Z", null],
    ["its first moment", NIGHT, "2026-11-28T07:00:00Z", "2026-11-28T09:00:00Z"],
    ["its last moment", NIGHT, "2026-11-28T08:59:59.999Z", "2026-11-28T09:00:00Z"],
    ["the end is outside", NIGHT, "2026-11-28T09:00:00Z", null],
    ["each week, by the zone's clock in winter", SUNDAYS, "2026-11-29T06:30:00Z", "2026-11-29T09:00:00Z"],
    ["and in summer", SUNDAYS, "2026-07-05T05:30:00Z", "2026-07-05T08:00:00Z"],
    ["another day", SUNDAYS, "2026-11-30T06:30:00Z", null],
    [
      "Sunday in the zone, Saturday in UTC",
      weekly(["sun"], "00:00", "02:00", "Asia/Tokyo"),
      "2026-11-28T16:00:00Z",
      "2026-11-28T17:00:00Z",
    ],
    ["24:00 ends a day", weekly(["sat"], "23:00", "24:00", "UTC"), "2026-11-28T23:59:30Z", "2026-11-29T00:00:00Z"],
    ["the next day is not its day", weekly(["sat"], "23:00", "24:00", "UTC"), "2026-11-29T00:00:00Z", null],
  ];
  test.each(ROWS)("%s", (_why, window, now, until) => {
    expect(inMaintenance([window], at(now))?.until ?? null).toBe(until === null ? null : at(until));
  });

  test("of several the one that ends last; none, or none known, is none", () => {
    const long = once("2026-11-28T06:00:00Z", "2026-11-28T12:00:00Z", "long");
    expect(inMaintenance([NIGHT, long, NIGHT], at("2026-11-28T08:00:00Z"))?.window.id).toBe("long");
    expect(inMaintenance([], at("2026-11-28T08:00:00Z"))).toBeNull();
    expect(inMaintenance(undefined, at("2026-11-28T08:00:00Z"))).toBeNull();
  });

  test("only what happens once is ever over", () => {
    expect([isOver(NIGHT, at("2026-11-28T08:59:59Z")), isOver(NIGHT, at("2026-11-28T09:00:00Z"))]).toEqual([
      false,
      true,
    ]);
    expect(isOver(SUNDAYS, at("2036-11-28T08:59:59Z"))).toBe(false);
  });
});

describe("what a window may be", () => {
  const base = { id: "w1", reason: "new servers" };
  const [from, to] = ["2026-11-28T02:00:00Z", "2026-11-28T04:00:00Z"];
  const hours = { days: ["sun"], from: "02:00", to: "04:00" };
  test.each([
    [{ ...base, from, to }, []],
    [{ ...base, weekly: hours, time_zone: "Europe/Berlin" }, []],
    [{ ...base }, ["from", "to"]],
    [{ ...base, from }, ["to"]],
    [{ ...base, from: to, to: from }, ["to"]],
    [{ ...base, from, to: from }, ["to"]],
    [{ ...base, from: "tomorrow", to }, ["from"]],
    [{ ...base, from: "2026-11-28T02:00:00", to }, ["from"]],
    [{ ...base, from, to, weekly: hours }, ["weekly"]],
    [{ ...base, weekly: { ...hours, to: "01:00" } }, ["weekly.to"]],
    [{ ...base, weekly: { ...hours, days: [] } }, ["weekly.days"]],
    [{ ...base, weekly: hours, time_zone: "Mars/Base" }, ["time_zone"]],
    [{ ...base, reason: "", from, to }, ["reason"]],
  ])("%j", (window, fields) => {
    const { error } = maintenanceWindowSchema.safeParse(window);
    expect([...new Set(error?.issues.map((issue) => issue.path.join(".")) ?? [])]).toEqual(fields);
  });
});
