import type { Context } from "hono";
import * as z from "zod";
import {
  CURSOR,
  liveAnswer,
  liveGauges as liveGaugesAnswer,
  liveQuery,
  liveStreamQuery,
} from "../../../schema/api/live.ts";
import { acknowledgedOf } from "../../alerts/incidents.ts";
import { isMuted } from "../../alerts/tell.ts";
import { liveGauges, livePage, type OpenAlert } from "../../flows/live-feed.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { iso, readQuery } from "../admin/body.ts";
import type { AdminApp, AdminContext, AdminEnv } from "../admin/context.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import { type SseEvent, sseResponse } from "../sse.ts";

type GatewayOf = (c: Context<AdminEnv>) => Gateway;

/** How often a stream looks, how long it lasts, and rows of one look. Objects and D1 that one request may ask are limited. */
export const LIVE_STREAM = { every_ms: 1_500, for_ms: 180_000, rows: 40, gauges_ms: 5_000 } as const;

/** What happens now: a page, gauges, and both as a stream. */
export function liveRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.get("/live", async (c) => {
    const query = readQuery(c, liveQuery);
    return query.ok ? c.json(await livePage(c.var.ctx.db, query.value)) : query.response;
  });
  app.get("/live/gauges", async (c) => c.json(await gauges(c.var.ctx, gatewayOf(c))));
  app.get("/live/stream", (c) => stream(c, gatewayOf(c)));
}

const gauges = (ctx: AdminContext, g: Gateway) => liveGauges(g, ctx.db, () => openAlerts(ctx));

/** What the alert board shows as open and nobody has seen, the newest hundred at most. Without the board none counts as seen. */
async function openAlerts({ keeper, board, now }: AdminContext): Promise<OpenAlert[]> {
  const [open, seen] = await Promise.all([
    keeper?.()
      .incidents({ state: "open", limit: 100 })
      .catch(() => []) ?? [],
    board?.().catch(() => null) ?? null,
  ]);
  return open
    .filter((one) => !acknowledgedOf(one, seen?.acknowledged ?? {}) && !isMuted(one, seen?.muted ?? {}, now()))
    .map(({ id, opened_at, kind, subject, message }) => ({ id, at: iso(opened_at), kind, subject, message }));
}

function stream(c: Context<AdminEnv>, g: Gateway): Response {
  const query = readQuery(c, liveStreamQuery);
  if (!query.ok) return query.response;
  const { ctx } = c.var;
  const last = c.req.header("last-event-id");
  let after = last !== undefined && CURSOR.test(last) ? last : query.value.after;
  let gauged = Number.NEGATIVE_INFINITY;
  const next = async (): Promise<SseEvent[]> => {
    const page = await livePage(ctx.db, { after, limit: LIVE_STREAM.rows });
    const events: SseEvent[] = [];
    if (after !== page.cursor) events.push({ event: "items", data: JSON.stringify(page), id: page.cursor });
    after = page.cursor;
    if (g.deps.now() - gauged >= LIVE_STREAM.gauges_ms) {
      gauged = g.deps.now();
      events.push({ event: "gauges", data: JSON.stringify(await gauges(ctx, g)) });
    }
    return events;
  };
  return sseResponse(g.deps, { ...LIVE_STREAM, next });
}

/** For the API document. */
export const LIVE_OPERATIONS: readonly Operation[] = [
  operation("live", {
    method: "get",
    path: "/live",
    id: "live",
    summary: "The newest auctions and sales",
    notes:
      "As they came to the ledger, a second or two after they happened. With `after`: what has come since; of more than `limit` the newest, and how many were skipped.",
    query: liveQuery,
    response: liveAnswer,
  }),
  operation("live", {
    method: "get",
    path: "/live/gauges",
    id: "liveGauges",
    summary: "Rates per minute, queues, open risks",
    notes: "At most five seconds old. Books are asked; buyers' breakers are as this isolate's snapshot knows them.",
    response: liveGaugesAnswer,
  }),
  operation("live", {
    method: "get",
    path: "/live/stream",
    id: "liveStream",
    summary: "Both as server-sent events",
    notes:
      "`text/event-stream`: `items` (as `GET /live`, its `id` is the cursor) every 1.5 seconds that bring any, `gauges` every five; a comment else. Ends after three minutes; connect again with `Last-Event-ID`.",
    query: liveStreamQuery,
    response: z.string(),
  }),
];
