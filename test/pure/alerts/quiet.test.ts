import { expect, it } from "vitest";
import { quietSchema } from "../../../schema/config/alerting.ts";
import { isQuiet } from "../../../worker/alerts/quiet.ts";

const quiet = (more: object = {}) =>
  quietSchema.parse({ time_zone: "America/New_York", from: "22:00", to: "07:00", ...more });

it.each<[string, string, boolean, object?]>([
  ["before", "2026-11-20T21:59-05:00", false],
  ["at its beginning", "2026-11-20T22:00-05:00", true],
  ["after midnight", "2026-11-21T03:00-05:00", true],
  ["a minute before its end", "2026-11-21T06:59-05:00", true],
  ["at its end", "2026-11-21T07:00-05:00", false],
  ["by day", "2026-11-20T12:30-05:00", true, { from: "12:00", to: "13:00" }],
  ["the whole day", "2026-11-20T12:30-05:00", true, { from: "00:00", to: "00:00" }],
  ["Friday's night lasts into Saturday", "2026-11-21T03:00-05:00", true, { days: ["fri"] }],
  ["Saturday's does not begin", "2026-11-21T23:00-05:00", false, { days: ["fri"] }],
  ["Thursday's is over on Friday", "2026-11-20T03:00-05:00", false, { days: ["fri"] }],
  // 8 March 2026: 02:00 becomes 03:00. The night is an hour shorter and still ends at 07:00 by the clock on the wall.
  ["spring: before the change", "2026-03-08T01:59-05:00", true],
  ["spring: after the change", "2026-03-08T03:00-04:00", true],
  ["spring: a minute before its end", "2026-03-08T06:59-04:00", true],
  ["spring: at its end", "2026-03-08T07:00-04:00", false],
  ["spring: the hour that does not exist is skipped", "2026-03-08T03:00-04:00", false, { from: "02:00", to: "03:00" }],
  ["spring: and that before it is not in it", "2026-03-08T01:59-05:00", false, { from: "02:00", to: "03:00" }],
  // 1 November 2026: 02:00 becomes 01:00. The night is an hour longer.
  ["autumn: 01:30 for the first time", "2026-11-01T01:30-04:00", true],
  ["autumn: 01:30 for the second time", "2026-11-01T01:30-05:00", true],
  ["autumn: at its end", "2026-11-01T07:00-05:00", false],
  ["autumn: by UTC it would have been over", "2026-11-01T06:30-05:00", true],
  ["autumn: the hour twice", "2026-11-01T01:59-05:00", true, { from: "01:00", to: "02:00" }],
  ["autumn: and over after it", "2026-11-01T02:00-05:00", false, { from: "01:00", to: "02:00" }],
  // Lord Howe Island puts the clock by half an hour: 4 October 2026, 02:00 becomes 02:30.
  [
    "half an hour: inside",
    "2026-10-04T02:30+11:00",
    true,
    { time_zone: "Australia/Lord_Howe", from: "02:15", to: "02:45" },
  ],
  [
    "half an hour: before",
    "2026-10-04T01:59+10:30",
    false,
    { time_zone: "Australia/Lord_Howe", from: "02:15", to: "02:45" },
  ],
])("%s: %s", (_, at, expected, more = {}) => {
  expect(isQuiet(quiet(more), Date.parse(at))).toBe(expected);
});

it("none is never", () => {
  expect(isQuiet(null, 0)).toBe(false);
});
