import { monthOf } from "../../schema/events.ts";
import type { consent_proofs } from "../../schema/tables.ts";

export type Proof = Omit<typeof consent_proofs.$inferSelect, "month" | "tenant">;

/** A proof that is there already stays: it was made while the lead could still be read. */
export async function keepProof(db: D1Database, proof: Proof): Promise<void> {
  const { lead_id, at, campaign_id, phone_mark, sealed, wrapped_key, until } = proof;
  await db
    .prepare(
      "INSERT INTO consent_proofs (lead_id, month, at, campaign_id, phone_mark, sealed, wrapped_key, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
    )
    .bind(lead_id, monthOf(at), at, campaign_id, phone_mark, sealed, wrapped_key, until)
    .run();
}

/** Of a lead, or of a person whose leads were erased before. Returns how many. */
export async function dropProofs(db: D1Database, of: { lead_id: string } | { marks: string[] }): Promise<number> {
  const statement =
    "lead_id" in of
      ? db.prepare("DELETE FROM consent_proofs WHERE lead_id = ?1").bind(of.lead_id)
      : db
          .prepare("DELETE FROM consent_proofs WHERE phone_mark IN (SELECT value FROM json_each(?1))")
          .bind(JSON.stringify(of.marks));
  return (await statement.run()).meta.changes;
}

/** Proofs whose term is over, at most `limit`. Returns how many. */
export async function expireProofs(db: D1Database, now: number, limit: number): Promise<number> {
  const done = await db
    .prepare(
      "DELETE FROM consent_proofs WHERE lead_id IN (SELECT lead_id FROM consent_proofs WHERE until <= ?1 LIMIT ?2)",
    )
    .bind(now, limit)
    .run();
  return done.meta.changes;
}
