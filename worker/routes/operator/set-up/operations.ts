import * as z from "zod";
import type { Operation } from "../../operation.ts";
import { contractTestSchema } from "./contract-test.ts";
import { dialectCheckSchema, suggestSchema } from "./dialects.ts";
import { specificationQuery } from "./specification.tsx";

const anything = z.record(z.string(), z.unknown());
const named = z.array(z.object({ path: z.string(), message: z.string() }));
const verdict = z.object({ violations: named, unchecked: z.array(z.string()) });
const finding = z.object({ level: z.enum(["error", "warning", "note"]), code: z.string(), message: z.string() });
const phase = z.object({
  phase: z.enum(["ping", "post"]),
  outcome: z.string().meta({ description: "`not_sent`: nothing could go out; `reason` says why." }),
  reason: z.string().nullable(),
  ms: z.number().nullable(),
  reading: anything,
  exchanges: z.array(
    z.object({
      place: z.string().nullable(),
      request: z.object({
        method: z.string(),
        url: z.string(),
        headers: z.array(z.array(z.string())),
        body: z.string().nullable(),
        curl: z.string(),
      }),
      answer: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }).nullable(),
      explained: anything.nullable(),
    }),
  ),
  empty: z.array(z.object({ path: z.string(), name: z.string() })),
  schema: verdict.nullable(),
});

/** For the one who sets a buyer up. */
export const SET_UP_OPERATIONS: Operation[] = [
  {
    method: "post",
    path: "/v1/admin/contracts/:id/test",
    role: "operator",
    id: "testContract",
    summary: "Send a sample lead in the buyer's test mode, and see how its answer is read",
    tags: ["operator: contracts"],
    auth: "operator",
    request: contractTestSchema.meta({
      examples: [{ phase: "both" }, { phase: "post", answer: { status: 200, body: '{"status":"accepted"}' } }],
    }),
    response: z.object({
      contract_id: z.string(),
      contract_version: z.int(),
      endpoint_id: z.string(),
      endpoint_version: z.int(),
      campaign_id: z.string(),
      at: z.iso.datetime(),
      sent: z.boolean(),
      outcome: z.string(),
      ok: z.boolean(),
      phases: z.array(phase),
      mapping: anything,
      findings: z.array(finding),
    }),
    notes:
      "The campaign's sample lead, never a consumer's. Holds no money, counts in no cap, opens no breaker; who tested what is in the audit. With `answer` nothing is sent: the pasted answer is read as the buyer's would be. `findings` says what is missing.",
    problems: ["not_found", "record_outdated", "tests_not_accepted", "invalid_fields"],
  },
  {
    method: "get",
    path: "/v1/admin/contracts/:id/specification",
    id: "contractSpecification",
    summary: "What a buyer is handed: how we deliver to it",
    tags: ["operator: contracts"],
    auth: "operator",
    query: specificationQuery,
    response: z.object({
      title: z.string(),
      contract_id: z.string(),
      contract_version: z.int(),
      endpoint_version: z.int(),
      generated_at: z.iso.datetime(),
      samples: z.object({ ping: anything.nullable(), post: anything.nullable() }),
      blocks: z.array(anything),
    }),
    notes:
      "Made from the contract and its endpoint's dialect: fields, samples exactly as they will be sent, signatures with code that verifies them, what each answer means, time, repeats, limits. Names stand where credentials will. A page by default; JSON with `format=json`.",
    problems: ["not_found", "record_outdated"],
  },
  {
    method: "post",
    path: "/v1/admin/dialects/check",
    role: "operator",
    id: "checkDialect",
    summary: "What is wrong with a dialect, and how it would read an answer",
    tags: ["operator: dialects"],
    auth: "operator",
    request: dialectCheckSchema.meta({
      examples: [
        {
          dialect: {
            version: 1,
            post: { request: { url: "https://buyer.example.com/post", body: { zip: "{{zip}}" } } },
          },
          phase: "post",
          answer: { status: 200, body: '{"status":"accepted"}' },
        },
      ],
    }),
    response: z.object({
      ok: z.boolean(),
      problems: named,
      names: z.array(z.string()),
      explained: anything.nullable(),
    }),
    notes: "Nothing is saved and nothing sent. `names`: every name that its templates use.",
    problems: ["invalid_fields"],
  },
  {
    method: "post",
    path: "/v1/admin/dialects/suggest",
    role: "operator",
    id: "suggestDialect",
    summary: "A first draft of how to read an answer, from one sample of it",
    tags: ["operator: dialects"],
    auth: "operator",
    request: suggestSchema.meta({
      examples: [{ phase: "ping", answer: { body: '{"status":"accepted","ping_id":"p-1","bid":21.1}' } }],
    }),
    response: z.object({
      phase: z.enum(["ping", "post"]),
      answer: anything.meta({ description: "As it would stand under `answer:`." }),
      rules: z.array(
        z.object({
          outcome: z.string(),
          when: z.string(),
          guessed: z.boolean(),
          unverified: z.literal(true).optional(),
        }),
      ),
      notes: z.array(z.string()),
    }),
    problems: ["invalid_fields"],
  },
];
