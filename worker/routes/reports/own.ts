import type { Hono } from "hono";
import type * as z from "zod";
import * as api from "../../../schema/api/reports.ts";
import { BUYER_FIGURES, PUBLISHER_FIGURES } from "../../../schema/figures.ts";
import { forBuyer, REASON_LISTS, type ReasonRow, reasons } from "../../flows/reports/reasons.ts";
import type { Group } from "../../flows/reports/report.ts";
import { identifyBuyer } from "../buyer/auth.ts";
import type { BuyerContext } from "../buyer/context.ts";
import { identify, keyOf, RouteState } from "../caller.ts";
import type { PublicContext } from "../context.ts";
import { RateWindows } from "../limits.ts";
import type { Operation } from "../operation.ts";
import { zodProblem } from "../problem.ts";
import { type Checked, refuse } from "../refuse.ts";
import { endsOf, rangeOf, summary, table } from "./answers.ts";

/** What publishers' and buyers' own reports may use, one per request. */
export interface OwnReports {
  publisher: PublicContext;
  buyer: BuyerContext;
  db: D1Database;
}
interface Who {
  filters: Partial<Record<Group, string>>;
  headers: Record<string, string>;
}

const PUBLISHER_LISTS = ["ping_code", "lead_code"];
const BUYER_LISTS = REASON_LISTS.map(({ name }) => name).filter((name) => !PUBLISHER_LISTS.includes(name));

/** One kind of caller: where it asks, who it is, what it may see. */
interface Side {
  path: string;
  who(o: OwnReports, request: Request): Promise<Checked<Who>>;
  query: typeof api.publisherQuery | typeof api.buyerQuery;
  names: readonly string[];
  lists: readonly string[];
  shown(rows: ReasonRow[]): ReasonRow[];
}
type Source<E> = (env: E, execution: ExecutionContext) => OwnReports;

/** Their own view of the truth: each sees its own rows, and no figure that speaks of anybody else. */
export function ownReportRoutes<E extends object>(app: Hono<{ Bindings: E }>, source: Source<E>): void {
  const state = new RouteState();
  const windows = new RateWindows();
  mount(app, source, {
    path: "/v1/reports",
    who: async (o, request) => {
      const who = await identify(o.publisher, state, request, keyOf(request), "reads");
      if (!who.ok) return who;
      return { ok: true, value: { filters: { publisher: who.value.publisher.id }, headers: who.value.headers } };
    },
    query: api.publisherQuery,
    names: PUBLISHER_FIGURES,
    lists: PUBLISHER_LISTS,
    shown: (rows) => rows,
  });
  mount(app, source, {
    path: "/v1/buyer/reports",
    who: async (o, request) => {
      const who = await identifyBuyer(o.buyer, windows, request);
      if (!who.ok) return who;
      return { ok: true, value: { filters: { buyer: who.value.buyer_id }, headers: who.value.headers } };
    },
    query: api.buyerQuery,
    names: BUYER_FIGURES,
    lists: BUYER_LISTS,
    shown: forBuyer,
  });
}

function mount<E extends object>(app: Hono<{ Bindings: E }>, source: Source<E>, side: Side): void {
  const { path, names, lists } = side;
  app.get(`${path}/summary`, (c) =>
    answered(source(c.env, c.executionCtx as ExecutionContext), side, c.req.raw, side.query, (o, found, asked, now) => {
      const own =
        "contract" in asked
          ? { contract: asked.contract }
          : { campaign: "campaign" in asked ? asked.campaign : undefined };
      return summary(o.db, asked, { names, filters: { ...own, ...found.filters }, now, headers: found.headers });
    }),
  );
  app.get(`${path}/reasons`, (c) =>
    answered(
      source(c.env, c.executionCtx as ExecutionContext),
      side,
      c.req.raw,
      api.ownReasonsQuery,
      async (o, found, asked, now) => {
        const range = rangeOf(asked, now);
        if (!range.ok) return range.response;
        const rows = side.shown(await reasons(o.db, { ...range.value, filters: found.filters, lists }));
        const named = REASON_LISTS.filter(({ name }) => lists.includes(name));
        const shown = named.map(({ name, title, exact }) => ({ name, title, exact }));
        return table(
          asked,
          "reasons",
          api.reasonsAnswer,
          { ...endsOf(range.value), lists: shown, rows },
          found.headers,
        );
      },
    ),
  );
}

/** Who calls comes first; then the query; a ledger that does not answer is a 503. */
async function answered<T extends z.ZodType>(
  o: OwnReports,
  side: Side,
  request: Request,
  schema: T,
  make: (o: OwnReports, who: Who, asked: z.output<T>, now: number) => Promise<Response>,
): Promise<Response> {
  const who = await side.who(o, request);
  if (!who.ok) return who.refusal;
  // The key may come in the query.
  const { api_key: _, ...asked } = Object.fromEntries(new URL(request.url).searchParams);
  const parsed = schema.safeParse(asked);
  if (!parsed.success) return zodProblem(parsed.error);
  try {
    return await make(o, who.value, parsed.data, o.publisher.now());
  } catch (error) {
    o.publisher.log({ event: "error", where: "reports", name: error instanceof Error ? error.name : "error" });
    return refuse("unavailable", { headers: { ...who.value.headers, "retry-after": "2" } });
  }
}

const NOTES = {
  summary:
    "Pings, times, win rate, leads and sales as we count them; `figures` defines each. Test traffic is in none. Every figure is that of docs/reports.md.",
  reasons: "Words of closed lists, most frequent first; those that did not occur are left out.",
};
const operation = (
  auth: "publisher" | "buyer",
  path: string,
  what: "summary" | "reasons",
  query: z.ZodObject,
): Operation => ({
  method: "get",
  path: `${path}/${what}`,
  id: `${auth}Report_${what}`,
  summary: what === "summary" ? "Your figures of a range" : "Why things came to nothing, counted",
  tags: [auth === "buyer" ? "buyer" : "reports"],
  auth,
  query,
  response: what === "summary" ? api.summaryAnswer : api.reasonsAnswer,
  notes: NOTES[what],
  problems: ["invalid_fields"],
});
/** For the API document. */
export const OWN_REPORT_OPERATIONS: readonly Operation[] = [
  operation("publisher", "/v1/reports", "summary", api.publisherQuery),
  operation("publisher", "/v1/reports", "reasons", api.ownReasonsQuery),
  operation("buyer", "/v1/buyer/reports", "summary", api.buyerQuery),
  operation("buyer", "/v1/buyer/reports", "reasons", api.ownReasonsQuery),
];
