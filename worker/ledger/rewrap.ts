/** Texts in the ledger that are sealed or wrapped with a key of the ring; and which keys those are. */

/** One row of something wrapped: its id and the text, which begins with the key's name and a dot. */
export interface Wrapped {
  id: string;
  text: string;
}
export const WRAPPED = ["leads", "consent_proofs", "auctions"] as const;
export type WrappedTable = (typeof WRAPPED)[number];

const PARTS: Record<WrappedTable, { key: string; text: string; set: string }> = {
  leads: { key: "lead_id", text: "wrapped_key", set: "wrapped_key = json_extract(j.value, '$.to')" },
  consent_proofs: { key: "lead_id", text: "wrapped_key", set: "wrapped_key = json_extract(j.value, '$.to')" },
  auctions: {
    key: "ping_id",
    text: "json_extract(record, '$.sealed')",
    set: "record = json_set(record, '$.sealed', json_extract(j.value, '$.to'))",
  },
};

/** The next rows by id, whatever their key; what was erased or holds nothing sealed has an empty text. */
export async function wrappedAfter(
  db: D1Database,
  table: WrappedTable,
  after: string,
  limit: number,
): Promise<Wrapped[]> {
  const { key, text } = PARTS[table];
  const { results } = await db
    .prepare(
      `SELECT ${key} AS id, coalesce(${text}, '') AS text FROM ${table} WHERE ${key} > ?1 ORDER BY ${key} LIMIT ?2`,
    )
    .bind(after, limit)
    .all<Wrapped>();
  return results;
}

/** Each text only where it is still the one that was read. Returns how many rows were changed. */
export async function replaceWrapped(
  db: D1Database,
  table: WrappedTable,
  changes: { id: string; from: string; to: string }[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const { key, text, set } = PARTS[table];
  const done = await db
    .prepare(
      `UPDATE ${table} SET ${set} FROM json_each(?1) j WHERE ${key} = json_extract(j.value, '$.id') AND ${text} = json_extract(j.value, '$.from')`,
    )
    .bind(JSON.stringify(changes))
    .run();
  return done.meta.changes;
}

/** Rows by the name of their key. Reads the whole table: for an operator who is about to take a key out. */
export async function keysIn(db: D1Database, table: WrappedTable): Promise<Record<string, number>> {
  const { text } = PARTS[table];
  const { results } = await db
    .prepare(
      `SELECT substr(text, 1, instr(text, '.') - 1) AS name, count(*) AS n FROM (SELECT ${text} AS text FROM ${table}) WHERE text <> '' GROUP BY 1`,
    )
    .all<{ name: string; n: number }>();
  return Object.fromEntries(results.map((row) => [row.name, row.n]));
}
