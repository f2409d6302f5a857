import type { Context } from "hono";
import type * as z from "zod";
import { bulkCloseSchema, bulkReplaySchema, jobsQuery } from "../../../schema/api/dead-letters.ts";
import type { Job } from "../../../schema/rpc/keeper.ts";
import { nonce } from "../../crypto/encoding.ts";
import { canonical } from "../../flows/ping.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { check, iso, readObject, readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { problem } from "../problem.ts";

type GatewayOf = (c: Context<AdminEnv>) => Gateway;

/** Work on many leads at once, and how far all long work is. */
export function jobRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.post("/dead-letters/replay", (c) => bulk(c, gatewayOf(c), "replay", bulkReplaySchema));
  app.post("/dead-letters/close", (c) => bulk(c, gatewayOf(c), "close", bulkCloseSchema));
  app.get("/jobs", async (c) => {
    const query = readQuery(c, jobsQuery);
    if (!query.ok) return query.response;
    return c.json({ items: (await gatewayOf(c).keeper().jobs(query.value.limit)).map(wireJob) });
  });
  app.get("/jobs/:id", async (c) =>
    found(
      c,
      await gatewayOf(c)
        .keeper()
        .job(idOf(c.req.param("id"))),
    ),
  );
  app.post("/jobs/:id/cancel", async (c) => {
    const { ctx, author } = c.var;
    const id = idOf(c.req.param("id"));
    await writeAudit(ctx.db, { at: ctx.now(), author, action: "cancel_job", target: `job:${id}` });
    return found(c, await gatewayOf(c).keeper().cancel(id, author));
  });
}

const idOf = (text: string): string => text.slice(0, 64);

const found = (c: Context<AdminEnv>, job: Job | null): Response =>
  job ? c.json(wireJob(job)) : problem(404, "not_found", "there is no such job; jobs are kept for 30 days");

/** The parameters are stored as they were sent: the job's steps read them by the same schema. */
async function bulk(
  c: Context<AdminEnv>,
  g: Gateway,
  action: "replay" | "close",
  schema: z.ZodType<{ job_id?: string }>,
): Promise<Response> {
  const body = await readObject(c);
  if (!body.ok) return body.response;
  const parsed = check(schema, body.value);
  if (!parsed.ok) return parsed.response;
  const { ctx, author } = c.var;
  const { job_id: _, ...sent } = body.value;
  const id = parsed.value.job_id ?? `${action}_${nonce(ctx.bytes(16))}`;
  const params = { action, ...sent };
  const target = `job:${id}`;
  const known = await g.keeper().job(id);
  if (known && canonical(known.params) !== canonical(params))
    return problem(409, "already_exists", "another job has this id; choose one that was not used before");
  await writeAudit(ctx.db, { at: ctx.now(), author, action: `bulk_${action}`, target, detail: JSON.stringify(params) });
  return c.json(wireJob(await g.keeper().start({ id, kind: "replay", author, params })), 202);
}

/** A job as it is on the wire: times as ISO 8601. */
export function wireJob({ started_at, updated_at, ended_at, ...job }: Job) {
  return {
    ...job,
    started_at: iso(started_at),
    updated_at: iso(updated_at),
    ended_at: ended_at === null ? null : iso(ended_at),
  };
}
