/** What an erasure changes in the ledger, and how it finds what to change. */

/** Destroys the sealed content of a lead, of its deliveries and of its auction, and what a person is found by. Repeats change nothing. */
export async function eraseRows(db: D1Database, lead_id: string, at: number): Promise<void> {
  await db.batch([
    db
      .prepare(
        "UPDATE leads SET sealed = '', wrapped_key = '', phone_mark = NULL, email_mark = NULL, erased_at = coalesce(erased_at, ?2) WHERE lead_id = ?1",
      )
      .bind(lead_id, at),
    db.prepare("UPDATE deliveries SET sealed = NULL WHERE lead_id = ?1 AND sealed IS NOT NULL").bind(lead_id),
    db
      .prepare(
        "UPDATE auctions SET record = json_remove(record, '$.sealed') WHERE ping_id = (SELECT ping_id FROM leads WHERE lead_id = ?1)",
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

/** Buyers that held or were posted the lead. A reservation's id begins with its lead's, so that the primary key finds it. */
export async function buyersOf(db: D1Database, lead_id: string): Promise<string[]> {
  const { results } = await db
    .prepare(
      "SELECT buyer_id FROM reservations WHERE reservation_id >= ?1 || '_' AND reservation_id < ?1 || '`' UNION SELECT buyer_id FROM deliveries WHERE lead_id = ?1",
    )
    .bind(lead_id)
    .all<{ buyer_id: string }>();
  return results.map((row) => row.buyer_id);
}
