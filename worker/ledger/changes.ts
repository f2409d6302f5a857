/** Rows of the three change streams, bodies as JSON text: what a snapshot is built from. */
export interface Changes {
  config: { kind: string; id: string; seq: number; version: number; body: string }[];
  status: { kind: string; id: string; seq: number; body: string }[];
  suppressions: { hash: string; seq: number; removed: number }[];
}
/** The highest `seq` seen of each stream; 0 = nothing yet. */
export interface Since {
  config: number;
  status: number;
  suppressions: number;
}

/**
 * Rows. Configuration bodies may be large (filters of thousands of entries), the other rows are not: of those a page ends with the row
 * that passes `chars`, for a page is in memory three times while it is read (an answer of D1 is JSON, with JSON in it).
 */
const PAGE = { config: 500, chars: 2_000_000, status: 2_000, suppressions: 5_000 } as const;

const CONFIG_PAGE = `SELECT kind, id, seq, version, body FROM (
  SELECT kind, id, seq, version, body, sum(length(body)) OVER (ORDER BY seq) - length(body) AS before
  FROM (SELECT kind, id, seq, version, body FROM config WHERE seq > ?1 ORDER BY seq LIMIT ?2)
) WHERE before < ?3 ORDER BY seq`;

/**
 * Everything that changed since: one batch of three bounded selects, further ones only where a page was full. A row that changes
 * between two pages moves to the end of its stream, so none is missed; a repeated one is applied twice, harmlessly.
 * `keep`: what is kept of a configuration's body once its page is there, so that 40 MB of lists are never here as a whole.
 * @throws what D1 throws; then nothing of it may be taken as complete
 */
export async function loadChanges(
  db: D1Database,
  since: Since,
  keep: (kind: string, body: string) => string = (_, body) => body,
  page: { [K in keyof typeof PAGE]: number } = PAGE,
): Promise<Changes> {
  const all: Changes = { config: [], status: [], suppressions: [] };
  const from = { ...since };
  for (;;) {
    const results = await db.batch([
      db.prepare(CONFIG_PAGE).bind(from.config, page.config, page.chars),
      db
        .prepare("SELECT kind, id, seq, body FROM status WHERE seq > ?1 ORDER BY seq LIMIT ?2")
        .bind(from.status, page.status),
      db
        .prepare("SELECT hash, seq, removed FROM suppressions WHERE seq > ?1 ORDER BY seq LIMIT ?2")
        .bind(from.suppressions, page.suppressions),
    ]);
    const [config, status, suppressions] = results.map((result) => result.results);
    const records = (config ?? []) as Changes["config"];
    const chars = records.reduce((sum, { body }) => sum + body.length, 0);
    for (const row of records) all.config.push({ ...row, body: keep(row.kind, row.body) });
    all.status.push(...((status ?? []) as Changes["status"]));
    all.suppressions.push(...((suppressions ?? []) as Changes["suppressions"]));
    from.config = all.config[all.config.length - 1]?.seq ?? from.config;
    from.status = all.status[all.status.length - 1]?.seq ?? from.status;
    from.suppressions = all.suppressions[all.suppressions.length - 1]?.seq ?? from.suppressions;
    const full =
      records.length >= page.config ||
      chars >= page.chars ||
      (status?.length ?? 0) >= page.status ||
      (suppressions?.length ?? 0) >= page.suppressions;
    if (!full) return all;
  }
}
