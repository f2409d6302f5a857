import { describe, expect, it } from "vitest";
import { windowEnd, windowKey } from "../../../durable-objects/caps-rules.ts";
import type { CapPeriod } from "../../../schema/lists.ts";

type Row = [CapPeriod, string, string, string, string | null];

/** period, zone, now, key, end. Transitions by the IANA database. */
const TABLE: Row[] = [
  ["hour", "UTC", "2026-11-20T15:30:00Z", "2026-11-20T15+00:00", "2026-11-20T16:00:00Z"],
  ["day", "America/New_York", "2026-11-20T04:59:59.999Z", "2026-11-19", "2026-11-20T05:00:00Z"],
  ["day", "America/New_York", "2026-11-20T05:00:00Z", "2026-11-20", "2026-11-21T05:00:00Z"],
  // Spring in New York: a day of 23 hours, no hour called 02.
  ["day", "America/New_York", "2026-03-08T05:00:00Z", "2026-03-08", "2026-03-09T04:00:00Z"],
  ["hour", "America/New_York", "2026-03-08T06:59:00Z", "2026-03-08T01-05:00", "2026-03-08T07:00:00Z"],
  ["hour", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03-04:00", "2026-03-08T08:00:00Z"],
  // Autumn: a day of 25 hours, two hours called 01.
  ["day", "America/New_York", "2026-11-01T04:00:00Z", "2026-11-01", "2026-11-02T05:00:00Z"],
  ["hour", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T01-04:00", "2026-11-01T06:00:00Z"],
  ["hour", "America/New_York", "2026-11-01T06:30:00Z", "2026-11-01T01-05:00", "2026-11-01T07:00:00Z"],
  ["week", "America/New_York", "2026-11-01T05:30:00Z", "2026-10-26", "2026-11-02T05:00:00Z"],
  ["month", "America/New_York", "2026-11-01T05:30:00Z", "2026-11", "2026-12-01T05:00:00Z"],
  ["month", "America/New_York", "2026-11-01T03:59:00Z", "2026-10", "2026-11-01T04:00:00Z"],
  // Havana skips the hour after midnight in spring, and has it twice in autumn.
  ["day", "America/Havana", "2026-03-08T04:59:00Z", "2026-03-07", "2026-03-08T05:00:00Z"],
  ["day", "America/Havana", "2026-03-08T05:00:00Z", "2026-03-08", "2026-03-09T04:00:00Z"],
  ["hour", "America/Havana", "2026-03-08T05:10:00Z", "2026-03-08T01-04:00", "2026-03-08T06:00:00Z"],
  ["week", "America/Havana", "2026-03-08T04:59:00Z", "2026-03-02", "2026-03-09T04:00:00Z"],
  ["day", "America/Havana", "2026-11-01T04:30:00Z", "2026-11-01", "2026-11-02T05:00:00Z"],
  ["day", "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01", "2026-11-02T05:00:00Z"],
  ["hour", "America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T00-04:00", "2026-11-01T05:00:00Z"],
  ["hour", "America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T00-05:00", "2026-11-01T06:00:00Z"],
  // Beirut goes from midnight to one in spring, and from midnight back to eleven in the evening in autumn.
  ["day", "Asia/Beirut", "2026-03-28T21:59:00Z", "2026-03-28", "2026-03-28T22:00:00Z"],
  ["day", "Asia/Beirut", "2026-03-28T22:00:00Z", "2026-03-29", "2026-03-29T21:00:00Z"],
  ["day", "Asia/Beirut", "2026-10-24T20:30:00Z", "2026-10-24", "2026-10-24T22:00:00Z"],
  ["day", "Asia/Beirut", "2026-10-24T21:30:00Z", "2026-10-24", "2026-10-24T22:00:00Z"],
  ["hour", "Asia/Beirut", "2026-10-24T20:30:00Z", "2026-10-24T23+03:00", "2026-10-24T21:00:00Z"],
  ["hour", "Asia/Beirut", "2026-10-24T21:30:00Z", "2026-10-24T23+02:00", "2026-10-24T22:00:00Z"],
  // Lord Howe moves by half an hour: an hour that ends at its half, and one that begins there.
  ["hour", "Australia/Lord_Howe", "2026-04-04T14:30:00Z", "2026-04-05T01+11:00", "2026-04-04T15:00:00Z"],
  ["hour", "Australia/Lord_Howe", "2026-04-04T15:10:00Z", "2026-04-05T01+10:30", "2026-04-04T15:30:00Z"],
  ["hour", "Australia/Lord_Howe", "2026-04-04T15:30:00Z", "2026-04-05T02+10:30", "2026-04-04T16:30:00Z"],
  ["hour", "Australia/Lord_Howe", "2026-10-03T15:29:00Z", "2026-10-04T01+10:30", "2026-10-03T15:30:00Z"],
  ["hour", "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04T02+11:00", "2026-10-03T16:00:00Z"],
  ["day", "Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04", "2026-10-04T13:00:00Z"],
  // Zones that are not whole hours from UTC.
  ["hour", "Asia/Kathmandu", "2026-11-20T15:20:00Z", "2026-11-20T21+05:45", "2026-11-20T16:15:00Z"],
  ["hour", "America/St_Johns", "2026-11-20T15:20:00Z", "2026-11-20T11-03:30", "2026-11-20T15:30:00Z"],
  ["day", "Asia/Kolkata", "2026-11-20T18:30:00Z", "2026-11-21", "2026-11-21T18:30:00Z"],
  ["day", "Pacific/Kiritimati", "2026-12-31T10:00:00Z", "2027-01-01", "2027-01-01T10:00:00Z"],
  // Newfoundland once turned back from 00:01 to 23:01: a date that struck midnight twice.
  ["day", "America/St_Johns", "2010-11-07T03:00:00Z", "2010-11-06", "2010-11-07T03:30:00Z"],
  ["day", "America/St_Johns", "2010-11-07T02:30:30Z", "2010-11-07", "2010-11-07T02:31:00Z"],
  ["day", "America/St_Johns", "2010-11-07T03:30:00Z", "2010-11-07", "2010-11-08T03:30:00Z"],
  ["month", "America/St_Johns", "2009-11-01T02:30:30Z", "2009-11", "2009-11-01T02:31:00Z"],
  // Samoa went over the date line and left a day out; so did Kwajalein, which is as far from UTC.
  ["day", "Pacific/Apia", "2011-12-30T09:59:59.999Z", "2011-12-29", "2011-12-30T10:00:00Z"],
  ["day", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31", "2011-12-31T10:00:00Z"],
  ["hour", "Pacific/Apia", "2011-12-30T09:30:00Z", "2011-12-29T23-10:00", "2011-12-30T10:00:00Z"],
  ["week", "Pacific/Apia", "2011-12-30T09:30:00Z", "2011-12-26", "2012-01-01T10:00:00Z"],
  ["day", "Pacific/Kwajalein", "1993-08-21T11:59:59Z", "1993-08-20", "1993-08-21T12:00:00Z"],
  ["day", "Pacific/Kwajalein", "1993-08-21T12:00:00Z", "1993-08-22", "1993-08-22T12:00:00Z"],
  // Zones that change at midnight: Cairo, Santiago, Asuncion as it was.
  ["day", "Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-23", "2026-04-23T22:00:00Z"],
  ["hour", "Africa/Cairo", "2026-04-23T22:00:00Z", "2026-04-24T01+03:00", "2026-04-23T23:00:00Z"],
  ["day", "Africa/Cairo", "2026-10-29T20:30:00Z", "2026-10-29", "2026-10-29T22:00:00Z"],
  ["day", "Africa/Cairo", "2026-10-29T21:30:00Z", "2026-10-29", "2026-10-29T22:00:00Z"],
  ["day", "America/Santiago", "2026-09-06T04:00:00Z", "2026-09-06", "2026-09-07T03:00:00Z"],
  ["day", "America/Santiago", "2026-04-05T03:30:00Z", "2026-04-04", "2026-04-05T04:00:00Z"],
  ["month", "America/Asuncion", "2017-10-01T03:59:59Z", "2017-09", "2017-10-01T04:00:00Z"],
  // Leap days, year ends, weeks across both.
  ["day", "America/Chicago", "2028-02-29T12:00:00Z", "2028-02-29", "2028-03-01T06:00:00Z"],
  ["month", "America/Chicago", "2028-02-29T12:00:00Z", "2028-02", "2028-03-01T06:00:00Z"],
  ["day", "UTC", "2027-02-28T23:59:59.999Z", "2027-02-28", "2027-03-01T00:00:00Z"],
  ["month", "UTC", "2026-12-31T23:59:59.999Z", "2026-12", "2027-01-01T00:00:00Z"],
  ["week", "UTC", "2027-01-01T00:00:00Z", "2026-12-28", "2027-01-04T00:00:00Z"],
  ["week", "UTC", "2026-11-22T23:59:59Z", "2026-11-16", "2026-11-23T00:00:00Z"],
  ["week", "UTC", "2026-11-23T00:00:00Z", "2026-11-23", "2026-11-30T00:00:00Z"],
  ["total", "America/New_York", "2026-11-20T15:30:00Z", "all", null],
];

describe("windows of caps", () => {
  it.each(TABLE)("%s in %s at %s is %s until %s", (period, zone, at, key, end) => {
    expect(windowKey(period, zone, Date.parse(at))).toBe(key);
    expect(windowEnd(period, zone, Date.parse(at))).toBe(end === null ? null : Date.parse(end));
  });

  it("refuses a zone that does not exist", () => {
    expect(() => windowKey("day", "Mars/Olympus", 0)).toThrow(RangeError);
  });
});
