import type { WirePing, WirePost } from "../../../schema/api/answers.ts";
import { leadRequestSchema, pingRequestSchema, postRequestSchema } from "../../../schema/api/calls.ts";
import type { InboundMode } from "../../../schema/config/inbound.ts";
import type { CompiledCampaign } from "../../auction/compiled.ts";
import type { InboundCall } from "../../inbound/index.ts";
import { type Call, invalidFields } from "../call.ts";
import type { Caller } from "../caller.ts";
import type { PublicContext } from "../context.ts";
import { fieldErrors } from "../problem.ts";
import { leadOf, pingOf, postOf } from "../publishers.ts";
import type { Checked } from "../refuse.ts";
import { pingLead } from "./ping-lead.ts";

export type Sold = { mode: "ping"; wire: WirePing } | { mode: "post" | "lead"; wire: WirePost };

export interface Order {
  caller: Caller;
  mode: InboundMode;
  call: InboundCall;
  campaign: CompiledCampaign;
  lead: Record<string, unknown>;
  /** Fields of `lead` that were taken from the request itself. */
  filled: readonly string[];
  test: boolean;
  idempotency_key?: string;
  began: number;
}

/** The same calls as /v1/pings, /v1/posts and /v1/leads, with the same schemas and flows. */
export async function sell(ctx: PublicContext, order: Order): Promise<Checked<Sold>> {
  const { mode, call, campaign, lead } = order;
  const campaign_id = campaign.config.id;
  const test = order.test || undefined;
  const { ping_id, bid_ids, consent, ...common } = call.envelope;
  if (mode === "ping") {
    const input = { ...common, campaign: campaign_id, lead: pingLead(campaign, lead), test };
    const parsed = pingRequestSchema.safeParse(input);
    if (!parsed.success) return invalidFields(fieldErrors(parsed.error.issues));
    const found = await pingOf(ctx, callOf(order, parsed.data));
    return found.ok ? { ok: true, value: { mode, wire: found.value } } : found;
  }
  if (mode === "post") {
    const { min_price: _promised, timeout_ms: _own, ...rest } = common;
    const parsed = postRequestSchema.safeParse({
      ...rest,
      ping_id,
      bid_ids,
      consent,
      campaign: campaign_id,
      lead,
      test,
    });
    if (!parsed.success) return invalidFields(fieldErrors(parsed.error.issues));
    const found = await postOf(ctx, callOf(order, parsed.data), order.filled);
    return found.ok ? { ok: true, value: { mode, wire: found.value } } : found;
  }
  const parsed = leadRequestSchema.safeParse({ ...common, consent, campaign: campaign_id, lead, test });
  if (!parsed.success) return invalidFields(fieldErrors(parsed.error.issues));
  const found = await leadOf(ctx, callOf(order, parsed.data), order.filled);
  return found.ok ? { ok: true, value: { mode, wire: found.value } } : found;
}

const callOf = <T>({ caller, idempotency_key, began }: Order, input: T): Call<T> => ({
  caller,
  input,
  idempotency_key,
  began,
});
