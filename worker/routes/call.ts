import type * as z from "zod";
import { CONSENT_PARTS } from "../../schema/api/calls.ts";
import type { Body } from "./body.ts";
import { readBody } from "./body.ts";
import type { Caller, RouteState } from "./caller.ts";
import { identify, keyOf, stranger } from "./caller.ts";
import type { LimitKind, PublicContext } from "./context.ts";
import { nest } from "./form-encoding.ts";
import type { FieldError } from "./problem.ts";
import { fieldErrors } from "./problem.ts";
import type { Checked } from "./refuse.ts";
import { refused, repeatable } from "./refuse.ts";

/** What a handler gets: who calls, and its body by the call's schema. */
export interface Call<T> {
  caller: Caller;
  input: T;
  idempotency_key?: string;
  /** Epoch ms of arrival. */
  began: number;
}

interface Contract<S extends z.ZodType> {
  kind: LimitKind;
  schema: S;
  envelope: ReadonlySet<string>;
}

/**
 * The way of every publisher's call: key, limit, body, envelope. The key decides first where header or query have it, so that
 * nothing of a stranger is read.
 */
export async function receive<S extends z.ZodType>(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  contract: Contract<S>,
): Promise<Checked<Call<z.output<S>>>> {
  const began = ctx.now();
  const key = keyOf(request);
  const early = key === null ? null : await identify(ctx, state, request, key, contract.kind);
  if (early && !early.ok) {
    if (early.refusal.status === 429) await takeIn(request);
    return early;
  }
  const body = await readBody(request, { multipart: false });
  if (!body.ok)
    return early ? withHeaders(body.refusal, early.value.headers) : await unread(ctx, request, body.refusal);
  const bodyKey = takeKey(body.value);
  const who = early ?? (await identify(ctx, state, request, bodyKey, contract.kind));
  if (!who.ok) return who;
  const idempotency = idempotencyKey(request);
  if (!idempotency.ok) return withHeaders(idempotency.refusal, who.value.headers);
  const input = envelopeOf(body.value, contract);
  if (!input.ok) return withHeaders(input.refusal, who.value.headers);
  return { ok: true, value: { caller: who.value, input: input.value, idempotency_key: idempotency.value, began } };
}

/** Bytes of a body that are taken in with a 429. */
const LITTLE = 16 * 1_024;

/** A runtime that answers before it has the body ends the connection, and the next request on it is lost: a small body costs less. */
async function takeIn(request: Request): Promise<void> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (length <= LITTLE) await request.arrayBuffer().catch(() => undefined);
}

/** Without a key outside the body an unreadable body is a stranger's: counted as one, told what is wrong with it. */
async function unread(ctx: PublicContext, request: Request, refusal: Response): Promise<Checked<never>> {
  const answer = await stranger(ctx, request);
  return { ok: false, refusal: answer.status === 429 ? answer : refusal };
}

/** Takes `api_key` out of the body: it is nobody else's business. */
export function takeKey(body: Body): string | null {
  const key = body.value.api_key;
  delete body.value.api_key;
  return typeof key === "string" && key !== "" ? key : null;
}

export function envelopeOf<S extends z.ZodType>(
  body: Body,
  contract: { schema: S; envelope: ReadonlySet<string>; flat_json?: boolean },
): Checked<z.output<S>> {
  const shaped =
    body.encoding === "form" || contract.flat_json
      ? nest(body, contract.envelope)
      : { ok: true as const, value: body.value };
  if (!shaped.ok) return shaped;
  dropNothing(shaped.value, contract.envelope);
  const parsed = contract.schema.safeParse(shaped.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return invalidFields(fieldErrors(parsed.error.issues));
}

/** Empty text and null are the same as not sent, as they are within the lead. Names that there are not stay, to be told. */
function dropNothing(members: Record<string, unknown>, known: ReadonlySet<string>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === null || value === "") {
      if (known.has(name)) delete members[name];
    } else if (name === "consent" && typeof value === "object" && !Array.isArray(value))
      dropNothing(value as Record<string, unknown>, CONSENT_PARTS);
  }
}

const MOST_ERRORS = 50;

/** 422 with an entry per field. */
export function invalidFields(errors: FieldError[]): { ok: false; refusal: Response } {
  const shown = errors.slice(0, MOST_ERRORS).map((error) => ({ ...error, field: repeatable(error.field) }));
  const count = errors.length === 1 ? "1 field is" : `${errors.length} fields are`;
  return refused("invalid_fields", { detail: `${count} not as required: correct and send again.`, errors: shown });
}

export function idempotencyKey(request: Request): Checked<string | undefined> {
  const key = request.headers.get("idempotency-key");
  if (key === null) return { ok: true, value: undefined };
  return /^[\x21-\x7e]{1,200}$/.test(key) ? { ok: true, value: key } : refused("invalid_idempotency_key");
}

export function withHeaders(refusal: Response, headers: Record<string, string>): { ok: false; refusal: Response } {
  for (const [name, value] of Object.entries(headers)) refusal.headers.set(name, value);
  return { ok: false, refusal };
}
