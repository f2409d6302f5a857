import type * as z from "zod";
import type { attemptAnswer, openedAnswer } from "../../schema/api/attempts.ts";
import type { AttemptClass, AttemptOutcome, EvidenceKind } from "../../schema/lists.ts";
import { type Money, toWire } from "../../schema/money.ts";
import { ERROR_CLASSES } from "../auction/error-classes.ts";
import { readId } from "../crypto/ids.ts";
import { openForLead, openLeadKey } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type DeliveryRow, leadById } from "../ledger/reads.ts";

export type AttemptAnswer = z.infer<typeof attemptAnswer>;
export type OpenedAnswer = z.infer<typeof openedAnswer>;

/** One attempt as the history shows it: what happened, nothing of whom. */
export function attemptLine(row: DeliveryRow): AttemptAnswer {
  const { attempt_id, lead_id, reservation_id, endpoint_id, round, attempt, http_status, ms, reason_class } = row;
  const cls = row.class as AttemptClass;
  return {
    attempt_id,
    at: new Date(row.at).toISOString(),
    lead_id,
    test: row.test === 1,
    reservation_id,
    endpoint_id,
    round,
    attempt,
    kind: row.kind as EvidenceKind,
    outcome: row.outcome as AttemptOutcome,
    class: cls,
    why: ERROR_CLASSES[cls]?.say ?? null,
    reason_class,
    http_status,
    ms,
    price: row.price === null ? null : toWire(row.price as Money),
    late: row.late_evidence === 1,
    payload: row.sealed === null ? "none" : "sealed",
  };
}

/** With its request and answer. null: they were destroyed with the lead's personal data, or there never were any. */
export async function openAttempt(g: Gateway, db: D1Database, row: DeliveryRow): Promise<OpenedAnswer | null> {
  const wrapped = await wrappedKey(g, db, row.lead_id);
  if (row.sealed === null || wrapped === null) return null;
  const key = await openLeadKey(await g.ring(), wrapped, row.lead_id);
  const opened = (await openForLead(key, row.sealed)) as Record<string, unknown>;
  const text = (name: string) => (typeof opened[name] === "string" ? opened[name] : null);
  return {
    ...attemptLine(row),
    request: text("request"),
    answer: text("answer"),
    reason: text("reason"),
    buyer_lead_id: text("buyer_lead_id"),
    redirect_url: text("redirect_url"),
  };
}

/** From the lead's book, and from the ledger once that has let go. */
async function wrappedKey(g: Gateway, db: D1Database, lead_id: string): Promise<string | null> {
  const id = readId(g.settings.HASH_SECRET, lead_id, "l");
  const kept = id ? (await g.book(id.shard).story(lead_id))?.lead.wrapped_key : undefined;
  const wrapped = kept ?? (await leadById(db, lead_id))?.wrapped_key ?? "";
  return wrapped === "" ? null : wrapped;
}
