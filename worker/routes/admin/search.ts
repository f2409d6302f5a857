import type { Context } from "hono";
import * as z from "zod";
import {
  type AuctionLine,
  auctionFilters,
  auctionsAnswer,
  findAnswer,
  findQuery,
  type LeadLine,
  leadFilters,
  leadsAnswer,
  personAnswer,
  personSchema,
} from "../../../schema/api/search.ts";
import type { AnswerCode, LeadState, RestReason } from "../../../schema/lists.ts";
import { type Money, toWire } from "../../../schema/money.ts";
import { auctionLineText, leadLineText } from "../../flows/trace/one-line.ts";
import { writeAudit } from "../../ledger/audit.ts";
import { find } from "../../ledger/find.ts";
import { type LeadSummary, leadsOfPerson, listLeads } from "../../ledger/lead-list.ts";
import { type AuctionSummary, listAuctions } from "../../ledger/search.ts";
import type { Operation } from "../operation.ts";
import { iso, limitSchema, readBodyAs, readQuery, timeSchema } from "./body.ts";
import type { AdminApp, AdminEnv } from "./context.ts";
import { operation } from "./operation-parts.ts";
import { hashOf } from "./suppressions.ts";

const WINDOW_MS = 31 * 86_400_000;
const span = { from: timeSchema.optional(), to: timeSchema.optional(), limit: limitSchema };
const WINDOW = "Without `from` and `to`: the last 31 days; with one of them, 31 days from or to it.";
const leadsQuery = z.strictObject({ ...leadFilters, ...span }).meta({ description: WINDOW });
const auctionsQuery = z.strictObject({ ...auctionFilters, ...span }).meta({ description: WINDOW });

/** Leads and auctions, found by what is known of them. From the ledger, a second or two behind. */
export function searchRoutes(app: AdminApp): void {
  app.get("/leads", leads);
  app.post("/leads/search", person);
  app.get("/auctions", auctions);
  app.get("/find", lookUp);
}

function windowOf({ from, to }: { from?: number; to?: number }, now: number): { from: number; to: number } {
  const until = to ?? (from === undefined ? now + 1 : from + WINDOW_MS);
  return { from: from ?? until - WINDOW_MS, to: until };
}

const split = (text: string): [at: number, key: string] => {
  const dot = text.indexOf(".");
  return [Number(text.slice(0, dot)), text.slice(dot + 1)];
};

async function leads(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, leadsQuery);
  if (!query.ok) return query.response;
  const { publisher, campaign, buyer, after, ...rest } = query.value;
  const { db, now } = c.var.ctx;
  const time = windowOf(query.value, now());
  const [at, lead_id] = split(after ?? "");
  const page = await listLeads(db, {
    ...rest,
    ...time,
    publisher_id: publisher,
    campaign_id: campaign,
    buyer_id: buyer,
    after: after === undefined ? undefined : { at, lead_id },
  });
  const next = page.next && `${page.next.at}.${page.next.lead_id}`;
  return c.json({ items: page.items.map(leadAnswer), next, from: iso(time.from), to: iso(time.to) });
}

function leadAnswer(lead: LeadSummary): LeadLine {
  const { at, closed_at, rest_at, erased_at, price, payout, test, risk, recovered, sub_ids, ...rest } = lead;
  const time = (ms: number | null) => (ms === null ? null : iso(ms));
  const state = lead.state as LeadState;
  const rest_why = lead.rest_why as RestReason | null;
  const facts = { ...lead, state, rest_why, code: lead.code as AnswerCode | null, recovered: recovered === 1 };
  return {
    ...rest,
    state,
    rest_why,
    created_at: iso(at),
    closed_at: time(closed_at),
    rest_at: time(rest_at),
    erased_at: time(erased_at),
    price: toWire(price as Money),
    payout: toWire(payout as Money),
    test: test === 1,
    risk: risk === 1,
    recovered: recovered === 1,
    sub_ids: sub_ids === null ? {} : (JSON.parse(sub_ids) as Record<string, string>),
    line: leadLineText(facts),
  };
}

/** By phone or e-mail: hashed at once. The audit comes first, and says by which of the two, never whom. */
async function person(c: Context<AdminEnv>): Promise<Response> {
  const body = await readBodyAs(c, personSchema);
  if (!body.ok) return body.response;
  const { ctx, author } = c.var;
  const mark = hashOf(ctx, body.value);
  if (!mark.ok) return mark.response;
  const by = body.value.phone === undefined ? "email" : "phone";
  const detail = JSON.stringify({ by, reason: body.value.reason });
  await writeAudit(ctx.db, { at: ctx.now(), author, action: "search_person", target: `person:by_${by}`, detail });
  return c.json({ items: (await leadsOfPerson(ctx.db, by, mark.value)).map(leadAnswer) });
}

async function auctions(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, auctionsQuery);
  if (!query.ok) return query.response;
  const { publisher, campaign, buyer, after, ...rest } = query.value;
  const { db, now } = c.var.ctx;
  const time = windowOf(query.value, now());
  const [at, ping_id] = split(after ?? "");
  const page = await listAuctions(db, {
    ...rest,
    ...time,
    publisher_id: publisher,
    campaign_id: campaign,
    buyer_id: buyer,
    after: after === undefined ? undefined : { at, ping_id },
  });
  const next = page.next && `${page.next.at}.${page.next.ping_id}`;
  return c.json({ items: page.items.map(auctionAnswer), next, from: iso(time.from), to: iso(time.to) });
}

function auctionAnswer({ at, test, price, result, ...row }: AuctionSummary): AuctionLine {
  const facts = { ...row, result: result as AuctionLine["result"], code: row.code as AnswerCode | null };
  return {
    ...row,
    at: iso(at),
    test: test === 1,
    result: facts.result,
    price: toWire(price as Money),
    line: auctionLineText({ ...facts, price: price as Money }),
  };
}

async function lookUp(c: Context<AdminEnv>): Promise<Response> {
  const query = readQuery(c, findQuery);
  return query.ok ? c.json({ items: await find(c.var.ctx.db, query.value.q) }) : query.response;
}

/** For the API document. */
export const SEARCH_OPERATIONS: readonly Operation[] = [
  operation("leads", {
    method: "get",
    path: "/leads",
    id: "list_leads",
    summary: "Leads, newest first, each with what became of it",
    query: leadsQuery,
    response: leadsAnswer,
  }),
  operation("leads", {
    method: "post",
    path: "/leads/search",
    role: "operator",
    id: "search_person",
    summary: "A person's leads, by phone or e-mail",
    notes: "The number or address is hashed at once and kept nowhere; who searched, and why, is written to the audit.",
    request: personSchema.meta({ examples: [{ phone: "(512) 555-0142", reason: "the consumer called" }] }),
    response: personAnswer,
  }),
  operation("leads", {
    method: "get",
    path: "/auctions",
    id: "list_auctions",
    summary: "Auctions, newest first, posted or not",
    notes: "Of pings that nobody posted, as many as the campaign records (`record_unposted`).",
    query: auctionsQuery,
    response: auctionsAnswer,
  }),
  operation("leads", {
    method: "get",
    path: "/find",
    id: "find",
    summary: "What has this id?",
    query: findQuery,
    response: findAnswer,
  }),
];
