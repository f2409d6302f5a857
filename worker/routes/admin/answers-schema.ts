import * as z from "zod";
import {
  ALERT_KINDS,
  BREAKER_STATES,
  CAP_PERIODS,
  PHASES,
  RESERVATION_STATES,
  SEVERITIES,
} from "../../../schema/lists.ts";

/** Answers of the operator's calls, for the API document. */
const time = z.iso.datetime();
const amount = z.number().meta({ examples: [21.105] });
const page = <T extends z.ZodType>(item: T, next: z.ZodType = z.string().nullable()) =>
  z.object({ items: z.array(item), next });

export const recordOf = <T extends z.ZodType>(record: T) =>
  z.object({
    id: z.string(),
    version: z.int().meta({ description: "Counts this record's changes; also the ETag." }),
    author: z.string(),
    updated_at: time,
    record: record.meta({ description: "As it was written." }),
    secrets: z.array(z.string()).meta({ description: "Names of the secrets that are kept; never their values." }),
    at_buyer: z.boolean().optional().meta({
      description: "The buyer's object has the new terms already; otherwise its next reservation brings them.",
    }),
  });
export const recordsOf = <T extends z.ZodType>(record: T) => page(recordOf(record));
export const versionsOf = <T extends z.ZodType>(record: T) =>
  page(
    z.object({
      version: z.int(),
      author: z.string(),
      reason: z.string().nullable(),
      at: time,
      record,
      secrets: z.array(z.string()),
    }),
    z.int().nullable(),
  );

export const switchedSchema = z.object({
  id: z.string(),
  status: z.enum(["active", "paused"]),
  version: z.int().nullable().meta({ description: "null: the ledger is away and the pause is not recorded yet." }),
  at_buyer: z.boolean().optional(),
  in_ledger: z.boolean(),
  message: z.string(),
});

const key = z.object({
  id: z.string().meta({ description: "SHA-256 of the key." }),
  publisher_id: z.string(),
  prefix: z.string(),
  label: z.string(),
  test: z.boolean(),
  status: z.enum(["active", "paused"]),
  author: z.string(),
  updated_at: time,
});
export const keySchemaAnswer = key;
export const newKeySchema = key.extend({ key: z.string().meta({ examples: ["pk_live_…"] }), message: z.string() });
export const keysSchema = page(key);
export const buyerKeyAnswer = key.omit({ publisher_id: true, test: true }).extend({ buyer_id: z.string() });
export const newBuyerKeyAnswer = buyerKeyAnswer.extend({
  key: z.string().meta({ examples: ["bk_live_…"] }),
  message: z.string(),
});
export const buyerKeysSchema = page(buyerKeyAnswer);
export const secretSchema = z.object({
  secret: z.string().meta({ examples: ["whsec_…"] }),
  version: z.int(),
  message: z.string(),
});

export const bookedSchema = z.object({
  id: z.string(),
  kind: z.enum(["deposit", "credit", "adjustment"]),
  amount,
  balance: amount,
  repeated: z.boolean().meta({ description: "The same id had been booked before; nothing was added." }),
  audited: z.boolean(),
});
const cap = z.object({
  per: z.enum(CAP_PERIODS),
  count: z.int().optional(),
  money: amount.optional(),
  source: z.string().optional(),
});
export const glanceSchema = z.object({
  buyer_id: z.string(),
  balance: amount,
  held: amount,
  available: amount.nullable(),
  paused: z.boolean(),
  open: z
    .object({ held: z.int(), in_doubt: z.int(), in_doubt_money: amount, oldest_in_doubt_ms: z.number() })
    .meta({ description: "Reservations that have not ended." }),
  caps: z.array(
    z.object({
      contract_id: z.string(),
      cap,
      source: z.string().nullable(),
      used_count: z.int(),
      used_money: amount,
      resets_at: time.nullable(),
    }),
  ),
  breakers: z.array(
    z.object({
      endpoint_id: z.string(),
      phase: z.enum(PHASES),
      state: z.enum(BREAKER_STATES),
      failures: z.int(),
      opened_at: time.nullable(),
      until: time.nullable(),
      pauses: z.int(),
    }),
  ),
  maintenance: z
    .array(z.object({ endpoint_id: z.string().nullable(), id: z.string(), reason: z.string(), until: time }))
    .meta({ description: "Planned windows that last now; `endpoint_id` null: of the whole buyer." }),
  outbox: z.int(),
  outbox_lag_ms: z.number(),
});
export const accountSchema = glanceSchema.extend({
  reservations: z.record(z.enum(RESERVATION_STATES), z.int()).optional(),
  oldest_in_doubt_ms: z.number().optional(),
});
export const resetAnswerSchema = z.object({ id: z.string(), reset: z.array(z.enum(PHASES)), audited: z.boolean() });

export const suppressedSchema = z.object({ hash: z.string(), message: z.string() });
export const suppressionsSchema = page(
  z.object({ hash: z.string(), reason: z.string(), author: z.string(), at: time }),
);
export const unsuppressedSchema = z.object({ hash: z.string(), removed: z.literal(true) });

export const auditSchema = page(
  z.object({
    id: z.int(),
    at: time,
    author: z.string(),
    action: z.string(),
    target: z.string(),
    detail: z.string().nullable(),
  }),
  z.int().nullable(),
);
export const alertsSchema = page(
  z.object({
    id: z.string(),
    at: time,
    kind: z.enum(ALERT_KINDS),
    severity: z.enum(SEVERITIES),
    subject: z.string(),
    message: z.string(),
    acknowledged_by: z.string().nullable(),
    muted: z.boolean(),
  }),
);
