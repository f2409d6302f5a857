import { expect, test } from "vitest";
import { asked, before, callOf } from "../../../worker/console/reports/asked.ts";
import type { ConsoleContext } from "../../../worker/console/shell/context.ts";

const NOW = Date.UTC(2026, 10, 28, 3, 30);
const of = (query: Record<string, string>) =>
  asked({
    req: { query: (name: string) => query[name] },
    var: { zone: "America/New_York", now: NOW },
  } as unknown as ConsoleContext);

test.each([
  [{}, "2026-11-21", "2026-11-27", 7],
  [{ range: "today" }, "2026-11-27", "2026-11-27", 1],
  [{ range: "today", zone: "UTC" }, "2026-11-28", "2026-11-28", 1],
  [{ range: "yesterday" }, "2026-11-26", "2026-11-26", 1],
  [{ range: "30d" }, "2026-10-29", "2026-11-27", 30],
  [{ range: "custom", from: "2026-02-01", to: "2026-02-28" }, "2026-02-01", "2026-02-28", 28],
  // A named range whose dates were changed by hand, and one that was only chosen anew.
  [
    { range: "today", from: "2026-02-01", to: "2026-11-27", shown: "2026-11-27/2026-11-27" },
    "2026-02-01",
    "2026-11-27",
    300,
  ],
  [
    { range: "30d", from: "2026-11-27", to: "2026-11-27", shown: "2026-11-27/2026-11-27" },
    "2026-10-29",
    "2026-11-27",
    30,
  ],
])("%j is %s to %s", (query, from, to, length) => {
  expect(of(query as Record<string, string>)).toMatchObject({ from, to, length });
});

test.each([
  [{ from: "2026-02-31", to: "2026-03-01" }, "from"],
  [{ from: "2026-03-01", to: "" }, "to"],
  [{ from: "2026-03-02", to: "2026-03-01" }, "to"],
  [{ from: "2024-01-01", to: "2026-03-01" }, "to"],
])("%j is wrong in its %s", (query, field) => {
  expect(of({ range: "custom", ...query }).wrong?.field).toBe(field);
});

test("a time zone that there is not is wrong, whatever the range, and what was typed stays", () => {
  for (const range of ["yesterday", "custom"]) {
    expect(of({ range, zone: "Pacific time" })).toMatchObject({ zone: "Pacific time", wrong: { field: "zone" } });
  }
});

test("a range that is not over is compared up to the same hour, one that is with the days before it", () => {
  expect(before(of({ range: "yesterday" }), NOW)).toEqual({
    from: "2026-11-25",
    to: "2026-11-25",
    label: "2026-11-25",
  });
  const week = before(of({}), NOW);
  expect(week).toMatchObject({ from: "2026-11-14", label: "2026-11-14 to 2026-11-20" });
  expect(Number(week.to)).toBe(NOW - 7 * 86_400_000);
});

test("filters go along, empty ones do not", () => {
  expect(callOf("/reports/summary", of({ range: "today", buyer: "acme", campaign: "" }))).toBe(
    "/reports/summary?from=2026-11-27&to=2026-11-27&zone=America%2FNew_York&buyer=acme",
  );
});
