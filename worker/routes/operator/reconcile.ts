import type { Context } from "hono";
import { differencesQuery, reconcileSchema } from "../../../schema/api/keeper.ts";
import { listDifferences } from "../../ledger/differences.ts";
import { iso, readBodyAs, readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { type GatewayOf, startJob } from "./jobs-admin.ts";

/** The three books compared: start it, and what it found. */
export function reconcileRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.post("/reconcile", async (c) => {
    const body = await readBodyAs(c, reconcileSchema);
    if (!body.ok) return body.response;
    return startJob(c, gatewayOf(c), "reconcile", body.value, JSON.stringify(body.value));
  });
  app.get("/differences", differences);
}

async function differences(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, differencesQuery);
  if (!query.ok) return query.response;
  const { job, ...rest } = query.value;
  const page = await listDifferences(c.var.ctx.db, { ...rest, job_id: job });
  const items = page.items.map(({ at, mended_at, detail, ...row }) => ({
    ...row,
    at: iso(at),
    mended_at: mended_at === null ? null : iso(mended_at),
    detail: JSON.parse(detail) as unknown,
  }));
  return c.json({ items, next: page.next });
}
