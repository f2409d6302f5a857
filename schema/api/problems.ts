import * as z from "zod";
import { ADMIN_PROBLEMS } from "./admin-problems.ts";

interface ProblemText {
  status: number;
  /** What happened. */
  meaning: string;
  /** What the caller does about it. */
  action: string;
}

/** Every `code` of a problem answer of the public calls. The caller's errors only: a "no" of the market is an answer, not a problem. */
export const PROBLEMS = {
  invalid_json: {
    status: 400,
    meaning: "The body is not JSON.",
    action: "Send one JSON object. The detail says at which character reading stopped.",
  },
  invalid_form: {
    status: 400,
    meaning: "The body is not in the form encoding that its content type names.",
    action: "Check the encoding; for multipart, the boundary.",
  },
  invalid_encoding: { status: 400, meaning: "The body is not UTF-8 text.", action: "Encode it as UTF-8." },
  invalid_body: {
    status: 400,
    meaning: "The body is empty, or not an object.",
    action: "Send one object with the fields of this call.",
  },
  duplicate_key: { status: 400, meaning: "A field was sent twice.", action: "Send each field once." },
  forbidden_key: { status: 400, meaning: "A field has a name that no field can have.", action: "Leave the field out." },
  too_deep: {
    status: 400,
    meaning: "The body is nested too deeply.",
    action: "A lead's fields are plain values: no objects or lists within.",
  },
  invalid_idempotency_key: {
    status: 400,
    meaning: "The Idempotency-Key header is not usable.",
    action: "Send 1 to 200 visible ASCII characters, the same for each repeat of one request.",
  },
  unauthorized: {
    status: 401,
    meaning: "There is no API key in the request, or it is unknown or switched off.",
    action:
      "Send the key as `Authorization: Bearer`, as `X-Api-Key`, or as `api_key` in query or body. A new key is known after a few seconds.",
  },
  campaign_not_allowed: {
    status: 403,
    meaning: "The publisher may not sell to this campaign, or there is none of that name.",
    action: "Check `campaign`; ask the operator to open the campaign to you.",
  },
  origin_not_allowed: {
    status: 403,
    meaning: "The form was sent from a page that is not on its list.",
    action: "Ask the operator to add the page's origin to the form.",
  },
  form_paused: { status: 403, meaning: "The form is switched off.", action: "Ask the operator." },
  inbound_paused: { status: 403, meaning: "The inbound address is switched off.", action: "Ask the operator." },
  wrong_key: {
    status: 401,
    meaning: "The request carries no key, or not the one of this address.",
    action: "Send the key that you gave the operator, or one of your API keys, in the parameter that you always used.",
  },
  turnstile_failed: {
    status: 403,
    meaning: "The check that a person sent the form failed or was missing.",
    action: "Show the Turnstile widget and send its `cf-turnstile-response` once, within five minutes.",
  },
  not_found: {
    status: 404,
    meaning: "There is nothing at this address.",
    action: "Compare method and path with the documentation.",
  },
  ping_not_found: {
    status: 404,
    meaning: "There is no such ping of this publisher.",
    action: "Post with the `ping_id` exactly as the ping's answer had it, with the key of the same publisher.",
  },
  lead_not_found: {
    status: 404,
    meaning: "There is no such lead of this publisher.",
    action: "Use the `lead_id` of a post's answer, with the key of the same publisher.",
  },
  delivery_not_found: {
    status: 404,
    meaning: "There is no such delivery of this buyer.",
    action:
      "Use the reservation id that the post carried (`Idempotency-Key`), with a key of the same buyer; or the callback's own address.",
  },
  form_not_found: {
    status: 404,
    meaning: "There is no such form.",
    action: "Copy the form's address from the operator once more.",
  },
  specification_not_found: {
    status: 404,
    meaning: "There is no such campaign, or its posting specification is not public.",
    action:
      "Ask the operator; some are shown with an API key of a publisher of the campaign only, sent as `Authorization: Bearer`.",
  },
  inbound_not_found: {
    status: 404,
    meaning: "There is no such inbound address.",
    action: "Copy the address from the operator once more.",
  },
  method_not_allowed: {
    status: 405,
    meaning: "This address does not take this method.",
    action: "Use one of the methods in the Allow header.",
  },
  settled_otherwise: {
    status: 409,
    meaning: "The report contradicts what is settled about this delivery. Nothing was changed.",
    action: "`known` has what we know. Talk to the operator where it is wrong.",
  },
  request_under_way: {
    status: 503,
    meaning: "The lead is being posted to you again in this moment, so a no may be older than that. Nothing was noted.",
    action: "Answer that request; say it again after as long as Retry-After says, if it is still so.",
  },
  content_changed: {
    status: 409,
    meaning: "The ping, or the idempotency key, was used before with other content.",
    action: "Repeat the first request unchanged to see its outcome, or begin anew with a new ping or key.",
  },
  body_too_large: { status: 413, meaning: "The body is larger than 64 KiB.", action: "Send the lead's fields only." },
  unsupported_media_type: {
    status: 415,
    meaning: "The body's content type is not one that this call reads.",
    action: "Send `application/json` or `application/x-www-form-urlencoded`, in UTF-8.",
  },
  unclear_request: {
    status: 422,
    meaning: "The request does not say what it is: a ping, a post, or a whole lead.",
    action: "Send it as your system always sent it; the operator can compare it with the address's dialect.",
  },
  empty_request: {
    status: 400,
    meaning: "This address takes pings and posts. It works: the request was empty.",
    action: "Send your first ping here.",
  },
  bid_unknown: {
    status: 422,
    meaning: "One of the bid_ids is not of this ping.",
    action: "Use the bid_ids of the ping's answer, or none.",
  },
  idempotency_key_reused: {
    status: 422,
    meaning: "The Idempotency-Key of this ping came before with other content.",
    action: "Send a new key with new content.",
  },
  invalid_fields: {
    status: 422,
    meaning: "Fields are missing, unknown, or not as required.",
    action: "`errors` has one entry per field. Correct them; the same data will be refused again.",
  },
  rate_limited: {
    status: 429,
    meaning: "Too many requests.",
    action: "Wait for as long as Retry-After says; spread requests within the limit that the RateLimit headers state.",
  },
  overloaded: {
    status: 429,
    meaning: "The gateway has as much work as it can do in time. Nothing was read or sold.",
    action: "Send the same request again after as long as Retry-After says, or sell this one elsewhere.",
  },
  internal_error: {
    status: 500,
    meaning: "Something went wrong here.",
    action: "Repeat a post unchanged: it is never sold twice. Tell the operator the id in the detail.",
  },
  try_again: {
    status: 503,
    meaning: "The gateway cannot keep this lead right now. Nothing was sold.",
    action: "Send the same request again after as long as Retry-After says.",
  },
  ping_lost: {
    status: 503,
    meaning: "The ping is genuine, but its auction is not there, or not yet.",
    action: "Send the post again unchanged; if that fails, ping again.",
  },
  unavailable: {
    status: 503,
    meaning: "The gateway cannot answer this right now.",
    action: "Repeat the request unchanged after as long as Retry-After says.",
  },
  ...ADMIN_PROBLEMS,
} as const satisfies Record<string, ProblemText>;
export type ProblemCode = keyof typeof PROBLEMS;

/** The document's schema of every problem answer (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: "Where the code is explained.", examples: ["/docs/errors#invalid_fields"] }),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.string().meta({ description: "One of the codes at /docs/errors.", examples: ["invalid_fields"] }),
    detail: z.string(),
    errors: z
      .array(
        z.object({ field: z.string().meta({ examples: ["zip"] }), message: z.string(), code: z.string().optional() }),
      )
      .optional()
      .meta({ description: "One entry per field." }),
  })
  .meta({
    id: "Problem",
    description: "RFC 9457 problem: an error of the caller. Business outcomes are HTTP 200 with `result`.",
  });
