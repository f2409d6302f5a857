import type { Context } from "hono";
import { erasureSchema } from "../../../schema/api/keeper.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { suppress } from "../../ledger/suppressions.ts";
import { readBodyAs } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { hashOf } from "../admin/suppressions.ts";
import { type GatewayOf, startJob } from "./jobs-admin.ts";

/** A person's data, destroyed on request. Phone and e-mail become keyed hashes at once; nothing else of them is kept. */
export function erasureRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.post("/erasures", (c) => erase(c, gatewayOf(c)));
}

async function erase(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const body = await readBodyAs(c, erasureSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const { phone, email, reason, suppress: never_again, keep_consent } = body.value;
  const marks: string[] = [];
  for (const one of [phone === undefined ? null : { phone }, email === undefined ? null : { email }]) {
    const mark = one && hashOf(ctx, { ...one, reason });
    if (mark && !mark.ok) return mark.response;
    if (mark) marks.push(mark.value);
  }
  if (never_again) {
    for (const hash of marks) await suppress(ctx.db, { hash, reason, author, at: ctx.now() });
    ctx.refreshSnapshot();
  }
  const by = [...(phone === undefined ? [] : ["phone"]), ...(email === undefined ? [] : ["email"])];
  const detail = JSON.stringify({ by, suppress: never_again, keep_consent, reason });
  return startJob(c, g, "erase", { marks, keep_consent, reason }, detail);
}
