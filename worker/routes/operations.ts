import * as z from "zod";
import { healthAnswerSchema, leadAnswerSchema, pingAnswerSchema, postAnswerSchema } from "../../schema/api/answers.ts";
import { formRequestSchema, leadRequestSchema, pingRequestSchema, postRequestSchema } from "../../schema/api/calls.ts";
import { statusAnswerSchema } from "../../schema/api/status.ts";
import { BODY_PROBLEMS, type Operation } from "./operation.ts";

const idempotency = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,200}$/)
    .optional()
    .meta({
      description: "1-200 visible ASCII characters; the same for each repeat of one request.",
      examples: ["7f1c2b9e-lead-4411"],
    }),
});

const FORM_ENCODED =
  "Also form-encoded: keys beyond the envelope's are the lead's fields (`zip=90210`, `lead[zip]=90210` and `lead.zip=90210` are the same).";
const CALL_PROBLEMS = [...BODY_PROBLEMS, "invalid_idempotency_key"];

/** The public calls, as the document has them. A test holds this list against the router. */
export const PUBLIC_OPERATIONS: readonly Operation[] = [
  {
    method: "post",
    path: "/v1/pings",
    id: "ping",
    summary: "Ask what a lead would bring",
    tags: ["publisher"],
    auth: "publisher",
    headers: idempotency,
    request: pingRequestSchema,
    form_encoded: true,
    response: pingAnswerSchema,
    notes: `Step one of two. Buyers bid on facts that name nobody; the answer is a promise for \`expires_in\` seconds. ${FORM_ENCODED}`,
    problems: [...CALL_PROBLEMS, "campaign_not_allowed", "content_changed"],
  },
  {
    method: "post",
    path: "/v1/posts",
    id: "post",
    summary: "Sell the lead of a ping",
    tags: ["publisher"],
    auth: "publisher",
    headers: idempotency,
    request: postRequestSchema,
    form_encoded: true,
    response: postAnswerSchema,
    notes: `Step two of two. The same post again, with or without a key, gets the same answer: repeat it after any doubt. ${FORM_ENCODED}`,
    problems: [...CALL_PROBLEMS, "ping_not_found", "bid_unknown", "ping_lost", "content_changed"],
  },
  {
    method: "post",
    path: "/v1/leads",
    id: "lead",
    summary: "Sell a lead in one step",
    tags: ["publisher"],
    auth: "publisher",
    headers: idempotency,
    request: leadRequestSchema,
    form_encoded: true,
    response: postAnswerSchema,
    notes: `Auction and sale in one call. Send an Idempotency-Key with it. ${FORM_ENCODED}`,
    problems: [...CALL_PROBLEMS, "campaign_not_allowed", "content_changed"],
  },
  {
    method: "get",
    path: "/v1/leads/:id",
    id: "leadState",
    summary: "What became of a lead",
    tags: ["publisher"],
    auth: "publisher",
    response: leadAnswerSchema,
    problems: ["lead_not_found"],
  },
  {
    method: "post",
    path: "/f/:form_key",
    id: "form",
    summary: "A browser's form",
    tags: ["forms"],
    auth: "none",
    request: formRequestSchema,
    form_encoded: true,
    response: postAnswerSchema,
    notes:
      "Give an HTML form this address as its action, or send it with fetch (CORS by the form's allowed origins). A page's form is answered 303 to the buyer's page or the thank-you page, a script JSON. Flat keys are the lead's fields, in JSON too; multipart is read as well. Address, user agent and page are filled in from the request where the campaign has such fields.",
    problems: [
      ...CALL_PROBLEMS,
      "form_not_found",
      "form_paused",
      "origin_not_allowed",
      "turnstile_failed",
      "rate_limited",
      "overloaded",
      "unavailable",
    ],
  },
  {
    method: "post",
    path: "/in/:key",
    id: "inbound",
    summary: "A publisher's own system",
    tags: ["publisher"],
    auth: "none",
    request: z.looseObject({}).meta({ description: "Whatever the publisher's system sends." }),
    form_encoded: true,
    response: z.looseObject({}).meta({ description: "Whatever it expects: JSON, XML, a form or text." }),
    notes:
      "Pings, posts and whole leads in the publisher's own request shape, by any method, as JSON, XML, form, multipart or query, with any path after the key (`/in/:key/ping`, `/in/:key/new_api/api.php`). The address's dialect says how they are read and what is answered, errors included: a publisher moves here by changing a URL. Limits, repeats and outcomes are those of `/v1/pings`, `/v1/posts` and `/v1/leads`.",
    problems: [
      "inbound_not_found",
      "inbound_paused",
      "wrong_key",
      "empty_request",
      "unclear_request",
      "rate_limited",
      "overloaded",
      "unavailable",
    ],
  },
  {
    method: "get",
    path: "/healthz",
    id: "health",
    summary: "Whether the gateway can sell",
    tags: ["gateway"],
    auth: "none",
    response: healthAnswerSchema,
    notes: "200 while `ok` or `degraded`, 503 when `down`; the same body.",
  },
  {
    method: "get",
    path: "/status",
    id: "status",
    summary: "Whether the gateway sells, for everybody",
    tags: ["gateway"],
    auth: "none",
    query: z.object({ format: z.enum(["html", "json"]).default("html") }),
    response: statusAnswerSchema,
    notes: "A page, or `format=json`. At most ten seconds old; no party, no volume and no money is in it.",
    problems: ["invalid_fields"],
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "document",
    summary: "This document",
    tags: ["gateway"],
    auth: "none",
    response: z.looseObject({ openapi: z.string() }),
  },
];

/** Pages for people: mounted, but no part of the document. */
export const PAGES = [
  "/",
  "/docs",
  "/docs/errors",
  "/docs/init.js",
  "/specs",
  "/specs/:campaign",
  "/v1/oauth/callback",
  "/schemas/dialect.json",
  "/schemas/dialect-1.json",
] as const;
