import type { Context } from "hono";
import * as z from "zod";
import * as api from "../../../schema/api/reports.ts";
import { ESTIMATES, FIGURES } from "../../../schema/figures.ts";
import { landscape } from "../../flows/reports/landscape.ts";
import { lost } from "../../flows/reports/lost.ts";
import { REASON_LISTS, reasons } from "../../flows/reports/reasons.ts";
import { readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import { endsOf, rangeOf, summary, table, wireFigure } from "../reports/answers.ts";

type C = Context<AdminEnv>;

/** What the console's reports and any other reader of figures are made of; see docs/reports.md. */
export function reportRoutes(app: AdminApp): void {
  app.get("/reports/figures", (c) => c.json({ figures: FIGURES.map(wireFigure), estimates: ESTIMATES }));
  app.get("/reports/summary", summaryOf);
  app.get("/reports/reasons", reasonsOf);
  app.get("/reports/bids", bidsOf);
  app.get("/reports/lost", lostIn);
}

function summaryOf(c: C): Promise<Response> | Response {
  const query = readQuery(c, api.summaryQuery);
  if (!query.ok) return query.response;
  const { publisher, campaign, buyer, contract, endpoint } = query.value;
  const { db, now } = c.var.ctx;
  return summary(db, query.value, { filters: given({ publisher, campaign, buyer, contract, endpoint }), now: now() });
}

async function reasonsOf(c: C): Promise<Response> {
  const query = readQuery(c, api.reasonsQuery);
  if (!query.ok) return query.response;
  const { publisher, campaign, buyer, contract, endpoint, list } = query.value;
  const range = rangeOf(query.value, c.var.ctx.now());
  if (!range.ok) return range.response;
  const lists = REASON_LISTS.filter(({ name }) => list === undefined || name === list);
  const filters = given({ publisher, campaign, buyer, contract, endpoint });
  const rows = await reasons(c.var.ctx.db, { ...range.value, filters, lists: lists.map(({ name }) => name) });
  const named = lists.map(({ name, title, exact }) => ({ name, title, exact }));
  return table(query.value, "reasons", api.reasonsAnswer, { ...endsOf(range.value), lists: named, rows });
}

async function bidsOf(c: C): Promise<Response> {
  const query = readQuery(c, api.sideQuery);
  if (!query.ok) return query.response;
  const range = rangeOf(query.value, c.var.ctx.now());
  if (!range.ok) return range.response;
  const { buyer, contract } = query.value;
  const rows = await landscape(c.var.ctx.db, { ...range.value, filters: given({ buyer, contract }) });
  return table(query.value, "bids", api.bidsAnswer, { ...endsOf(range.value), rows });
}

async function lostIn(c: C): Promise<Response> {
  const query = readQuery(c, api.sideQuery);
  if (!query.ok) return query.response;
  const range = rangeOf(query.value, c.var.ctx.now());
  if (!range.ok) return range.response;
  const { buyer, contract } = query.value;
  const rows = await lost(c.var.ctx.db, { ...range.value, filters: given({ buyer, contract }) });
  const sum = (name: "cap_lost_revenue" | "breaker_lost_revenue") =>
    Math.round(rows.reduce((all, row) => all + (row[name] ?? 0), 0) * 10_000) / 10_000;
  const sums = { cap_lost_revenue: sum("cap_lost_revenue"), breaker_lost_revenue: sum("breaker_lost_revenue") };
  return table(query.value, "lost", api.lostAnswer, { ...endsOf(range.value), ...sums, rows });
}

/** Filters that were asked for. */
function given<K extends string>(filters: Record<K, string | undefined>): Partial<Record<K, string>> {
  const found: Partial<Record<K, string>> = {};
  for (const name of Object.keys(filters) as K[]) if (filters[name] !== undefined) found[name] = filters[name];
  return found;
}

/** For the API document. */
export const REPORT_OPERATIONS: readonly Operation[] = [
  operation("reports", {
    method: "get",
    path: "/reports/figures",
    id: "listFigures",
    summary: "Every figure with its definition",
    response: z.object({
      figures: z.array(api.figureAnswer),
      estimates: z.array(z.object({ name: z.string(), title: z.string(), sentence: z.string() })),
    }),
  }),
  operation("reports", {
    method: "get",
    path: "/reports/summary",
    id: "reportSummary",
    summary: "Figures of a range, by time and by publisher, campaign, buyer, contract or endpoint",
    notes:
      "Figures that cannot be told by a group or filter (a buyer's pings by publisher, say) are left out; `figures` says which are there. At most 400 days; 32 by hour; by time and group 63 days, 8 by hour.",
    query: api.summaryQuery,
    response: api.summaryAnswer,
  }),
  operation("reports", {
    method: "get",
    path: "/reports/reasons",
    id: "reportReasons",
    summary: "Why pings, posts and offers came to nothing, counted",
    query: api.reasonsQuery,
    response: api.reasonsAnswer,
  }),
  operation("reports", {
    method: "get",
    path: "/reports/bids",
    id: "reportBids",
    summary: "Bid landscape: bids, wins and refused posts by range of bids",
    query: api.sideQuery,
    response: api.bidsAnswer,
  }),
  operation("reports", {
    method: "get",
    path: "/reports/lost",
    id: "reportLost",
    summary: "What caps and open breakers cost, estimated by contract",
    query: api.sideQuery,
    response: api.lostAnswer,
  }),
];
