import { ofLead } from "./of-lead.ts";

/** What an erasure changes in the ledger, and how it finds what to change. */

/** A list of bids without what they carried: a buyer may have put into its bid what it was told of the person. */
const bare = (column: string, list: string): string =>
  `json_set(${column}, '$.${list}', json((SELECT json_group_array(json_set(value, '$.carried', json('{}'))) FROM json_each(${column}, '$.${list}'))))`;

/**
 * Destroys the sealed content of a lead, of its deliveries and of its auctions, and what a person is found by. Repeats change nothing.
 * A lead's further auctions are named by the steps of its story.
 */
export async function eraseRows(db: D1Database, lead_id: string, at: number): Promise<void> {
  await db.batch([
    db
      .prepare(
        `UPDATE leads SET sealed = '', wrapped_key = '', phone_mark = NULL, email_mark = NULL, erased_at = coalesce(erased_at, ?2),
           story = CASE WHEN story IS NULL THEN NULL ELSE ${bare("story", "plan")} END WHERE lead_id = ?1`,
      )
      .bind(lead_id, at),
    db
      .prepare(`UPDATE deliveries SET sealed = NULL WHERE ${ofLead("attempt_id")} AND sealed IS NOT NULL`)
      .bind(lead_id),
    db
      .prepare(
        `UPDATE auctions SET record = json_remove(${bare("record", "ranked")}, '$.sealed') WHERE ping_id IN (
           SELECT ping_id FROM leads WHERE lead_id = ?1
           UNION ALL
           SELECT json_extract(step.value, '$.detail.auction') FROM leads, json_each(leads.story, '$.steps') AS step
             WHERE lead_id = ?1 AND json_extract(step.value, '$.step') = 're_auctioned')`,
      )
      .bind(lead_id),
  ]);
}

/** Leads of this person that the ledger still finds by these marks. */
export async function leadsByMarks(db: D1Database, marks: string[], limit: number): Promise<string[]> {
  const { results } = await db
    .prepare(
      "SELECT lead_id FROM leads WHERE phone_mark IN (SELECT value FROM json_each(?1)) UNION SELECT lead_id FROM leads WHERE email_mark IN (SELECT value FROM json_each(?1)) ORDER BY lead_id LIMIT ?2",
    )
    .bind(JSON.stringify(marks), limit)
    .all<{ lead_id: string }>();
  return results.map((row) => row.lead_id);
}

/** Buyers that held or were posted the lead. */
export async function buyersOf(db: D1Database, lead_id: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT buyer_id FROM reservations WHERE ${ofLead("reservation_id")} UNION SELECT buyer_id FROM deliveries WHERE ${ofLead("attempt_id")}`,
    )
    .bind(lead_id)
    .all<{ buyer_id: string }>();
  return results.map((row) => row.buyer_id);
}
