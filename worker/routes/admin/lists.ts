import type { Context } from "hono";
import * as z from "zod";
import { ALERT_KINDS } from "../../../schema/lists.ts";
import { ALERTS } from "../../alerts/catalogue.ts";
import { listAudit } from "../../ledger/audit.ts";
import { listAlerts } from "../../ledger/reads.ts";
import { iso, limitSchema, placeAfter, placeSchema, readQuery } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";

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
  before: placeSchema.optional(),
  limit: limitSchema,
});

/** What the ledger has: audit, alerts. */
export function listRoutes(app: AdminApp): void {
  app.get("/audit", auditList);
  app.get("/alerts", alertList);
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
  return c.json({ items, next: placeAfter(rows, query.value.limit) });
}
