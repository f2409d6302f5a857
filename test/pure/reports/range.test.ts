import { expect, test } from "vitest";
import { dateOf, dayAfter, momentOf, piecesOf, stretchesOf } from "../../../worker/flows/reports/range.ts";

const SLOT = 900_000;
const day = (zone: string, date: string) => ({ from: momentOf(date, zone) ?? 0, to: dayAfter(date, zone) });
const iso = (slot: number) => new Date(slot * SLOT).toISOString();

test.each([
  ["UTC", "2026-11-28", 24],
  ["America/New_York", "2026-03-08", 23],
  ["America/New_York", "2026-11-01", 25],
  ["Asia/Kolkata", "2026-11-28", 24],
  ["Asia/Kathmandu", "2026-11-28", 24],
  ["Australia/Lord_Howe", "2026-04-05", 24.5],
  ["Australia/Lord_Howe", "2026-10-04", 23.5],
  ["America/St_Johns", "2026-11-01", 25],
])("a day in %s, %s, has %d hours", (zone, date, hours) => {
  const { from, to } = day(zone, date);
  expect((to - from) / 3_600_000).toBe(hours);
  expect(from % SLOT).toBe(0);
  const byHour = stretchesOf({ from, to }, "hour", zone);
  expect(byHour.map((s) => s.label).filter((label, i, all) => all.indexOf(label) !== i)).toEqual([]);
  expect(byHour[0]?.from).toBe(from / SLOT);
  expect(byHour[byHour.length - 1]?.to).toBe(to / SLOT);
  expect(byHour.every((s, i) => i === 0 || s.from === byHour[i - 1]?.to)).toBe(true);
  expect(stretchesOf({ from, to }, "day", zone)).toEqual([{ label: date, from: from / SLOT, to: to / SLOT }]);
});

test("hours of a half-hour zone begin on its clock", () => {
  const { from, to } = day("Asia/Kolkata", "2026-11-28");
  const hours = stretchesOf({ from, to }, "hour", "Asia/Kolkata");
  expect(hours.slice(0, 2)).toEqual([
    {
      label: "2026-11-28T00:00+05:30",
      from: Date.UTC(2026, 10, 27, 18, 30) / SLOT,
      to: Date.UTC(2026, 10, 27, 19, 30) / SLOT,
    },
    {
      label: "2026-11-28T01:00+05:30",
      from: Date.UTC(2026, 10, 27, 19, 30) / SLOT,
      to: Date.UTC(2026, 10, 27, 20, 30) / SLOT,
    },
  ]);
});

test("the hour that comes twice is two, told apart by its offset; a clock that goes forward by half an hour keeps its hours", () => {
  const { from, to } = day("America/New_York", "2026-11-01");
  const labels = stretchesOf({ from, to }, "hour", "America/New_York").map((s) => s.label);
  expect(labels.slice(0, 4)).toEqual([
    "2026-11-01T00:00-04:00",
    "2026-11-01T01:00-04:00",
    "2026-11-01T01:00-05:00",
    "2026-11-01T02:00-05:00",
  ]);
  const howe = day("Australia/Lord_Howe", "2026-10-04");
  const hours = stretchesOf(howe, "hour", "Australia/Lord_Howe");
  expect(hours.slice(1, 4).map((s) => s.label)).toEqual([
    "2026-10-04T01:00+10:30",
    "2026-10-04T02:30+11:00",
    "2026-10-04T03:00+11:00",
  ]);
});

test("months are local, and their ends may be parts", () => {
  const zone = "America/New_York";
  const from = momentOf("2026-10-20", zone) ?? 0;
  const to = dayAfter("2026-12-02", zone);
  expect(stretchesOf({ from, to }, "month", zone).map((s) => [s.label, iso(s.from)])).toEqual([
    ["2026-10", "2026-10-20T04:00:00.000Z"],
    ["2026-11", "2026-11-01T04:00:00.000Z"],
    ["2026-12", "2026-12-01T05:00:00.000Z"],
  ]);
});

test("pieces cover each stretch once, without gap, days where there are whole ones", () => {
  const zone = "America/New_York";
  const range = { from: momentOf("2026-10-20", zone) ?? 0, to: dayAfter("2026-12-02", zone) };
  for (const step of [undefined, "day", "month"] as const)
    for (const everything of [true, false]) {
      const stretches = stretchesOf(range, step, zone);
      const pieces = piecesOf(stretches, everything);
      for (const [i, stretch] of stretches.entries()) {
        const own = pieces.filter((piece) => piece.stretch === i);
        expect(own[0]?.from).toBe(stretch.from);
        expect(own[own.length - 1]?.to).toBe(stretch.to);
        expect(own.every((piece, at) => at === 0 || piece.from === own[at - 1]?.to)).toBe(true);
        expect(own.filter((piece) => piece.grain === 1).every(({ from, to }) => from % 96 === 0 && to % 96 === 0)).toBe(
          true,
        );
        expect(own.filter((piece) => piece.grain === (everything ? 0 : 2))).toEqual([]);
      }
      expect(pieces.some((piece) => piece.grain === 1)).toBe(step !== "day");
    }
});

test.each([
  ["2026-11-28", "Asia/Kolkata", Date.UTC(2026, 10, 27, 18, 30)],
  ["2026-11-28T10:00:00-05:00", "UTC", Date.UTC(2026, 10, 28, 15)],
  ["1795880000000", "UTC", 1_795_880_000_000],
  ["2026-02-31", "UTC", null],
  ["yesterday", "UTC", null],
  ["1880-01-01", "UTC", null],
  ["9999-01-01", "UTC", null],
])("%s in %s", (text, zone, at) => {
  expect(momentOf(text, zone)).toBe(at);
});

test("a moment's date is the zone's", () => {
  expect(dateOf(Date.UTC(2026, 10, 28, 3), "America/New_York")).toBe("2026-11-27");
});

test.each([
  ["2026-11-20", Date.UTC(2026, 10, 20, 5)],
  ["2026-11-20T10:00:00Z", Date.UTC(2026, 10, 20, 10)],
  ["2026-11-20T10:00-05:00", Date.UTC(2026, 10, 20, 15)],
  ["2026-11-20T10:00:00.250+0530", Date.UTC(2026, 10, 20, 4, 30, 0, 250)],
  [String(Date.UTC(2026, 10, 20)), Date.UTC(2026, 10, 20)],
  // Whose clock? Not that of New York, which was asked for.
  ["2026-11-20T10:00:00", null],
  ["20 Nov 2026", null],
  ["7", null],
])("%s is a moment that cannot be taken for another one", (text, at) => {
  expect(momentOf(text, "America/New_York")).toBe(at);
});
