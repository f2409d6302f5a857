import type { Context } from "hono";
import * as z from "zod";
import { accountEntrySchema } from "../../../schema/config/buyer.ts";
import { PHASES } from "../../../schema/lists.ts";
import { formatMoney, type Money, toWire } from "../../../schema/money.ts";
import type { AccountGlance, AccountView } from "../../../schema/rpc/account.ts";
import { writeAudit, writeAuditOnce } from "../../ledger/audit.ts";
import { readConfig } from "../../ledger/config-store.ts";
import { problem } from "../problem.ts";
import { iso, readBodyAs, readQuery, reasonSchema } from "./body.ts";
import type { AdminApp, AdminContext, AdminEnv } from "./context.ts";

type C = Context<AdminEnv, "/x/:id">;

export const resetSchema = z.strictObject({
  phase: z.enum(PHASES).optional().meta({ description: "Absent: both." }),
  reason: reasonSchema,
});

export const accountQuery = z.strictObject({
  reservations: z.stringbool().default(true).meta({
    description: "`false`: without `reservations` and `oldest_in_doubt_ms`, for which all of 90 days are counted.",
  }),
});

/** A buyer's money by hand, its account, and its breakers. */
export function accountRoutes(app: AdminApp): void {
  app.post("/buyers/:id/entries", (c) => addEntry(c as unknown as C));
  app.get("/buyers/:id/account", (c) => account(c as unknown as C));
  app.post("/endpoints/:id/breaker/reset", (c) => resetBreaker(c as unknown as C));
}

/** The record from the ledger, or from the snapshot while the ledger is away. */
async function lookUp<K extends "buyer" | "endpoint">(
  ctx: AdminContext,
  kind: K,
  id: string,
): Promise<Record<string, unknown> | null> {
  const stored = await readConfig(ctx.db, kind, id).catch(() => "away" as const);
  if (stored !== "away") return stored?.body ?? null;
  const known = await ctx.known(kind, id);
  if (!known) throw new Error("D1 is away and the snapshot does not know the record");
  return known.body as Record<string, unknown>;
}

async function addEntry(c: C): Promise<Response> {
  const body = await readBodyAs(c, accountEntrySchema);
  if (!body.ok) return body.response;
  const { id, kind, amount, reason } = body.value;
  if (kind === "adjustment" ? amount === 0 : amount <= 0)
    return problem(422, "invalid_fields", "the amount does not fit the kind", [
      {
        field: "amount",
        message: kind === "adjustment" ? "must not be 0" : `must be above 0: to take money away, make an adjustment`,
        code: "invalid",
      },
    ]);
  const { ctx, author } = c.var;
  const buyer_id = c.req.param("id");
  if (!(await lookUp(ctx, "buyer", buyer_id))) return problem(404, "not_found", "there is no such buyer");
  const booked = await ctx
    .account(buyer_id)
    .entry(buyer_id, { id, kind, amount, reason, author })
    .catch((error: unknown) => {
      // An error that crosses processes keeps its message only.
      if (error instanceof Error && /\bentry_conflict\b/.test(error.message)) return "conflict" as const;
      throw error;
    });
  if (booked === "conflict")
    return problem(
      409,
      "entry_conflict",
      "this id was booked with another kind, amount or reason; nothing was changed",
    );
  const detail = JSON.stringify({ id, amount: formatMoney(amount), reason });
  // The movement itself carries author and reason, and comes through the object's outbox: the entry stands while D1 is away.
  const audited = await writeAuditOnce(ctx.db, {
    at: ctx.now(),
    author,
    action: kind,
    target: `buyer:${buyer_id}`,
    detail,
  }).then(
    () => true,
    () => false,
  );
  return c.json(
    { id, kind, amount: toWire(amount), balance: toWire(booked.balance), repeated: booked.repeated, audited },
    booked.repeated ? 200 : 201,
  );
}

async function account(c: C): Promise<Response> {
  const { ctx } = c.var;
  const id = c.req.param("id");
  const query = readQuery(c, accountQuery);
  if (!query.ok) return query.response;
  if (!(await lookUp(ctx, "buyer", id))) return problem(404, "not_found", "there is no such buyer");
  const account = ctx.account(id);
  return c.json(
    query.value.reservations ? wireAccount(id, await account.view()) : wireGlance(id, await account.glance()),
  );
}

/** The view as it is on the wire: amounts in units, times as ISO 8601. */
export function wireAccount(buyer_id: string, view: AccountView) {
  const { reservations, oldest_in_doubt_ms } = view;
  return { ...wireGlance(buyer_id, view), reservations, oldest_in_doubt_ms };
}

export function wireGlance(buyer_id: string, view: AccountGlance) {
  const time = (at: number | null) => (at === null ? null : iso(at));
  const money = (amount: Money | null) => (amount === null ? null : toWire(amount));
  return {
    buyer_id,
    paused: view.paused,
    outbox: view.outbox,
    outbox_lag_ms: view.outbox_lag_ms,
    open: { ...view.open, in_doubt_money: toWire(view.open.in_doubt_money) },
    balance: money(view.balance),
    held: money(view.held),
    available: money(view.available),
    caps: view.caps.map(({ cap, ...rest }) => ({
      ...rest,
      cap: { ...cap, ...(cap.money === undefined ? {} : { money: toWire(cap.money) }) },
      used_money: money(rest.used_money),
      resets_at: time(rest.resets_at),
    })),
    breakers: view.breakers.map((breaker) => ({
      ...breaker,
      opened_at: time(breaker.opened_at),
      until: time(breaker.until),
    })),
    maintenance: view.maintenance.map((lasts) => ({ ...lasts, until: iso(lasts.until) })),
  };
}

async function resetBreaker(c: C): Promise<Response> {
  const body = await readBodyAs(c, resetSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const id = c.req.param("id");
  const endpoint = await lookUp(ctx, "endpoint", id);
  if (!endpoint) return problem(404, "not_found", "there is no such endpoint");
  const { phase, reason } = body.value;
  const phases = phase === undefined ? PHASES : [phase];
  for (const each of phases) await ctx.account(String(endpoint.buyer_id)).resetBreaker(id, each, author);
  const line = {
    at: ctx.now(),
    author,
    action: "reset_breaker",
    target: `endpoint:${id}`,
    detail: JSON.stringify({ phases, reason }),
  };
  const audited = await writeAudit(ctx.db, line).then(
    () => true,
    () => false,
  );
  return c.json({ id, reset: phases, audited });
}
