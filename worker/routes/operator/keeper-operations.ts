import * as z from "zod";
import { differencesQuery, erasureSchema, reconcileSchema, startSchema } from "../../../schema/api/keeper.ts";
import { DIFFERENCE_KINDS } from "../../../schema/lists.ts";
import { operation } from "../admin/operation-parts.ts";
import type { Operation } from "../operation.ts";
import { jobAnswer } from "./dead-letter-answers.ts";

const difference = z.object({
  id: z.string(),
  job_id: z.string(),
  at: z.iso.datetime(),
  kind: z.enum(DIFFERENCE_KINDS),
  subject: z.string().meta({ examples: ["lead:lb0C1xUcMw0000000000000000", "buyer:acme"] }),
  detail: z.record(z.string(), z.unknown()),
  mended_at: z.iso.datetime().nullable(),
});
const usage = z.object({
  newest: z.string(),
  keys: z.array(
    z.object({
      key: z.string(),
      in_ring: z.boolean(),
      used: z.record(z.string(), z.int()),
      may_go: z.boolean(),
    }),
  ),
  complete: z.boolean(),
});

/** Calls that start the keeper's long work, for the API document. */
export const KEEPER_OPERATIONS: readonly Operation[] = [
  operation("books", {
    method: "post",
    path: "/reconcile",
    role: "operator",
    id: "reconcile",
    summary: "Compare book, account and ledger",
    request: reconcileSchema.meta({ examples: [{ full: true }] }),
    response: jobAnswer,
    notes:
      "A job. Runs by itself once a day over what changed; `full` looks at everything that the objects still have.",
  }),
  operation("books", {
    method: "get",
    path: "/differences",
    id: "listDifferences",
    summary: "What a reconcile found to differ",
    query: differencesQuery,
    response: z.object({ items: z.array(difference), next: z.string().nullable() }),
  }),
  operation("books", {
    method: "post",
    path: "/rebuild",
    id: "rebuild",
    summary: "Write the ledger again from what the objects still have",
    request: startSchema.meta({ examples: [{ reason: "ledger restored to noon of the 20th" }] }),
    response: jobAnswer,
    notes: "A job. What is in the ledger stays; configuration is not part of it.",
  }),
  operation("privacy", {
    method: "post",
    path: "/erasures",
    id: "erase",
    summary: "Destroy a person's data",
    request: erasureSchema.meta({
      examples: [{ phone: "(512) 555-0142", suppress: true, reason: "request of 21 November" }],
    }),
    response: jobAnswer,
    notes: "A job. Phone and e-mail are hashed at once and never stored. Outcome and money of the leads stay.",
  }),
  operation("keys", {
    method: "post",
    path: "/keys/rewrap",
    id: "rewrapKeys",
    summary: "Seal everything with the keyring's newest key",
    request: startSchema.meta({ examples: [{ reason: "yearly rotation" }] }),
    response: jobAnswer,
    notes: "A job; selling goes on.",
  }),
  operation("keys", {
    method: "get",
    path: "/keys/usage",
    id: "keyUsage",
    summary: "Which keys of the ring are still needed, and where",
    response: usage,
    notes: "Reads everything that is sealed: not a call for dashboards.",
  }),
];
