import { ENVELOPE_KEYS, formRequestSchema } from "../../schema/api/calls.ts";
import type { Form, Publisher } from "../../schema/config/publisher.ts";
import { ZERO } from "../../schema/money.ts";
import type { CompiledCampaign } from "../auction/compiled.ts";
import type { LeadInput, PostResult } from "../flows/answers.ts";
import { withConsent } from "../flows/consent.ts";
import { answer, flowProblem, wirePost } from "./answer.ts";
import { readBody } from "./body.ts";
import { envelopeOf, idempotencyKey, invalidFields, takeKey } from "./call.ts";
import type { RouteState } from "./caller.ts";
import { allow, snapshotOf } from "./caller.ts";
import type { PublicContext } from "./context.ts";
import type { Origin } from "./cors.ts";
import { httpUrl, originOf, preflight } from "./cors.ts";
import { fromRequest, parseFilled } from "./fill.ts";
import { ipOf, tooMany, withinFlood } from "./limits.ts";
import { problemPage, thankYouPage, wantsPage } from "./pages/form.tsx";
import { isTest, subIds } from "./publishers.ts";
import type { Checked } from "./refuse.ts";
import { refuse, refused } from "./refuse.ts";

interface FormParts {
  form: Form;
  publisher: Publisher;
  campaign: CompiledCampaign;
  origin: Origin;
}

/** POST /f/:form_key: a browser's form, sold in one step. A page is answered to a page's form, JSON to a script. */
export async function postForm(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  key: string,
): Promise<Response> {
  const found = await formOf(ctx, request, key);
  if (!found.ok) return shown(request, found.refusal, {});
  const { form, origin } = found.value;
  if (!origin.allowed) return shown(request, refuse("origin_not_allowed"), origin.headers);
  const input = await readForm(ctx, state, request, found.value);
  if (!input.ok) return shown(request, input.refusal, origin.headers);
  const work = ctx.lead(input.value);
  ctx.waitUntil(work.catch(() => undefined));
  const result = await work;
  if (result.kind === "problem") return shown(request, flowProblem(result, {}), origin.headers);
  return wantsPage(request) ? onward(form, result, origin.headers) : answer(wirePost(result), origin.headers);
}

/** OPTIONS /f/:form_key. */
export async function formOptions(ctx: PublicContext, request: Request, key: string): Promise<Response> {
  const found = await formOf(ctx, request, key);
  if (!found.ok) return found.refusal;
  return found.value.origin.allowed
    ? preflight(found.value.origin)
    : refuse("origin_not_allowed", { headers: { vary: "Origin" } });
}

async function formOf(ctx: PublicContext, request: Request, key: string): Promise<Checked<FormParts>> {
  const view = await snapshotOf(ctx);
  if (!view.ok) return view;
  const form = view.value.form(key);
  const publisher = form && view.value.publisher(form.publisher_id);
  const campaign = form && view.value.campaign(form.campaign_id);
  if (form && publisher && campaign)
    return { ok: true, value: { form, publisher, campaign, origin: originOf(form, request) } };
  const allowed = await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous");
  return allowed ? refused("form_not_found") : { ok: false, refusal: tooMany() };
}

/** Limits, body, envelope, Turnstile, the campaign's fields: everything before the sale. */
async function readForm(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  { form, publisher, campaign }: FormParts,
): Promise<Checked<LeadInput>> {
  const began = ctx.now();
  if (form.status === "paused") return refused("form_paused");
  const ip = ipOf(request);
  const allowance = await allow(ctx, state, publisher, "forms");
  if (!allowance.ok) return { ok: false, refusal: tooMany(allowance.headers) };
  if (!(await withinFlood(ctx, `ip:${ip}`, "forms"))) return { ok: false, refusal: tooMany() };
  const body = await readBody(request, { multipart: true });
  if (!body.ok) return body;
  takeKey(body.value);
  const idempotency = idempotencyKey(request);
  if (!idempotency.ok) return idempotency;
  const parsed = envelopeOf(body.value, { schema: formRequestSchema, envelope: ENVELOPE_KEYS.forms, flat_json: true });
  if (!parsed.ok) return parsed;
  const input = parsed.value;
  const person = await checkPerson(ctx, form, input["cf-turnstile-response"], ip);
  if (!person.ok) return person;
  const consent = input.consent ?? {};
  const sent = withConsent(input.lead, consent, campaign);
  const lead = parseFilled(campaign, form, sent, fromRequest(request, campaign, sent, began));
  if (!lead.ok) return invalidFields(lead.problems);
  return {
    ok: true,
    value: {
      publisher,
      campaign,
      form,
      lead: lead.fields,
      filled: lead.filled,
      consent,
      sub_ids: subIds(input),
      click_id: input.click_id,
      test: form.test || isTest(input.test, lead.fields),
      idempotency_key: idempotency.value,
      min_price: ZERO,
      began,
    },
  };
}

/** Turnstile, where the form has it. When its service cannot be asked the consumer is asked to send again: nothing is sold unchecked. */
async function checkPerson(
  ctx: PublicContext,
  form: Form,
  token: string | undefined,
  ip: string,
): Promise<Checked<null>> {
  if (form.turnstile_sealed === undefined) return { ok: true, value: null };
  const errors = [
    { field: "cf-turnstile-response", message: token ? "was not accepted" : "is required", code: "invalid" },
  ];
  if (!token) return refused("turnstile_failed", { errors });
  try {
    return (await ctx.verifyTurnstile(form, token, ip))
      ? { ok: true, value: null }
      : refused("turnstile_failed", { errors });
  } catch {
    ctx.log({ event: "error", where: "turnstile", form: form.id });
    return refused("unavailable", { headers: { "retry-after": "2" } });
  }
}

/** Where the consumer's browser goes: to the winner's page, to the form's thank-you page, or it is thanked here. */
function onward(form: Form, result: PostResult, headers: Record<string, string>): Response {
  const redirect = result.result === "accepted" ? httpUrl(result.redirect_url) : null;
  const location = redirect ?? form.thank_you_url;
  if (location === undefined) return thankYouPage(headers);
  return new Response(null, { status: 303, headers: { ...headers, location, "cache-control": "no-store" } });
}

/** A refusal with the form's headers; as a page where a person would otherwise read JSON. */
async function shown(request: Request, refusal: Response, headers: Record<string, string>): Promise<Response> {
  const answer = wantsPage(request) ? await problemPage(refusal) : refusal;
  for (const [name, value] of Object.entries(headers)) answer.headers.set(name, value);
  return answer;
}
