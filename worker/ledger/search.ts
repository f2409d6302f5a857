/** The lead that a ping's post became; null: nobody posted it (or its book has not told D1 yet). */
export async function leadOfPing(db: D1Database, ping_id: string): Promise<string | null> {
  const row = await db
    .prepare("SELECT lead_id FROM leads WHERE ping_id = ?1")
    .bind(ping_id)
    .first<{ lead_id: string }>();
  return row?.lead_id ?? null;
}
