import type { Context, Hono } from "hono";
import type { DeliveryAnswer, DeliveryReport, DeliveryState } from "../../../schema/api/buyer.ts";
import { reportRequestSchema } from "../../../schema/api/buyer.ts";
import { toWire } from "../../../schema/money.ts";
import type { Delivery } from "../../flows/delivery-state.ts";
import { readBody } from "../body.ts";
import { invalidFields, withHeaders } from "../call.ts";
import { ipOf, RateWindows, tooMany, withinFlood } from "../limits.ts";
import { fieldErrors, problem } from "../problem.ts";
import type { Checked } from "../refuse.ts";
import { refuse } from "../refuse.ts";
import { identifyBuyer, limited } from "./auth.ts";
import type { BuyerContext, BuyerSource } from "./context.ts";

/** The buyers' calls: what became of a lead that they were posted. By their own key, or by the address that came with the post. */
export function buyerRoutes<E extends object>(app: Hono<{ Bindings: E }>, source: BuyerSource<E>): void {
  const windows = new RateWindows();
  const contextOf = (c: Context<{ Bindings: E }>): BuyerContext =>
    typeof source === "function" ? source(c.env, c.executionCtx as ExecutionContext) : source;
  app.get("/v1/buyer/deliveries/:reservation_id", (c) =>
    look(contextOf(c), windows, c.req.raw, c.req.param("reservation_id")),
  );
  app.post("/v1/buyer/deliveries/:reservation_id", (c) =>
    report(contextOf(c), windows, c.req.raw, c.req.param("reservation_id")),
  );
  app.post("/v1/callbacks/:token", (c) => callback(contextOf(c), windows, c.req.raw, c.req.param("token")));
}

async function look(
  ctx: BuyerContext,
  windows: RateWindows,
  request: Request,
  reservation_id: string,
): Promise<Response> {
  const who = await identifyBuyer(ctx, windows, request);
  if (!who.ok) return who.refusal;
  const { buyer_id, headers } = who.value;
  const found = await ctx.delivery(reservation_id, buyer_id).catch(() => "away" as const);
  if (found === "away") return unavailable(headers);
  return found ? answer(200, found, false, headers) : refuse("delivery_not_found", { headers });
}

async function report(
  ctx: BuyerContext,
  windows: RateWindows,
  request: Request,
  reservation_id: string,
): Promise<Response> {
  const who = await identifyBuyer(ctx, windows, request);
  if (!who.ok) return who.refusal;
  const { buyer_id, headers } = who.value;
  const read = await reportOf(request);
  return read.ok
    ? settle(ctx, { reservation_id, buyer_id, report: read.value }, headers)
    : withHeaders(read.refusal, headers).refusal;
}

/** The token is the whole authority, and it is for this one delivery. */
async function callback(ctx: BuyerContext, windows: RateWindows, request: Request, token: string): Promise<Response> {
  const reservation_id = ctx.reservationOf(token);
  if (reservation_id === null) {
    if (!(await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous"))) return tooMany();
    return refuse("delivery_not_found");
  }
  const allowed = await limited(ctx, windows, `callback/${reservation_id}`);
  if (!allowed.ok) return allowed.refusal;
  const { headers } = allowed.value;
  const read = await reportOf(request);
  return read.ok
    ? settle(ctx, { reservation_id, report: read.value }, headers)
    : withHeaders(read.refusal, headers).refusal;
}

/** JSON or form encoding, at most 64 KiB. */
async function reportOf(request: Request): Promise<Checked<DeliveryReport>> {
  const body = await readBody(request, { multipart: false });
  if (!body.ok) return body;
  const parsed = reportRequestSchema.safeParse(body.value.value);
  return parsed.success ? { ok: true, value: parsed.data } : invalidFields(fieldErrors(parsed.error.issues));
}

async function settle(
  ctx: BuyerContext,
  order: Parameters<BuyerContext["report"]>[0],
  headers: Record<string, string>,
): Promise<Response> {
  const reported = await ctx.report(order).catch((error: unknown) => {
    ctx.log({ event: "error", where: "report", name: error instanceof Error ? error.name : "error" });
    return null;
  });
  // Evidence, refund and alert each are written once: the same report again does what is left.
  if (reported === null) return unavailable(headers);
  if (reported.kind === "not_found") return refuse("delivery_not_found", { headers });
  if (reported.kind === "under_way")
    return refuse("request_under_way", { headers: { ...headers, "retry-after": "30" } });
  const { delivery } = reported;
  if (reported.kind === "noted") return answer(reported.review ? 202 : 200, delivery, reported.review, headers);
  const detail = `This contradicts what is settled: ${MESSAGES[delivery.state]} Nothing was changed.`;
  return problem(409, "settled_otherwise", detail, undefined, headers, { known: wire(delivery, false) });
}

const unavailable = (headers: Record<string, string>): Response =>
  refuse("unavailable", { headers: { ...headers, "retry-after": "2" } });

const MESSAGES: Record<DeliveryState, string> = {
  unknown: "It is not known whether you took it; the money is held.",
  settling: "You have it; it is being booked.",
  accepted: "You have it and are charged.",
  not_accepted: "You do not have it; nothing is charged.",
  returned: "It was taken back; the charge was returned.",
  contested: "You said yes when it was too late; nothing is charged until an operator has talked with you.",
};

/** A yes at less than the bid waits for a person: the buyer has said its part. */
function sentence({ state, story, contract_id }: Delivery): string {
  const rest = story?.lead.rest;
  const lower = state === "unknown" && rest?.why === "lower_price" && rest.contract_id === contract_id;
  return lower ? "You have it, at less than your bid: the bid is held until the price is settled." : MESSAGES[state];
}

function answer(status: number, delivery: Delivery, review: boolean, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(wire(delivery, review)), {
    status,
    headers: { ...headers, "content-type": "application/json", "cache-control": "no-store" },
  });
}

function wire(delivery: Delivery, review: boolean): DeliveryAnswer {
  const { reservation_id, lead_id, contract_id, state, price, posted_at } = delivery;
  return {
    reservation_id,
    lead_id,
    contract_id,
    state,
    price: price === null ? null : toWire(price),
    ...(delivery.test ? { test: true as const } : {}),
    posted_at: posted_at === null ? null : new Date(posted_at).toISOString(),
    message: review ? `${sentence(delivery)} An operator decides.` : sentence(delivery),
  };
}
