import { describe, expect, test } from "vitest";
import { STANDINGS, type StandingWord } from "../../../schema/api/buyer-health.ts";
import type { Cap } from "../../../schema/config/buyer.ts";
import { slaSchema } from "../../../schema/config/contacts.ts";
import { money } from "../../../schema/money.ts";
import type { EndpointStatus } from "../../../schema/status.ts";
import { capLines } from "../../../worker/flows/buyer-health/caps.ts";
import { inOrder } from "../../../worker/flows/buyer-health/list.ts";
import { slaLines } from "../../../worker/flows/buyer-health/sla.ts";
import { endpointStanding } from "../../../worker/flows/buyer-health/standing.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");

describe("capLines", () => {
  const use = (contract_id: string, cap: Cap, used_count: number, used_money = 0) => ({
    contract_id,
    cap,
    source: cap.source ?? null,
    used_count,
    used_money: money(used_money),
    resets_at: NOW,
  });
  test("a line for each thing that is limited, the fullest first, with the end of its window", () => {
    const lines = capLines([
      use("b", { per: "day", count: 10, money: money(2_000_000) }, 9, 500_000),
      use("a", { per: "hour", count: 4, source: "pub" }, 4),
      use("c", { per: "total", count: 3 }, 0),
      use("d", { per: "day", count: 0 }, 0),
    ]);
    expect(lines.map(({ contract_id, of, used, limit, share }) => [contract_id, of, used, limit, share])).toEqual([
      ["a", "count", 4, 4, 100],
      ["d", "count", 0, 0, 100],
      ["b", "count", 9, 10, 90],
      ["b", "money", 50, 200, 25],
      ["c", "count", 0, 3, 0],
    ]);
    expect(lines[0]).toMatchObject({ per: "hour", source: "pub", resets_at: "2026-11-28T12:00:00.000Z" });
  });
});

describe("slaLines", () => {
  const sla = slaSchema.parse({ ping_p95_ms: 100, post_p95_ms: 900, delivery_percent: 99, acceptance_percent: 80 });
  const measured = { ping_p95: 100, post_p95: 900.5, delivery_success: 98.99, post_acceptance: 80 };
  test("what was agreed is the last that keeps it; what was not measured is neither kept nor broken", () => {
    expect(slaLines(sla, measured).map(({ name, kept }) => [name, kept])).toEqual([
      ["ping_p95_ms", true],
      ["post_p95_ms", false],
      ["delivery_percent", false],
      ["acceptance_percent", true],
    ]);
    expect(slaLines(sla, { ...measured, ping_p95: null })[0]).toMatchObject({
      agreed: 100,
      measured: null,
      kept: null,
    });
    expect(slaLines({ post_p95_ms: 1_000 }, measured).map(({ name }) => name)).toEqual(["post_p95_ms"]);
    expect(slaLines({}, measured)).toEqual([]);
  });
});

describe("endpointStanding", () => {
  const lasts = [{ id: "w", reason: "work", from: NOW - 1, to: NOW + 1, time_zone: "UTC" }];
  const status = (ping: string, post: string) =>
    ({ ping: { state: ping, until: null }, post: { state: post, until: null } }) as EndpointStatus;
  test.each<[Parameters<typeof endpointStanding>[0], EndpointStatus | undefined, StandingWord]>([
    [{ status: "active", maintenance: [] }, undefined, "ok"],
    [{ status: "active", maintenance: [] }, status("closed", "closed"), "ok"],
    [{ status: "active", maintenance: [] }, status("half_open", "closed"), "breaker_trial"],
    [{ status: "active", maintenance: [] }, status("half_open", "open"), "breaker_open"],
    [{ status: "active", maintenance: lasts }, status("open", "open"), "maintenance"],
    [{ status: "paused", maintenance: lasts }, status("open", "open"), "paused"],
  ])("%j %j: %s", (body, known, word) => {
    expect(endpointStanding(body, known, NOW)).toBe(word);
  });
});

describe("inOrder", () => {
  const row = (id: string, success: number | null, standing: StandingWord = "ok") => ({
    id,
    name: id.toUpperCase(),
    status: "active" as const,
    standing,
    endpoints: 1,
    contracts: 1,
    open_breakers: [],
    figures: {
      posts: 1,
      delivery_success: success,
      post_acceptance: null,
      post_p95: null,
      ping_p95: null,
      win_rate: null,
      sales: 0,
      revenue: 0,
    },
  });
  const rows = [row("c", 90), row("a", null), row("b", 99, "paused"), row("d", 90), row("e", null)];
  const ids = (sort: "name" | "success" | "standing" | "p95", order: "asc" | "desc") =>
    [...rows]
      .sort(inOrder({ sort, order }))
      .map(({ id }) => id)
      .join("");
  test("whoever has no figure comes last, equal ones by id, the most pressing standing first", () => {
    expect(ids("success", "asc")).toBe("cdbae");
    expect(ids("success", "desc")).toBe("bcdae");
    expect(ids("name", "desc")).toBe("edcba");
    expect(ids("standing", "asc")).toBe("bacde");
    expect(ids("p95", "desc")).toBe("abcde");
    expect(STANDINGS[0]).toBe("paused");
  });
});
