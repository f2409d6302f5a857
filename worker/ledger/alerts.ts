/**
 * An alert that no object tells of: what a caller said. Written before the caller is answered, so that a repeat of the call makes up
 * for one that was lost; the same id is the same alert.
 */
export async function writeAlert(
  db: D1Database,
  alert: { id: string; at: number; kind: string; subject: string; message: string; month: number },
): Promise<void> {
  const { id, at, kind, subject, message, month } = alert;
  await db
    .prepare(
      "INSERT INTO alerts (id, month, at, kind, subject, message, n) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id, month, at, kind, subject, message)
    .run();
}
