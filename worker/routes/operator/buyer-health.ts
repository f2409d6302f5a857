import type { Context } from "hono";
import * as z from "zod";
import { attemptAnswer } from "../../../schema/api/attempts.ts";
import { buyerHealthSchema, STANDINGS } from "../../../schema/api/buyer-health.ts";
import { BUYER_SORTS, buyerListSchema } from "../../../schema/api/buyer-list.ts";
import { timeZoneSchema } from "../../../schema/config/common.ts";
import { attemptLine } from "../../flows/attempts.ts";
import { buyerHealth, type Range } from "../../flows/buyer-health/health.ts";
import { buyerList } from "../../flows/buyer-health/list.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { MOST_CONTRACTS, recentAttempts } from "../../ledger/recent-attempts.ts";
import { iso, readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";

type GatewayOf = (c: Context<AdminEnv>) => Gateway;

const range = {
  hours: z.coerce.number().int().min(1).max(744).default(24).meta({ description: "Up to now." }),
  zone: timeZoneSchema.default("UTC").meta({ description: "For the labels of hours and days." }),
};
export const healthQuery = z.strictObject(range);
export const buyerListQuery = z.strictObject({
  ...range,
  q: z.string().max(80).default("").meta({ description: "Part of id or name." }),
  standing: z.enum(STANDINGS).optional(),
  sort: z.enum(BUYER_SORTS).default("name"),
  order: z.enum(["asc", "desc"]).default("asc"),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
  limit: z.coerce.number().int().min(1).max(50).default(25),
});
export const buyerAttemptsQuery = z.strictObject({
  endpoint: z.string().max(40).optional(),
  contract: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** How buyers do: all of them, one, and what was sent to one of late. */
export function buyerHealthRoutes(app: AdminApp, gatewayOf: GatewayOf): void {
  app.get("/buyer-health", (c) => list(c, gatewayOf(c)));
  app.get("/buyers/:id/health", (c) => health(c, gatewayOf(c), c.req.param("id")));
  app.get("/buyers/:id/attempts", (c) => attempts(c, gatewayOf(c), c.req.param("id")));
}

function rangeOf(c: Context<AdminEnv>, { hours, zone }: { hours: number; zone: string }): Range {
  const to = c.var.ctx.now();
  return { from: to - hours * 3_600_000, to, zone };
}

async function list(c: Context<AdminEnv>, g: Gateway): Promise<Response> {
  const query = readQuery(c, buyerListQuery);
  if (!query.ok) return query.response;
  const { hours, zone, ...rest } = query.value;
  const { from, to } = rangeOf(c, { hours, zone });
  const alerts = await openAlerts(c);
  const found = await buyerList(g, c.var.ctx.db, { from, to, zone, alerts, ...rest });
  return c.json({ ...found, from: iso(from), to: iso(to) });
}

/** Open alerts by buyer. They are of less weight than the rest of the answer: without the keeper there are none. */
async function openAlerts(c: Context<AdminEnv>): Promise<Map<string, number>> {
  const open = await c.var.ctx
    .keeper?.()
    .incidents({ state: "open", limit: MOST_ALERTS })
    .catch(() => []);
  const counts = new Map<string, number>();
  for (const { buyer_id } of open ?? []) if (buyer_id !== null) counts.set(buyer_id, (counts.get(buyer_id) ?? 0) + 1);
  return counts;
}
const MOST_ALERTS = 500;

async function health(c: Context<AdminEnv>, g: Gateway, id: string): Promise<Response> {
  const query = readQuery(c, healthQuery);
  if (!query.ok) return query.response;
  const found = await buyerHealth(g, c.var.ctx.db, id, rangeOf(c, query.value));
  return found ? c.json(found) : problem(404, "not_found", "there is no such buyer");
}

async function attempts(c: Context<AdminEnv>, g: Gateway, id: string): Promise<Response> {
  const query = readQuery(c, buyerAttemptsQuery);
  if (!query.ok) return query.response;
  const { endpoint, contract, limit } = query.value;
  const snapshot = await g.snapshot();
  if (!snapshot.record("buyer", id)) return problem(404, "not_found", "there is no such buyer");
  const all = snapshot
    .contractsOfBuyer(id)
    .filter(({ config }) => contract === undefined || config.id === contract)
    // Those that post through the endpoint now come first; one that did so before may be among the others.
    .sort((a, b) => Number(b.endpoint.id === endpoint) - Number(a.endpoint.id === endpoint));
  const contracts = all.map(({ config }) => config.id);
  const rows = await recentAttempts(c.var.ctx.db, { contracts, limit, endpoint_id: endpoint });
  return c.json({
    items: rows.map((row) => ({ ...attemptLine(row), contract_id: row.contract_id })),
    contracts: contracts.slice(0, MOST_CONTRACTS),
    more_contracts: Math.max(0, contracts.length - MOST_CONTRACTS),
  });
}

export const buyerAttemptsAnswer = z.object({
  items: z.array(attemptAnswer.extend({ contract_id: z.string() })),
  contracts: z.array(z.string()).meta({ description: "Whose attempts these are." }),
  more_contracts: z
    .int()
    .meta({ description: "Contracts of the buyer that were not looked at: ask for one by `contract`." }),
});

export const BUYER_HEALTH_OPERATIONS: readonly Operation[] = [
  operation("buyers", {
    method: "get",
    path: "/buyer-health",
    id: "list_buyer_health",
    summary: "How all buyers do, a row each",
    notes:
      "Figures as in the reports: of posts and sales exact, of pings best effort. Money and the fullest cap are asked of the objects of the page's buyers only.",
    query: buyerListQuery,
    response: buyerListSchema,
  }),
  operation("buyers", {
    method: "get",
    path: "/buyers/:id/health",
    id: "buyer_health",
    summary: "How a buyer and its endpoints do",
    notes:
      "Delivery (was there an answer?) and acceptance (was it a yes?) apart, latencies, errors by class, post rejects by range of bid, caps, money, breakers with their history, and what was agreed beside what is measured.",
    query: healthQuery,
    response: buyerHealthSchema,
    problems: ["not_found"],
  }),
  operation("buyers", {
    method: "get",
    path: "/buyers/:id/attempts",
    id: "buyer_attempts",
    summary: "The newest attempts of a buyer or an endpoint",
    notes: `Over at most ${MOST_CONTRACTS} contracts. Payloads stay sealed: \`/contracts/:id/attempts/:attempt/open\`.`,
    query: buyerAttemptsQuery,
    response: buyerAttemptsAnswer,
    problems: ["not_found"],
  }),
];
