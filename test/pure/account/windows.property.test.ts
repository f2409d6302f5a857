import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { describe, expect, it } from "vitest";
import { windowEnd, windowKey, windowsAt } from "../../../durable-objects/caps-rules.ts";
import { CAP_PERIODS } from "../../../schema/lists.ts";

const FROM = Date.parse("2005-01-01T00:00:00Z");
const TO = Date.parse("2041-01-01T00:00:00Z");
const PERIODS = CAP_PERIODS.filter((period) => period !== "total");
const ZONES = Intl.supportedValuesOf("timeZone");

/** What the clock on the wall shows, by the runtime's own calendar and not by ours. */
function wall(zone: string): (at: number) => { date: string; hour: number } {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return { date: `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`, hour: Number(parts.get("hour")) };
  };
}

/** The Monday of an ISO date, by plain arithmetic. */
function monday(date: string): string {
  const at = Date.parse(`${date}T00:00:00Z`);
  return new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * 86_400_000).toISOString().slice(0, 10);
}

/** Throws unless `now` lies in windows that tile its time and are named as the wall's calendar says. */
function check(zone: string, at: (instant: number) => { date: string; hour: number }, now: number): void {
  const here = at(now);
  const named = { day: here.date, week: monday(here.date), month: here.date.slice(0, 7) };
  const all = windowsAt(zone, now);
  for (const period of PERIODS) {
    const key = windowKey(period, zone, now);
    const end = windowEnd(period, zone, now) ?? 0;
    const where = `${period} of ${zone} at ${new Date(now).toISOString()}`;
    expect(end, where).toBeGreaterThan(now);
    expect(windowKey(period, zone, end - 1), where).toBe(key);
    expect(windowKey(period, zone, end), where).not.toBe(key);
    expect(
      all.find((window) => window.period === period),
      where,
    ).toEqual({ period, key: `${period}:${key}`, ends: end });
    // One end for all of its instants: nothing overlaps, nothing is left between.
    expect(windowEnd(period, zone, end - 1), where).toBe(end);
    if (period === "hour") expect(key.slice(0, 13), where).toBe(`${here.date}T${String(here.hour).padStart(2, "0")}`);
    else expect(key, where).toBe(named[period]);
  }
}

function changesOf(zone: string): number[] {
  const changes: number[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(FROM).toZonedDateTimeISO(zone);
  for (;;) {
    const next = at.getTimeZoneTransition("next");
    if (!next || next.epochMilliseconds > TO) return changes;
    changes.push(next.epochMilliseconds);
    at = next;
  }
}

/** Beside a change of the clock: the midnights, the half hours and the last moments around it. */
const BESIDE = [-3_600_000, -60_001, -1, 0, 29_999, 60_000, 1_800_000, 3_600_000];

describe("windows of caps, in every zone that the runtime knows", () => {
  it(`tile the time from 2005 to 2040 (${ZONES.length} zones)`, () => {
    const instants = fc.array(fc.integer({ min: FROM, max: TO }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(instants, { minLength: ZONES.length, maxLength: ZONES.length }), (all) => {
        ZONES.forEach((zone, i) => {
          const at = wall(zone);
          for (const now of all[i] ?? []) check(zone, at, now);
        });
      }),
      { seed: 20261121, numRuns: 2, endOnFailure: true },
    );
  });

  it("and around every change of the clock", { timeout: 60_000 }, () => {
    let changes = 0;
    ZONES.forEach((zone, i) => {
      const at = wall(zone);
      // Every change of every zone, each from one of its sides; all sides come in turn.
      for (const [n, change] of changesOf(zone).entries()) {
        check(zone, at, change + (BESIDE[(n + i) % BESIDE.length] ?? 0));
        changes++;
      }
    });
    expect(changes).toBeGreaterThan(5_000);
  });

  it.each([
    "America/Havana",
    "America/St_Johns",
    "America/Goose_Bay",
    "America/Moncton",
    "America/Santiago",
    "America/Asuncion",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Antarctica/Casey",
    "Pacific/Apia",
    "Pacific/Kwajalein",
  ])("%s: from every side of every change, and through the year's end", (zone) => {
    const at = wall(zone);
    for (const change of changesOf(zone)) for (const side of BESIDE) check(zone, at, change + side);
    for (let year = 2005; year <= 2040; year++) {
      for (const day of [`${year}-01-01`, `${year}-02-28`, `${year}-03-01`]) {
        for (let hour = -30; hour <= 30; hour += 12) check(zone, at, Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000);
      }
    }
  });

  it("follow one another without a gap for a year", () => {
    for (const zone of ["America/St_Johns", "Australia/Lord_Howe", "Asia/Beirut", "Pacific/Apia"]) {
      for (const period of ["day", "week", "month"] as const) {
        const end = Date.parse("2012-01-08T00:00:00Z");
        const keys: string[] = [];
        for (let now = Date.parse("2010-10-01T00:00:00Z"); now < end; now = windowEnd(period, zone, now) ?? end)
          keys.push(windowKey(period, zone, now));
        for (const [n, key] of keys.entries()) expect(key, `${period} ${n} of ${zone}`).not.toBe(keys[n + 1]);
        // Newfoundland goes back from 00:01 to the date before: two dates that come twice.
        const twice = keys.length - new Set(keys).size;
        expect(twice).toBe(zone === "America/St_Johns" && period === "day" ? 2 : 0);
      }
    }
  });
});
