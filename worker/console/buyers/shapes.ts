import * as z from "zod";
import { breakerSettingsSchema } from "../../../schema/config/breaker.ts";

/** What these pages need of the admin API's answers about records. */
const windowSchema = z.object({
  id: z.string(),
  reason: z.string(),
  from: z.string().optional(),
  to: z.string().optional(),
  weekly: z.object({ days: z.array(z.string()), from: z.string(), to: z.string() }).optional(),
  time_zone: z.string().default("America/New_York"),
});
export type Window = z.output<typeof windowSchema>;

const status = z.enum(["active", "paused"]).default("active");
const contact = z.object({
  name: z.string().default(""),
  role: z.string().default(""),
  email: z.string().optional(),
  phone: z.string().optional(),
  note: z.string().optional(),
});
export type Contact = z.output<typeof contact>;
const stored = { id: z.string(), version: z.number(), author: z.string(), updated_at: z.string() };

export const buyerRecordSchema = z.object({
  ...stored,
  record: z.object({
    name: z.string(),
    status,
    credit_limit: z.union([z.number(), z.string()]).nullable().default(0),
    notes: z.string().default(""),
    contacts: z.array(contact).default([]),
    sla: z.record(z.string(), z.union([z.number(), z.string()])).default({}),
    maintenance: z.array(windowSchema).default([]),
  }),
});
export type BuyerRecord = z.output<typeof buyerRecordSchema>;

export const endpointRecordSchema = z.object({
  ...stored,
  secrets: z.array(z.string()).default([]),
  record: z.object({
    buyer_id: z.string(),
    name: z.string(),
    status,
    notes: z.string().default(""),
    ping_timeout_ms: z.number().default(100),
    post_timeout_ms: z.number().default(10_000),
    idempotent: z.boolean().default(false),
    accepts_test: z.boolean().default(false),
    client_certificate: z.string().optional(),
    breaker: breakerSettingsSchema.prefault({}),
    dialect: z.record(z.string(), z.unknown()),
    maintenance: z.array(windowSchema).default([]),
  }),
});
export type EndpointRecord = z.output<typeof endpointRecordSchema>;

export const switchedAnswer = z.object({
  status: z.enum(["active", "paused"]),
  at_buyer: z.boolean().optional(),
  in_ledger: z.boolean(),
});
export const maintenanceAnswer = z.object({ active: z.boolean(), at_buyer: z.boolean() });

export const historySchema = z.object({
  items: z.array(z.object({ version: z.number(), author: z.string(), reason: z.string().nullable(), at: z.string() })),
});
export const auditSchema = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      at: z.string(),
      author: z.string(),
      action: z.string(),
      target: z.string(),
      detail: z.string().nullable(),
    }),
  ),
});
export type AuditItem = z.output<typeof auditSchema>["items"][number];
export const movementsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      kind: z.string(),
      amount: z.number(),
      ref: z.string(),
      reason: z.string().nullable(),
      author: z.string().nullable(),
    }),
  ),
});
export const credentialsSchema = z.object({
  version: z.number(),
  author: z.string(),
  updated_at: z.string(),
  credentials: z.array(z.string()),
  test_credentials: z.array(z.string()),
});
