import { describe, expect, test } from "vitest";
import { buyerChange, tidied, typedBuyer } from "../../../worker/console/buyers/edit-buyer.tsx";
import { endpointChange } from "../../../worker/console/buyers/edit-endpoint.tsx";
import { instantOf } from "../../../worker/console/buyers/form.ts";
import { type BreakerEvent, lanesOf } from "../../../worker/console/buyers/lanes.ts";
import { planOf } from "../../../worker/console/buyers/maintenance.tsx";
import { pathsOf } from "../../../worker/console/buyers/pictures.tsx";
import { buyerRecordSchema } from "../../../worker/console/buyers/shapes.ts";

describe("lanesOf", () => {
  const range = { from: 0, to: 1_000 };
  const event = (at: number, state: BreakerEvent["state"], phase: BreakerEvent["phase"] = "post"): BreakerEvent => ({
    at,
    endpoint_id: "e",
    phase,
    state,
    why: `became ${state}`,
  });
  const lane = (events: BreakerEvent[], state: BreakerEvent["state"] = "closed") => {
    const [found] = lanesOf(events, [{ endpoint_id: "e", phase: "post", state }], range);
    return [
      found?.stretches.map(({ from, to, state: of }) => `${of} ${from}-${to}`).join(),
      found?.away_ms,
      found?.opened,
    ];
  };
  test.each<[string, BreakerEvent[], BreakerEvent["state"], string, number, number]>([
    ["nothing happened", [], "closed", "closed 0-1000", 0, 0],
    ["open since before the range", [], "open", "open 0-1000", 1_000, 0],
    [
      "opens, is tried, closes; told newest first",
      [event(600, "closed"), event(500, "half_open"), event(200, "open")],
      "closed",
      "closed 0-200,open 200-500,half_open 500-600,closed 600-1000",
      400,
      1,
    ],
    [
      "a failed trial is no second opening",
      [event(200, "open"), event(300, "half_open"), event(310, "open")],
      "open",
      "closed 0-200,open 200-300,half_open 300-310,open 310-1000",
      800,
      1,
    ],
    ["closes: it was open before", [event(400, "closed")], "closed", "open 0-400,closed 400-1000", 400, 0],
    [
      "open again for longer is one stretch",
      [event(100, "open"), event(300, "open")],
      "open",
      "closed 0-100,open 100-1000",
      900,
      2,
    ],
    [
      "before the range, and the other phase",
      [event(-5, "open"), event(5, "open", "ping")],
      "closed",
      "closed 0-1000",
      0,
      0,
    ],
  ])("%s", (_, events, now, stretches, away, opened) => {
    expect(lane(events, now)).toEqual([stretches, away, opened]);
  });
});

describe("instantOf", () => {
  test.each([
    ["2026-12-05T02:00", "America/New_York", "2026-12-05T07:00:00.000Z"],
    ["2026-07-05T02:00", "America/New_York", "2026-07-05T06:00:00.000Z"],
    ["2026-03-08T03:30", "America/New_York", "2026-03-08T07:30:00.000Z"],
    ["2026-11-01T00:30", "America/New_York", "2026-11-01T04:30:00.000Z"],
    ["2026-12-05T02:00", "Asia/Kolkata", "2026-12-04T20:30:00.000Z"],
    ["2026-12-05T02:00", "UTC", "2026-12-05T02:00:00.000Z"],
    ["soon", "UTC", "soon"],
    ["", "UTC", undefined],
  ])("%s on the clock of %s", (local, zone, expected) => {
    expect(instantOf(local, zone)).toBe(expected);
  });
});

test("a line breaks where nothing was counted, and stays within its picture", () => {
  const at = (value: number | null, i: number) => ({ from: i, to: i + 1, values: [value] });
  const paths = pathsOf([10, null, 5, 20].map(at), 0, 10);
  expect(paths).toHaveLength(2);
  expect(paths[0]).toBe("M0 2L150 2");
  // More than the top of the scale is drawn at the top.
  expect(paths[1]).toMatch(/^M300 60L450 60L450 2L600 2$/);
});

describe("forms", () => {
  test("a plan as the admin call takes it", () => {
    expect(planOf({ plan: "now", minutes: "60", reason: " new servers " }, "UTC")).toEqual({
      minutes: 60,
      reason: "new servers",
    });
    expect(planOf({ plan: "now", minutes: "an hour", reason: "x" }, "UTC")).toEqual({
      minutes: "an hour",
      reason: "x",
    });
    expect(planOf({ plan: "once", from: "2026-12-05T02:00", to: "", reason: "x" }, "America/New_York")).toEqual({
      from: "2026-12-05T07:00:00.000Z",
      reason: "x",
    });
    expect(
      planOf(
        {
          plan: "weekly",
          day_sun: "1",
          day_mon: "1",
          hour_from: "02:00",
          hour_to: "04:00",
          time_zone: "UTC",
          reason: "x",
        },
        "UTC",
      ),
    ).toEqual({ weekly: { days: ["mon", "sun"], from: "02:00", to: "04:00" }, time_zone: "UTC", reason: "x" });
  });

  const record = buyerRecordSchema.parse({
    id: "acme",
    version: 3,
    author: "alice",
    updated_at: "2026-11-28T12:00:00Z",
    record: {
      name: "Acme",
      credit_limit: 21.105,
      contacts: [{ name: "Dana", role: "billing", email: "dana@acme.example" }],
      sla: { ping_p95_ms: 100, support_hours: "weekdays" },
    },
  });
  test("what is shown and saved unchanged is what was there", () => {
    expect(buyerChange(typedBuyer(record))).toEqual({
      name: "Acme",
      credit_limit: "21.105",
      notes: "",
      contacts: [{ name: "Dana", role: "billing", email: "dana@acme.example" }],
      sla: { ping_p95_ms: 100, support_hours: "weekdays" },
    });
  });
  test("an emptied line is taken away, and what follows moves up so that its errors stand at it", () => {
    const typed = {
      ...typedBuyer(record),
      "contacts.0.name": "",
      "contacts.0.role": "",
      "contacts.0.email": "",
      "contacts.2.name": "Kim",
    };
    expect(tidied(typed)).toMatchObject({ "contacts.0.name": "Kim" });
    expect(buyerChange(typed).contacts).toEqual([{ name: "Kim", role: "" }]);
    expect(buyerChange({ ...typed, credit_limit: "" }).credit_limit).toBeNull();
  });
  test("a dialect that is no JSON is nobody's record", () => {
    expect(endpointChange({ name: "E", dialect: "{" })).toBeNull();
    expect(
      endpointChange({ name: "E", dialect: '{"version":1}', idempotent: "yes", "breaker.failures": "5" }),
    ).toMatchObject({
      name: "E",
      idempotent: true,
      accepts_test: false,
      breaker: { failures: 5 },
      dialect: { version: 1 },
    });
  });
});
