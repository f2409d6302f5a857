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
  if (!call.ok) return call.refusal;
  const { caller, input } = call.value;
  const campaign = campaignOf(caller, input.campaign);
  if (!campaign.ok) return withHeaders(campaign.refusal, caller.headers).refusal;
  const parsed = campaign.value.parsePing(input.lead);
  if (!parsed.ok) return withHeaders(invalidFields(parsed.problems).refusal, caller.headers).refusal;
  const found = await ctx.ping({
    ...callFacts(call.value, input, parsed.fields),
    campaign: campaign.value,
    facts: parsed.fields,
    phone_hash: givenHash(input.phone_hash ?? parsed.fields.phone_hash),
    email_hash: givenHash(input.email_hash ?? parsed.fields.email_hash),
    timeout_ms: input.timeout_ms,
    min_price: input.min_price,
  });
  return found.kind === "problem"
    ? flowProblem(found, caller.headers)
    : answer(wirePing(found, ctx.now()), caller.headers);
}

/** POST /v1/posts. Its lead is parsed by the flow: only the ping's auction knows the campaign and what it said already. */
export async function postPost(ctx: PublicContext, state: RouteState, request: Request): Promise<Response> {
  const call = await receive(ctx, state, request, {
    kind: "posts",
    schema: postRequestSchema,
    envelope: ENVELOPE_KEYS.posts,
  });
  if (!call.ok) return call.refusal;
  const { caller, input } = call.value;
  const work = ctx.post({
    ...callFacts(call.value, input, {}),
    ping_id: input.ping_id,
    bid_ids: input.bid_ids,
    lead: input.lead,
    consent: input.consent ?? {},
    campaign_id: input.campaign,
  });
  return finish(ctx, work, caller.headers);
}

/** POST /v1/leads: one step. */
export async function postLead(ctx: PublicContext, state: RouteState, request: Request): Promise<Response> {
  const call = await receive(ctx, state, request, {
    kind: "leads",
    schema: leadRequestSchema,
    envelope: ENVELOPE_KEYS.leads,
  });
  if (!call.ok) return call.refusal;
  const { caller, input } = call.value;
  const found = campaignOf(caller, input.campaign);
  if (!found.ok) return withHeaders(found.refusal, caller.headers).refusal;
  const campaign = found.value;
  const consent = input.consent ?? {};
  const parsed = campaign.parsePost(withConsent(input.lead, consent, campaign), {});
  if (!parsed.ok) return withHeaders(invalidFields(parsed.problems).refusal, caller.headers).refusal;
  const work = ctx.lead({
    ...callFacts(call.value, input, parsed.fields),
    campaign,
    lead: parsed.fields,
    consent,
    timeout_ms: input.timeout_ms,
    min_price: input.min_price,
  });
  return finish(ctx, work, caller.headers);
}

/** GET /v1/leads/:id. */
export async function getLead(ctx: PublicContext, state: RouteState, request: Request, id: string): Promise<Response> {
  const who = await identify(ctx, state, request, keyOf(request), "reads");
  if (!who.ok) return who.refusal;
  const { publisher, headers } = who.value;
  const found = /^[A-Za-z0-9_]{1,40}$/.test(id) ? await ctx.leadState(id, publisher.id) : null;
  return found ? answer(wireLead(found), headers) : refuse("lead_not_found", { headers });
}

/** Runs to its end even when the publisher hangs up. */
async function finish(
  ctx: PublicContext,
  work: ReturnType<PublicContext["post"]>,
  headers: Record<string, string>,
): Promise<Response> {
  ctx.waitUntil(work.catch(() => undefined));
  const found = await work;
  return found.kind === "problem" ? flowProblem(found, headers) : answer(wirePost(found), headers);
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
