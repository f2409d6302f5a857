import type { Context } from "hono";
import * as z from "zod";
import { ALERT_KINDS, INCIDENT_STATES, NOTICE_STATES, SEVERITIES } from "../../../../schema/lists.ts";
import { toWire } from "../../../../schema/money.ts";
import type { KeeperPort } from "../../../../schema/rpc/keeper.ts";
import { policyOf, rulesInForce, tellingOf } from "../../../alerts/policy.ts";
import { iso, limitSchema, placeAfter, placeSchema, readQuery } from "../../admin/body.ts";
import { findAll } from "../../admin/checks/references.ts";
import type { AdminApp, AdminEnv } from "../../admin/context.ts";
import { problem } from "../../problem.ts";
import { shownIncident, shownNotice } from "./answers.ts";

type C = Context<AdminEnv>;
const idOf = z.string().max(60).optional();

export const incidentsQuery = z.strictObject({
  state: z.enum(INCIDENT_STATES).optional(),
  buyer: idOf,
  kind: z.enum(ALERT_KINDS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  before: placeSchema.optional(),
  limit: limitSchema,
});
export const noticesQuery = z.strictObject({
  channel: idOf,
  state: z.enum(NOTICE_STATES).optional(),
  before: placeSchema.optional(),
  limit: limitSchema,
});
export const rulesQuery = z.strictObject({ buyer: idOf.meta({ description: "Whose; without: what holds for all." }) });

const keeperOf = (c: C): KeeperPort => {
  const keeper = c.var.ctx.keeper?.();
  if (!keeper) throw new Error("no durable object for long work");
  return keeper;
};
/** The board is low stakes: without it the alerts are shown as nobody had seen them. */
const boardOf = (c: C) => c.var.ctx.board?.().catch(() => null) ?? null;

/** Alerts from beginning to end, what was sent of them, and the rules in force. */
export function incidentRoutes(app: AdminApp): void {
  app.get("/alerts/incidents", incidents);
  app.get("/alerts/incidents/:id", incident);
  app.get("/alerts/notices", notices);
  app.get("/alerts/rules", rules);
  app.get("/alerts/watch", watch);
  app.post("/alerts/look", async (c) => {
    await keeperOf(c).lookNow();
    return c.json({ due: true });
  });
}

async function incidents(c: C): Promise<Response> {
  const query = readQuery(c, incidentsQuery);
  if (!query.ok) return query.response;
  const { buyer, ...page } = query.value;
  const [found, board] = await Promise.all([keeperOf(c).incidents({ ...page, buyer_id: buyer }), boardOf(c)]);
  const now = c.var.ctx.now();
  return c.json({
    items: found.map((one) => shownIncident(one, board, now)),
    next: placeAfter(
      found.map(({ id, opened_at }) => ({ id, at: opened_at })),
      page.limit,
    ),
  });
}

async function incident(c: C): Promise<Response> {
  const id = (c.req.param("id") ?? "").slice(0, 400);
  const keeper = keeperOf(c);
  const [found, told, board] = await Promise.all([
    keeper.incident(id),
    keeper.notices({ incident_id: id, limit: 50 }),
    boardOf(c),
  ]);
  if (!found) return problem(404, "not_found", "there is no such alert (resolved ones are kept for 90 days)");
  return c.json({ alert: shownIncident(found, board, c.var.ctx.now()), notices: told.map(shownNotice) });
}

async function notices(c: C): Promise<Response> {
  const query = readQuery(c, noticesQuery);
  if (!query.ok) return query.response;
  const { channel, ...page } = query.value;
  const found = await keeperOf(c).notices({ ...page, channel_id: channel });
  return c.json({ items: found.map(shownNotice), next: placeAfter(found, page.limit) });
}

async function rules(c: C): Promise<Response> {
  const query = readQuery(c, rulesQuery);
  if (!query.ok) return query.response;
  const buyer = query.value.buyer ?? null;
  const policy = policyOf(await findAll(c.var.ctx, "alerting", {}));
  const { silent, cooling_off_ms, quiet } = tellingOf(policy, buyer);
  const items = rulesInForce(policy, buyer).map((rule) => ({
    ...rule,
    settings: wireSettings(rule.name, rule.settings),
  }));
  return c.json({ buyer_id: buyer, silent, cooling_off_min: cooling_off_ms / 60_000, quiet, items });
}

function wireSettings(name: string, settings: Record<string, unknown>): Record<string, unknown> {
  if (name !== "balance_low") return settings;
  const { on, warning, critical } = settings as { on: boolean; warning: never; critical: never };
  return { on, warning: toWire(warning), critical: toWire(critical) };
}

async function watch(c: C): Promise<Response> {
  const { looked_at, failed, channels, synthetic } = await keeperOf(c).watch();
  const time = (ms: number | null) => (ms === null ? null : iso(ms));
  return c.json({
    looked_at: time(looked_at),
    failed,
    channels: Object.entries(channels).map(([id, { failed_since, why, failures, sent_at }]) => ({
      id,
      failed_since: time(failed_since),
      why,
      failures,
      sent_at: time(sent_at),
    })),
    synthetic: Object.entries(synthetic).map(([id, { at, failed_since, ...run }]) => ({
      id,
      at: iso(at),
      failed_since: time(failed_since),
      ...run,
    })),
  });
}
