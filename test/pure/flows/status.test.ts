import { describe, expect, it } from "vitest";
import { ALERT_KINDS } from "../../../schema/lists.ts";
import { columnsOf, TOOK } from "../../../schema/rollups/buckets.ts";
import type { Incident } from "../../../schema/rpc/alerts.ts";
import {
  availability,
  DAY_MS,
  decidedInTime,
  latency,
  overall,
  publicIncidents,
} from "../../../worker/flows/status-rules.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const HOUR = 3_600_000;
const incident = (kind: Incident["kind"], changes: Partial<Incident> = {}): Incident => ({
  ...{ id: kind, key: kind, kind, subject: "endpoint:acme_http", part: "", buyer_id: "acme", severity: "critical" },
  ...{ state: "open", scope: "", message: "acme_http failed for acme: 17 of 20", figures: { money: 12 } },
  ...{ since: NOW - HOUR, opened_at: NOW - HOUR, seen_at: NOW, resolved_at: null, reopened: 0 },
  ...{ told: { event: null, severity: "critical", at: 0 }, acknowledged: null },
  ...changes,
});

describe("incidents", () => {
  it("each kind of trouble once, since its first; no name, no figure", () => {
    const told = publicIncidents([
      incident("breaker_open"),
      incident("breaker_open", { subject: "endpoint:other", since: NOW - 2 * HOUR }),
      incident("ledger_away", { since: NOW - 3 * HOUR }),
    ]);
    expect(told.map(({ affects, since }) => [affects, since])).toEqual([
      ["selling", "2026-11-28T09:00:00.000Z"],
      ["some_buyers", "2026-11-28T10:00:00.000Z"],
    ]);
    expect(JSON.stringify(told)).not.toMatch(/acme|endpoint|17 of|money/);
  });

  it.each([
    ["not critical", incident("breaker_open", { severity: "warning" })],
    ["over", incident("breaker_open", { state: "resolved", resolved_at: NOW })],
    ["a buyer's money", incident("balance_low")],
    ["one lead", incident("contested")],
  ])("nothing of one that is %s", (_, one) => expect(publicIncidents([one])).toEqual([]));

  it("whatever kind it is, nothing of the alert's own words is told", () => {
    const told = JSON.stringify(publicIncidents(ALERT_KINDS.map((kind) => incident(kind))));
    expect(told).not.toMatch(/acme|17 of 20|balance|cap|price/);
  });
});

describe("availability", () => {
  const of = (...incidents: Incident[]) => availability(incidents, NOW, NOW).last_day_percent;
  it("the part of the day without trouble in selling; what overlaps counts once", () => {
    expect(of()).toBe(100);
    expect(of(incident("synthetic_failed"))).toBe(95.83);
    expect(of(incident("synthetic_failed"), incident("ledger_away"))).toBe(95.83);
    expect(
      of(
        incident("synthetic_failed", { since: NOW - 6 * HOUR, resolved_at: NOW - 5 * HOUR }),
        incident("ledger_away", { since: NOW - 5.5 * HOUR, resolved_at: NOW - 4 * HOUR }),
      ),
    ).toBe(91.66);
    expect(of(incident("ledger_away", { since: NOW - 3 * DAY_MS }))).toBe(0);
    expect(of(incident("breaker_open", { since: NOW - 6 * HOUR }))).toBe(100);
  });
  it("never rounded up to whole", () => {
    expect(of(incident("ledger_away", { since: NOW - 1_000, resolved_at: NOW }))).toBe(99.99);
  });
  it("says whether somebody watched", () => {
    expect(availability([], NOW - 60_000, NOW).watched).toBe(true);
    expect(availability([], NOW - 600_000, NOW).watched).toBe(false);
    expect(availability([], null, NOW).watched).toBe(false);
  });
});

describe("figures", () => {
  const [first = "", second = ""] = columnsOf(TOOK);
  it("upper ends of the buckets: never better than it was; few say nothing", () => {
    expect(latency({ [first]: 90, [second]: 10 })).toEqual({ p50_ms: 10, p95_ms: 25, p99_ms: 25 });
    expect(latency({ [first]: 19 })).toEqual({ p50_ms: null, p95_ms: null, p99_ms: null });
    expect(latency({})).toEqual({ p50_ms: null, p95_ms: null, p99_ms: null });
  });
  it("decided in time, rounded down", () => {
    expect(decidedInTime({ leads: 3_000, late: 1 })).toEqual({ decided_in_time_percent: 99.9 });
    expect(decidedInTime({ leads: 19, late: 0 })).toEqual({ decided_in_time_percent: null });
  });
});

it.each([
  ["ok", false, [], "operational"],
  ["ok", false, ["some_buyers", "bookkeeping"], "operational"],
  ["ok", false, ["selling"], "degraded"],
  ["degraded", false, [], "degraded"],
  ["ok", true, ["selling"], "paused"],
  ["down", true, [], "down"],
] as const)("health %s, paused %s, %j: %s", (health, paused, affected, status) => {
  const incidents = affected.map((affects) => ({ title: "", affects, since: "" }));
  expect(overall({ health, paused, incidents })).toBe(status);
});
