/** Was this contract ever live? Then it has been through its ramp. A version that names no stage is from before there were any. */
export async function wasLive(db: D1Database, contract_id: string): Promise<boolean> {
  const row = await db
    .prepare(
      "SELECT 1 AS found FROM config_history WHERE kind = 'contract' AND id = ?1 AND coalesce(json_extract(body, '$.stage'), 'live') = 'live' LIMIT 1",
    )
    .bind(contract_id)
    .first<{ found: number }>();
  return row !== null;
}
