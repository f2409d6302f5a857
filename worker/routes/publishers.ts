import type { WirePing, WirePost } from "../../schema/api/answers.ts";
import type { LeadRequest, PingRequest, PostRequest } from "../../schema/api/calls.ts";
import { ENVELOPE_KEYS, leadRequestSchema, pingRequestSchema, postRequestSchema } from "../../schema/api/calls.ts";
import { SUB_IDS } from "../../schema/api/common.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import { parseHash } from "../auction/hashes.ts";
import { MAGIC_ZIPS } from "../auction/test-mode.ts";
import type { CallFacts, GivenHash } from "../flows/answers.ts";
import { withConsent } from "../flows/consent.ts";
import { answer, flowProblem, wireLead, wirePing, wirePost } from "./answer.ts";
import type { Call } from "./call.ts";
import { invalidFields, receive, withHeaders } from "./call.ts";
import type { Caller, RouteState } from "./caller.ts";
import { identify, keyOf } from "./caller.ts";
import type { PublicContext } from "./context.ts";
import type { Checked } from "./refuse.ts";
import { refuse, refused } from "./refuse.ts";

/** POST /v1/pings: the hot path. One zod parse for the envelope, the campaign's compiled parser for the lead. */
export async function postPing(ctx: PublicContext, state: RouteState, request: Request): Promise<Response> {
  const call = await receive(ctx, state, request, {
    kind: "pings",
    schema: pingRequestSchema,
    envelope: ENVELOPE_KEYS.pings,
  });
  return call.ok ? sent(await pingOf(ctx, call.value), call.value) : call.refusal;
}

/** A ping's answer. Refusals do not have the caller's rate-limit headers yet. */
export async function pingOf(ctx: PublicContext, call: Call<PingRequest>): Promise<Checked<WirePing>> {
  const { caller, input } = call;
  const campaign = campaignOf(caller, input.campaign);
  if (!campaign.ok) return campaign;
  const parsed = campaign.value.parsePing(input.lead);
  if (!parsed.ok) return invalidFields(parsed.problems);
  const found = await ctx.ping({
    ...callFacts(call, input, parsed.fields),
    campaign: campaign.value,
    facts: parsed.fields,
    phone_hash: givenHash(input.phone_hash ?? parsed.fields.phone_hash),
    email_hash: givenHash(input.email_hash ?? parsed.fields.email_hash),
    timeout_ms: input.timeout_ms,
    min_price: input.min_price,
  });
  if (found.kind === "problem") return { ok: false, refusal: flowProblem(found, {}) };
  return { ok: true, value: wirePing(found, ctx.now()) };
}

/** POST /v1/posts. */
export async function postPost(ctx: PublicContext, state: RouteState, request: Request): Promise<Response> {
  const call = await receive(ctx, state, request, {
    kind: "posts",
    schema: postRequestSchema,
    envelope: ENVELOPE_KEYS.posts,
  });
  return call.ok ? sent(await postOf(ctx, call.value), call.value) : call.refusal;
}

/** The lead is parsed by the flow: only the ping's auction knows the campaign and what it said already. */
export function postOf(
  ctx: PublicContext,
  call: Call<PostRequest>,
  filled?: readonly string[],
): Promise<Checked<WirePost>> {
  const { input } = call;
  const work = ctx.post({
    ...callFacts(call, input, {}),
    ping_id: input.ping_id,
    bid_ids: input.bid_ids,
    lead: input.lead,
    consent: input.consent ?? {},
    campaign_id: input.campaign,
    filled,
  });
  return finish(ctx, work);
}

/** POST /v1/leads: one step. */
export async function postLead(ctx: PublicContext, state: RouteState, request: Request): Promise<Response> {
  const call = await receive(ctx, state, request, {
    kind: "leads",
    schema: leadRequestSchema,
    envelope: ENVELOPE_KEYS.leads,
  });
  return call.ok ? sent(await leadOf(ctx, call.value), call.value) : call.refusal;
}

export async function leadOf(
  ctx: PublicContext,
  call: Call<LeadRequest>,
  filled?: readonly string[],
): Promise<Checked<WirePost>> {
  const { caller, input } = call;
  const found = campaignOf(caller, input.campaign);
  if (!found.ok) return found;
  const campaign = found.value;
  const consent = input.consent ?? {};
  const parsed = campaign.parsePost(withConsent(input.lead, consent, campaign), {});
  if (!parsed.ok) return invalidFields(parsed.problems);
  const work = ctx.lead({
    ...callFacts(call, input, parsed.fields),
    campaign,
    lead: parsed.fields,
    consent,
    timeout_ms: input.timeout_ms,
    min_price: input.min_price,
    filled,
  });
  return finish(ctx, work);
}

const sent = (found: Checked<WirePing | WirePost>, { caller }: Call<unknown>): Response =>
  found.ok ? answer(found.value, caller.headers) : withHeaders(found.refusal, caller.headers).refusal;

/** GET /v1/leads/:id. */
export async function getLead(ctx: PublicContext, state: RouteState, request: Request, id: string): Promise<Response> {
  const who = await identify(ctx, state, request, keyOf(request), "reads");
  if (!who.ok) return who.refusal;
  const { publisher, headers } = who.value;
  const found = /^[A-Za-z0-9_]{1,40}$/.test(id) ? await ctx.leadState(id, publisher.id) : null;
  return found ? answer(wireLead(found), headers) : refuse("lead_not_found", { headers });
}

/** Runs to its end even when the publisher hangs up. */
async function finish(ctx: PublicContext, work: ReturnType<PublicContext["post"]>): Promise<Checked<WirePost>> {
  ctx.waitUntil(work.catch(() => undefined));
  const found = await work;
  if (found.kind === "problem") return { ok: false, refusal: flowProblem(found, {}) };
  return { ok: true, value: wirePost(found) };
}

/** Whether a campaign exists is told only to those who may sell to it. */
function campaignOf(caller: Caller, id: string): Checked<CompiledCampaign> {
  const campaign = caller.publisher.campaigns.includes(id) ? caller.snapshot.campaign(id) : undefined;
  if (campaign) return { ok: true, value: campaign };
  return refused("campaign_not_allowed", {
    errors: [{ field: "campaign", message: "is not a campaign that is open to you", code: "invalid" }],
  });
}

type Envelope = { [K in (typeof SUB_IDS)[number] | "click_id"]?: string } & { test?: boolean };

export function subIds(input: Envelope): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of SUB_IDS) {
    const value = input[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** A lead with a magic ZIP is a test, whatever its key and flag say. A post is what its ping was. */
export const isTest = (flag: boolean | undefined, fields: Fields): boolean =>
  flag === true || (typeof fields.zip === "string" && Object.hasOwn(MAGIC_ZIPS, fields.zip));

function callFacts(call: Call<unknown>, input: Envelope, fields: Fields): CallFacts {
  return {
    publisher: call.caller.publisher,
    sub_ids: subIds(input),
    click_id: input.click_id,
    test: call.caller.key.test || isTest(input.test, fields),
    idempotency_key: call.idempotency_key,
    began: call.began,
  };
}

/** A digest sent as a field of the lead counts as the envelope's. */
const givenHash = (value: unknown): GivenHash | undefined =>
  typeof value === "string" ? (parseHash(value) ?? undefined) : undefined;
