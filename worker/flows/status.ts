import type { StatusAnswer } from "../../schema/api/status.ts";
import { columnsOf, TOOK } from "../../schema/rollups/buckets.ts";
import { GRAINS, SLOT_MS } from "../../schema/rollups/rollups.ts";
import type { Incident } from "../../schema/rpc/alerts.ts";
import { within } from "../deps.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { readSums } from "../ledger/report-sums.ts";
import { healthOf } from "./gauges.ts";
import { availability, DAY_MS, decidedInTime, latency, overall, publicIncidents } from "./status-rules.ts";

/** Whatever does not answer within so many ms is left out: a status page must come when things are bad. */
const READ_MS = 1_500;
const MOST_INCIDENTS = 200;
const HOUR_MS = 3_600_000;

/** What the public page tells: the configuration in memory, two sums of a day's quarter hours, and the keeper's open alerts. */
export async function statusOf(g: Gateway, db: D1Database): Promise<StatusAnswer> {
  const now = g.deps.now();
  const soon = <T>(call: Promise<T>): Promise<T | null> => within(g.deps, READ_MS, call).catch(() => null);
  const [health, sums, alerts] = await Promise.all([healthOf(g), soon(sumsOf(db, now)), soon(alertsOf(g, now))]);
  const paused = health.status !== "down" && ((await soon(g.snapshot()))?.paused ?? false);
  const incidents = publicIncidents(alerts?.incidents ?? []);
  const age = health.checks.snapshot_age_ms;
  return {
    status: overall({ health: health.status, paused, incidents }),
    at: new Date(now).toISOString(),
    configuration_age_s: typeof age === "number" ? Math.round(age / 1_000) : null,
    pings: sums && { last_hour: latency(sums.hour), last_day: latency(sums.day) },
    leads: sums && decidedInTime(sums.leads),
    availability: alerts && availability(alerts.incidents, alerts.looked_at, now),
    incidents,
  };
}

/** Open ones, and those that ended within the day. */
async function alertsOf(g: Gateway, now: number): Promise<{ incidents: Incident[]; looked_at: number | null }> {
  const keeper = g.keeper();
  const [incidents, watch] = await Promise.all([
    keeper.incidents({ severity: "critical", limit: MOST_INCIDENTS }),
    keeper.watch(),
  ]);
  const recent = incidents.filter(({ resolved_at }) => resolved_at === null || resolved_at > now - DAY_MS);
  return { incidents: recent, looked_at: watch.looked_at };
}

async function sumsOf(db: D1Database, now: number) {
  const slot = (at: number) => Math.floor(at / SLOT_MS);
  const piece = (stretch: number, from: number) => ({
    stretch,
    grain: GRAINS.all,
    from: slot(from),
    to: slot(now) + 1,
  });
  const [hour, day] = [piece(0, now - HOUR_MS), piece(1, now - DAY_MS)];
  const whole = { groups: [], filters: {}, limit: 2 };
  const took = Object.fromEntries(columnsOf(TOOK).map((column) => [column, column]));
  const [pings = [], leads = []] = await readSums(db, [
    { ...whole, rollup: "rollup_pings", sums: took, pieces: [hour, day] },
    { ...whole, rollup: "rollup_leads", sums: { leads: "leads", late: "code_no_answer_in_time" }, pieces: [day] },
  ]);
  const of = (rows: typeof pings, stretch: number) => rows.find((row) => row.stretch === stretch)?.sums ?? {};
  return { hour: of(pings, 0), day: of(pings, 1), leads: of(leads, 1) };
}
