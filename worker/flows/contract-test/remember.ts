import { writeAudit } from "../../ledger/audit.ts";
import { writeContractCheck } from "../../ledger/contract-checks.ts";
import type { TestReport } from "./report.ts";

/** Who tested what, and what came of it: in the audit, and as the contract's last result of each phase. Pasted answers prove nothing. */
export async function remember(db: D1Database, report: TestReport, author: string): Promise<void> {
  if (!report.sent) return;
  const { contract_id, contract_version, endpoint_version, phases, findings } = report;
  const at = Date.parse(report.at);
  const detail = phases.map(({ phase, outcome }) => `${phase}: ${outcome}`).join(", ");
  await writeAudit(db, { at, author, action: "test_contract", target: `contract:${contract_id}`, detail });
  const errors = findings.filter(({ level }) => level === "error").map(({ code, message }) => ({ code, message }));
  for (const { phase, outcome, reason, ms, exchanges } of phases) {
    const http_status = exchanges.at(-1)?.answer?.status ?? null;
    await writeContractCheck(db, {
      contract_id,
      name: `test_${phase}`,
      at,
      ok: outcome === (phase === "ping" ? "bid" : "accepted"),
      detail: { outcome, reason, ms, http_status, errors: errors.slice(0, 20) },
      author,
      contract_version,
      endpoint_version,
    });
  }
}
