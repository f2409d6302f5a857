import type { Context } from "hono";
import * as z from "zod";
import { ALERT_KINDS, LEAD_STATES } from "../../../schema/lists.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import { ALERTS } from "../../alerts/catalogue.ts";
import { listAudit } from "../../ledger/audit.ts";
import { type LeadSummary, listAlerts, listLeads } from "../../ledger/reads.ts";
import { iso, limitSchema, readQuery, timeSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";

const WINDOW_MS = 31 * 86_400_000;

export const leadListSchema = z
  .strictObject({
    state: z.enum(LEAD_STATES).optional(),
    publisher: z.string().max(40).optional(),
    campaign: z.string().max(40).optional(),
    buyer: z.string().max(40).optional().meta({ description: "The buyer that it was sold to." }),
    test: z
      .enum(["true", "false"])
      .transform((text) => text === "true")
      .optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    after: z
      .string()
      .regex(/^\d{1,15}\.[A-Za-z0-9_-]{1,40}$/, "must be the `next` of the page before")
      .optional(),
    limit: limitSchema,
  })
  .meta({ description: "Without `from` and `to`: the last 31 days; with one of them, 31 days from or to it." });

export const auditListSchema = z.strictObject({
  target: z
    .string()
    .max(120)
    .optional()
    .meta({ examples: ["buyer:acme"] }),
  action: z.string().max(40).optional(),
  author: z.string().max(40).optional(),
  before: z.coerce.number().int().min(1).optional().meta({ description: "The `next` of the page before." }),
  limit: limitSchema,
});
export const alertListSchema = z.strictObject({
  kind: z.enum(ALERT_KINDS).optional(),
  before: timeSchema.optional(),
  limit: limitSchema,
});

/** What the ledger has: leads (nothing sealed), audit, alerts. */
export function listRoutes(app: AdminApp): void {
  app.get("/leads", leadList);
  app.get("/audit", auditList);
  app.get("/alerts", alertList);
}

async function leadList(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, leadListSchema);
  if (!query.ok) return query.response;
  const { state, publisher, campaign, buyer, test, after, limit } = query.value;
  const to = query.value.to ?? (query.value.from === undefined ? c.var.ctx.now() + 1 : query.value.from + WINDOW_MS);
  const from = query.value.from ?? to - WINDOW_MS;
  const page = await listLeads(c.var.ctx.db, {
    state,
    publisher_id: publisher,
    campaign_id: campaign,
    buyer_id: buyer,
    test,
    from,
    to,
    after: after === undefined ? undefined : cursor(after),
    limit,
  });
  return c.json({
    items: page.items.map(leadAnswer),
    next: page.next && `${page.next.at}.${page.next.lead_id}`,
    from: iso(from),
    to: iso(to),
  });
}

function cursor(text: string): { at: number; lead_id: string } {
  const dot = text.indexOf(".");
  return { at: Number(text.slice(0, dot)), lead_id: text.slice(dot + 1) };
}

function leadAnswer(lead: LeadSummary) {
  const { at, closed_at, rest_at, erased_at, price, payout, test, risk, recovered, sub_ids, ...rest } = lead;
  const time = (ms: number | null) => (ms === null ? null : iso(ms));
  return {
    ...rest,
    created_at: iso(at),
    closed_at: time(closed_at),
    rest_at: time(rest_at),
    erased_at: time(erased_at),
    price: toWire(price as Money),
    payout: toWire(payout as Money),
    test: test === 1,
    risk: risk === 1,
    recovered: recovered === 1,
    sub_ids: sub_ids === null ? {} : (JSON.parse(sub_ids) as Record<string, string>),
  };
}

async function auditList(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, auditListSchema);
  if (!query.ok) return query.response;
  const page = await listAudit(c.var.ctx.db, query.value);
  return c.json({ items: page.items.map((line) => ({ ...line, at: iso(line.at) })), next: page.next });
}

async function alertList(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, alertListSchema);
  if (!query.ok) return query.response;
  const rows = await listAlerts(c.var.ctx.db, query.value);
  // The board is low stakes: without it the alerts are shown as nobody had seen them.
  const board = await c.var.ctx.board?.().catch(() => null);
  const items = rows.map(({ id, at, kind, subject, message }) => ({
    id,
    at: iso(at),
    kind,
    severity: ALERTS[kind].severity,
    subject,
    message,
    acknowledged_by: board?.acknowledged[id]?.by ?? null,
    muted: (board?.muted[subject]?.until ?? 0) > c.var.ctx.now(),
  }));
  return c.json({ items });
}
