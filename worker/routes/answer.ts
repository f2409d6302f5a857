import type { WireLead, WirePing, WirePost } from "../../schema/api/answers.ts";
import type { ProblemCode } from "../../schema/api/problems.ts";
import { PROBLEMS } from "../../schema/api/problems.ts";
import type { AnswerCode } from "../../schema/lists.ts";
import { toWire } from "../../schema/money.ts";
import type { FlowProblem, LeadStateAnswer, PingResult, PostResult } from "../flows/answers.ts";
import { messageOf } from "./messages.ts";
import { problem } from "./problem.ts";

/** A business answer: HTTP 200, whatever its result says. */
export function answer(body: WirePing | WirePost | WireLead, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** The caller's error as a flow found it. */
export function flowProblem(found: FlowProblem, headers: Record<string, string>): Response {
  const retry = found.retry_after_s ?? (found.status === 503 || found.status === 429 ? 1 : undefined);
  return problem(found.status, found.code, found.detail || textOf(found.code), found.errors, {
    ...headers,
    "cache-control": "no-store",
    ...(retry === undefined ? {} : { "retry-after": String(retry) }),
  });
}

function textOf(code: string): string {
  const text = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as ProblemCode] : undefined;
  return text ? `${text.meaning} ${text.action}` : "";
}

/** `now`: epoch ms. */
export function wirePing(found: PingResult, now: number): WirePing {
  return {
    result: found.result,
    ping_id: found.ping_id,
    price: toWire(found.price),
    currency: found.currency,
    expires_in: Math.max(0, Math.floor((found.expires_at - now) / 1_000)),
    expires_at: new Date(found.expires_at).toISOString(),
    bids: found.bids.map((bid) => ({ ...bid, price: toWire(bid.price) })),
    ...(found.test ? { test: true as const } : {}),
    ...why(found.code),
  };
}

export function wirePost(found: PostResult): WirePost {
  return {
    result: found.result,
    lead_id: found.lead_id || null,
    price: toWire(found.price),
    currency: found.currency,
    ...(found.redirect_url === undefined ? {} : { redirect_url: found.redirect_url }),
    ...(found.test ? { test: true as const } : {}),
    ...why(found.code),
  };
}

export function wireLead(found: LeadStateAnswer): WireLead {
  return {
    ...wirePost(found),
    campaign: found.campaign,
    state: found.state,
    created_at: new Date(found.created_at).toISOString(),
    closed_at: found.closed_at === null ? null : new Date(found.closed_at).toISOString(),
  };
}

const why = (code: AnswerCode | undefined) => (code === undefined ? {} : { code, message: messageOf(code) });
