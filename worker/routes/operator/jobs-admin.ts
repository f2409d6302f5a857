import type { Context } from "hono";
import { startSchema } from "../../../schema/api/keeper.ts";
import type { JobKind } from "../../../schema/lists.ts";
import { nonce } from "../../crypto/encoding.ts";
import { keyUsage } from "../../flows/key-usage.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { readBodyAs } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { problem } from "../problem.ts";
import { wireJob } from "./jobs.ts";

export type GatewayOf = (c: Context<AdminEnv>) => Gateway;

/** The keeper's own long work: the ledger written again from the objects, and everything sealed by the newest key. */
export function keeperRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.post("/rebuild", (c) => start(c, gatewayOf(c), "rebuild"));
  app.post("/keys/rewrap", (c) => start(c, gatewayOf(c), "rewrap"));
  app.get("/keys/usage", async (c) => c.json(await keyUsage({ g: gatewayOf(c), db: c.var.ctx.db })));
}

async function start(c: Context<AdminEnv>, g: Gateway, kind: JobKind): Promise<Response> {
  const body = await readBodyAs(c, startSchema);
  return body.ok ? startJob(c, g, kind, {}, body.value.reason) : body.response;
}

/** Audit first: what cannot be written down is not done. `params` and `detail` hold nothing personal. */
export async function startJob(
  c: Context<AdminEnv>,
  g: Gateway,
  kind: JobKind,
  params: Record<string, unknown>,
  detail: string,
): Promise<Response> {
  const { ctx, author } = c.var;
  const id = `${kind}_${nonce(ctx.bytes(16))}`;
  await writeAudit(ctx.db, { at: ctx.now(), author, action: `start_${kind}`, target: `job:${id}`, detail });
  const job = await g
    .keeper()
    .start({ id, kind, author, params })
    .catch(() => null);
  if (job) return c.json(wireJob(job), 202);
  return problem(503, "ledger_unavailable", "the keeper does not answer; repeat the call", undefined, {
    "retry-after": "2",
  });
}
