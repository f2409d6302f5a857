import type { Context } from "hono";
import * as z from "zod";
import { type Money, toWire } from "../../../schema/money.ts";
import { movementsByRef, movementsOf, type SaleRow, salesBetween, salesOfLead } from "../../ledger/reads.ts";
import { iso, limitSchema, readQuery, timeSchema } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";

const DAY_MS = 86_400_000;

export const salesQuery = z
  .strictObject({
    lead: z.string().max(40).optional(),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    limit: limitSchema,
  })
  .meta({ description: "Newest first. Without times: the last day. With `lead`: that lead's." });

export const movementsQuery = z
  .strictObject({
    ref: z.string().max(200).optional().meta({ description: "Reservation or entry: its rows sum to zero." }),
    account: z
      .string()
      .max(60)
      .optional()
      .meta({ examples: ["buyer:acme", "publisher:leadsrus", "house", "clearing"] }),
    from: timeSchema.optional(),
    to: timeSchema.optional(),
    limit: limitSchema,
  })
  .refine((query) => (query.ref === undefined) !== (query.account === undefined), "needs either ref or account");

/** Sales and money as the ledger has them: exact, a second or two behind the objects. */
export function ledgerRoutes(app: AdminApp): void {
  app.get("/sales", sales);
  app.get("/movements", movements);
}

async function sales(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, salesQuery);
  if (!query.ok) return query.response;
  const { lead, limit } = query.value;
  const to = query.value.to ?? c.var.ctx.now() + 1;
  const from = query.value.from ?? to - DAY_MS;
  const rows =
    lead === undefined ? await salesBetween(c.var.ctx.db, { from, to, limit }) : await salesOfLead(c.var.ctx.db, lead);
  return c.json({ items: rows.map(wireSale) });
}

function wireSale({ at, returned_at, price, payout, margin, refunded, risk, recovered, ...row }: SaleRow) {
  const { n: _n, summed: _s, tenant: _t, month: _m, ...rest } = row;
  return {
    ...rest,
    at: iso(at),
    price: toWire(price as Money),
    payout: toWire(payout as Money),
    margin: toWire(margin as Money),
    returned_at: returned_at === null ? null : iso(returned_at),
    refunded: toWire(refunded as Money),
    risk: risk === 1,
    recovered: recovered === 1,
  };
}

async function movements(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, movementsQuery);
  if (!query.ok) return query.response;
  const { ref, account, limit } = query.value;
  const to = query.value.to ?? c.var.ctx.now() + 1;
  const page = { from: query.value.from ?? to - 31 * DAY_MS, to, limit };
  const rows =
    ref === undefined
      ? await movementsOf(c.var.ctx.db, account ?? "", page)
      : await movementsByRef(c.var.ctx.db, ref, page);
  const sum = rows.reduce((total, row) => total + row.amount, 0);
  const items = rows.map(({ at, amount, n: _n, tenant: _t, month: _m, ...rest }) => ({
    ...rest,
    at: iso(at),
    amount: toWire(amount as Money),
  }));
  return c.json({ items, sum: toWire(sum as Money) });
}
