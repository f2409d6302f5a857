import type { Context } from "hono";
import * as z from "zod";
import type { BuyerTrace } from "../../../schema/api/auction-trace.ts";
import type { AuctionRecord } from "../../../schema/rpc/auction.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { attemptCurl } from "../../flows/attempt-curl.ts";
import { storyFromLedger } from "../../flows/story.ts";
import { moneyOf } from "../../flows/trace/money.ts";
import { traceAuction, traceLead } from "../../flows/trace.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { auctionById, deliveriesOfLead, leadById } from "../../ledger/reads.ts";
import { leadOfPing } from "../../ledger/search.ts";
import { readQuery } from "../admin/body.ts";
import type { AdminApp, AdminEnv } from "../admin/context.ts";
import { mayAct } from "../admin/identity.ts";
import { problem } from "../problem.ts";

export const traceQuery = z.strictObject({
  open: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .meta({
      description:
        "Opens the sealed payloads of the attempts. They are personal data: who opened them is written to the audit.",
    }),
});

/** The answer to "why did this lead not sell?". */
export function traceRoutes(app: AdminApp, gatewayOf: (c: Context<AdminEnv>) => Gateway): void {
  app.get("/leads/:id/trace", (c) => leadTrace(c, gatewayOf(c), c.req.param("id")));
  app.get("/leads/:id/attempts/:attempt/curl", (c) => curl(c, gatewayOf(c), c.req.param("id"), c.req.param("attempt")));
  app.get("/auctions/:ping_id", (c) => auctionTrace(c, gatewayOf(c), c.req.param("ping_id")));
}

async function leadTrace(c: Context<AdminEnv>, g: Gateway, lead_id: string): Promise<Response> {
  const query = readQuery(c, traceQuery);
  if (!query.ok) return query.response;
  // The audit comes first: what cannot be written down is not opened.
  if (query.value.open)
    await writeAudit(c.var.ctx.db, {
      at: c.var.ctx.now(),
      author: c.var.author,
      action: "open_payloads",
      target: `lead:${lead_id}`,
    });
  const { db } = c.var.ctx;
  const ledger = { story: (id: string) => fromLedger(db, id), money: (id: string) => moneyOf(db, id) };
  const trace = await traceLead(g, lead_id, query.value.open, ledger);
  return trace ? c.json(shownTo(c, trace)) : problem(404, "not_found", "there is no such lead");
}

/** Pieces of buyers' answers to pings are kept sealed, since they may repeat what they were asked: a viewer sees none of what is sealed. */
function shownTo<T extends { buyers: BuyerTrace[] }>(c: Context<AdminEnv>, trace: T): T {
  if (mayAct(c.var.role, "operator")) return trace;
  return { ...trace, buyers: trace.buyers.map((buyer) => ({ ...buyer, answer: null })) };
}

/** One attempt's requests, to be tried by hand. */
async function curl(c: Context<AdminEnv>, g: Gateway, lead_id: string, attempt_id: string): Promise<Response> {
  const query = readQuery(c, traceQuery);
  if (!query.ok) return query.response;
  const { open } = query.value;
  const { db, now } = c.var.ctx;
  if (open)
    await writeAudit(db, {
      at: now(),
      author: c.var.author,
      action: "open_payloads",
      target: `lead:${lead_id}`,
      detail: `curl of ${attempt_id.slice(0, 120)}`,
    });
  const found = await attemptCurl(g, lead_id, attempt_id, open, (id) => fromLedger(db, id));
  if (found === null) return problem(404, "not_found", "there is no such attempt of this lead");
  return found === "erased" ? problem(409, "erased", "nothing is kept of what was sent") : c.json(found);
}

async function auctionTrace(c: Context<AdminEnv>, g: Gateway, ping_id: string): Promise<Response> {
  const row = await auctionById(c.var.ctx.db, ping_id);
  if (!row)
    return problem(
      404,
      "not_found",
      "there is no such auction in the ledger; it gets there a second or two after the ping",
    );
  const lead_id = await leadOfPing(c.var.ctx.db, ping_id);
  return c.json(shownTo(c, await traceAuction(g, JSON.parse(row.record) as AuctionRecord, lead_id)));
}

/** A book lets go of a lead a week after its end; the ledger keeps its story. */
async function fromLedger(db: D1Database, lead_id: string): Promise<LeadStory | null> {
  const row = await leadById(db, lead_id);
  if (!row) return null;
  const [deliveries, auction] = await Promise.all([
    deliveriesOfLead(db, lead_id),
    row.ping_id === null ? null : auctionById(db, row.ping_id),
  ]);
  return storyFromLedger(row, deliveries, auction);
}
