import type { InboundMode } from "../../../schema/config/inbound.ts";
import { sameText } from "../../crypto/hash.ts";
import type { InboundCall, Reading } from "../../inbound/index.ts";
import { idempotencyKey } from "../call.ts";
import type { RouteState } from "../caller.ts";
import { admit, lookUp, stranger } from "../caller.ts";
import type { LimitKind, PublicContext } from "../context.ts";
import { failure } from "../failure.ts";
import type { Checked } from "../refuse.ts";
import { refuse, refused } from "../refuse.ts";
import { filledFrom } from "./fill.ts";
import { byName } from "./ping-lead.ts";
import { type Address, addressOf, rawOf } from "./receive.ts";
import { neutralAnswer, refusalAnswer, soldAnswer } from "./respond.ts";
import { type Order, type Sold, sell } from "./sell.ts";

interface Knock {
  address: Address;
  reading: Reading;
  sent: Map<string, string>;
  request: Request;
  began: number;
}

/**
 * ANY /in/:key and whatever follows it: a publisher's own requests, answered as its system expects. Whatever happens, the answer is in
 * its shape: no HTML, no problem document.
 */
export async function anyInbound(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  key: string,
  path: string,
): Promise<Response> {
  const began = ctx.now();
  const address = await addressOf(ctx, state, request, key).catch((error: unknown) => failed(ctx, error));
  if (!address.ok) return neutralAnswer(request, address.refusal);
  const { dialect, record } = address.value;
  const cors = record.dialect.request.browsers ? corsHeaders(request) : {};
  if (request.method === "OPTIONS")
    return new Response(null, { status: 204, headers: { ...cors, allow: "GET, POST, OPTIONS" } });
  const { raw, refusal } = await rawOf(request, path, began);
  const { reading, readable } = dialect.read(raw);
  const knock = { address: address.value, reading, sent: new Map<string, string>(), request, began };
  const unreadable = refusal ?? (readable ? null : refuse("invalid_body", { detail: UNREADABLE }));
  const headers = { ...cors };
  try {
    const found = unreadable ? { ok: false as const, refusal: unreadable } : await serve(ctx, state, knock, headers);
    return found.ok
      ? soldAnswer(dialect, reading, found.value, headers)
      : await refusalAnswer(dialect, knock, found.refusal, headers);
  } catch (error) {
    return refusalAnswer(dialect, knock, failed(ctx, error).refusal, headers);
  }
}

const UNREADABLE = "The body is not in a format that this address reads.";
const failed = (ctx: PublicContext, error: unknown): { ok: false; refusal: Response } => ({
  ok: false,
  refusal: failure(error, ctx),
});

const KINDS: Record<InboundMode, LimitKind> = { ping: "pings", post: "posts", lead: "leads" };

/** Key, limit, what it is about, sale. `headers` gets the rate limit's as soon as they are known. */
async function serve(
  ctx: PublicContext,
  state: RouteState,
  knock: Knock,
  headers: Record<string, string>,
): Promise<Checked<Sold>> {
  const { address, reading, request, began } = knock;
  const { snapshot, record, dialect } = address;
  if (request.method === "HEAD" || isEmpty(reading)) return refused("empty_request");
  const call = dialect.call(reading);
  const publisher = snapshot.publisher(record.publisher_id);
  const who = publisher ? openedBy(ctx, state, address, call) : null;
  if (!publisher || !who) return wrongKey(ctx, request);
  if (record.status === "paused") return refused("inbound_paused");
  if (call.mode === undefined) return refused("unclear_request");
  const allowed = await admit(ctx, state, publisher, KINDS[call.mode]);
  if (!allowed.ok) return allowed;
  Object.assign(headers, allowed.value);
  const idempotency = idempotencyKey(request);
  if (!idempotency.ok) return idempotency;
  const caller = { snapshot, publisher, key: who, headers: {} };
  return ordered(ctx, { ...knock, call, mode: call.mode }, { caller, idempotency_key: idempotency.value, began });
}

async function ordered(
  ctx: PublicContext,
  { address, sent, request, call, mode }: Knock & { call: InboundCall; mode: InboundMode },
  order: Pick<Order, "caller" | "idempotency_key" | "began">,
): Promise<Checked<Sold>> {
  const { record, snapshot } = address;
  const id = campaignOf(address, call);
  const campaign = id === undefined ? undefined : snapshot.campaign(id);
  if (!campaign) return refused("campaign_not_allowed", { errors: [NO_CAMPAIGN] });
  const lead = { ...byName(campaign, call.others, sent), ...call.lead };
  for (const name of Object.keys(lead)) if (campaign.classOf(name) === undefined) delete lead[name];
  const test = record.test || order.caller.key.test || call.envelope.test === true;
  const { test_zip } = record.dialect.request;
  if (test && test_zip !== undefined && campaign.classOf("zip") !== undefined) lead.zip = test_zip;
  const fill = filledFrom(request, { campaign, lead, call, began: order.began }, record.dialect.request.fill);
  return sell(ctx, { ...order, call, mode, campaign, lead: { ...fill, ...lead }, filled: Object.keys(fill), test });
}

const NO_CAMPAIGN = { field: "campaign", message: "names no campaign that is open to you", code: "invalid" };

function campaignOf({ record }: Address, call: InboundCall): string | undefined {
  const { campaign_id, campaigns } = record;
  if (!campaigns) return campaign_id;
  const { campaign = "" } = call;
  return Object.hasOwn(campaigns.map, campaign) ? campaigns.map[campaign] : campaigns.default;
}

/** Whether the request may use the address: its own keys, an API key of its publisher, or, where none is asked for, the address itself. */
function openedBy(
  ctx: PublicContext,
  state: RouteState,
  { record, snapshot }: Address,
  { key }: InboundCall,
): { test: boolean } | null {
  if (record.dialect.request.key === undefined) return { test: false };
  if (key === undefined || key.length > 200) return null;
  const digest = ctx.inboundDigest(record.id, key);
  // All are looked at: the time says nothing of which one matched.
  if (record.key_digests.filter((own) => sameText(own, digest)).length > 0) return { test: false };
  const known = lookUp(ctx, state, snapshot, key);
  return known?.status === "active" && known.publisher_id === record.publisher_id ? known : null;
}

async function wrongKey(ctx: PublicContext, request: Request): Promise<Checked<never>> {
  const answer = await stranger(ctx, request);
  return answer.status === 429 ? { ok: false, refusal: answer } : refused("wrong_key");
}

const isEmpty = ({ document, raw }: Reading): boolean => Object.keys(document).length === 0 && raw.body.length === 0;

function corsHeaders(request: Request): Record<string, string> {
  const asked = request.headers.get("access-control-request-headers");
  return {
    "access-control-allow-origin": "*",
    ...(request.method === "OPTIONS"
      ? {
          "access-control-allow-methods": "GET, POST",
          "access-control-allow-headers": asked && /^[A-Za-z0-9, -]{1,200}$/.test(asked) ? asked : "content-type",
          "access-control-max-age": "86400",
        }
      : {}),
  };
}
