/** The newest result of one check of a contract. Holds nothing personal and no credential. */
export interface ContractCheck {
  contract_id: string;
  /** `test_ping`, `test_post`, or a step of the going-live checklist. */
  name: string;
  /** Epoch ms. */
  at: number;
  ok: boolean;
  /** What was found, as JSON. */
  detail: Record<string, unknown>;
  author: string;
  /** The versions that were checked: after a change of either the check may have to be made again. */
  contract_version: number;
  endpoint_version: number;
}
type Row = Omit<ContractCheck, "ok" | "detail"> & { ok: number; detail: string };

/** Characters of `detail` that are kept. */
const DETAIL_LIMIT = 20_000;

/** Replaces the check's earlier result; an older one than what is there changes nothing. */
export async function writeContractCheck(db: D1Database, check: ContractCheck): Promise<void> {
  const text = JSON.stringify(check.detail);
  const detail = text.length > DETAIL_LIMIT ? JSON.stringify({ cut: text.slice(0, DETAIL_LIMIT) }) : text;
  const { contract_id, name, at, ok, author, contract_version, endpoint_version } = check;
  await db
    .prepare(
      "INSERT INTO contract_checks (contract_id, name, at, ok, detail, author, contract_version, endpoint_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (contract_id, name) DO UPDATE SET at = excluded.at, ok = excluded.ok, detail = excluded.detail, author = excluded.author, contract_version = excluded.contract_version, endpoint_version = excluded.endpoint_version WHERE excluded.at >= contract_checks.at",
    )
    .bind(contract_id, name, at, ok ? 1 : 0, detail, author, contract_version, endpoint_version)
    .run();
}

/** Every check that was made of a contract, by name. */
export async function contractChecks(db: D1Database, contract_id: string): Promise<ContractCheck[]> {
  const { results } = await db
    .prepare(
      "SELECT contract_id, name, at, ok, detail, author, contract_version, endpoint_version FROM contract_checks WHERE contract_id = ?1 ORDER BY name LIMIT 200",
    )
    .bind(contract_id)
    .all<Row>();
  return results.map((row) => ({
    ...row,
    ok: row.ok === 1,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  }));
}
