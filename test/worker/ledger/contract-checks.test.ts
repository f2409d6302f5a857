import { beforeEach, expect, test } from "vitest";
import { type ContractCheck, contractChecks, writeContractCheck } from "../../../worker/ledger/contract-checks.ts";
import { AT, db } from "./support.ts";

const check = (changes: Partial<ContractCheck> = {}): ContractCheck => ({
  contract_id: "acme_auto",
  name: "test_post",
  at: AT,
  ok: true,
  detail: { outcome: "accepted" },
  author: "alice",
  contract_version: 2,
  endpoint_version: 3,
  ...changes,
});

beforeEach(async () => void (await db.prepare("DELETE FROM contract_checks").run()));

test("the newest result of each check is kept, whoever writes last", async () => {
  await writeContractCheck(db, check());
  await writeContractCheck(db, check({ name: "test_ping", ok: false, detail: { outcome: "error" } }));
  await writeContractCheck(db, check({ at: AT + 1, ok: false, author: "bob", endpoint_version: 4 }));
  await writeContractCheck(db, check({ at: AT - 1, detail: { outcome: "old" } }));
  await writeContractCheck(db, check({ contract_id: "other" }));
  expect(await contractChecks(db, "acme_auto")).toEqual([
    check({ name: "test_ping", ok: false, detail: { outcome: "error" } }),
    check({ at: AT + 1, ok: false, author: "bob", endpoint_version: 4 }),
  ]);
  expect(await contractChecks(db, "nobody")).toEqual([]);
});

test("a detail that is too long is cut, not refused", async () => {
  await writeContractCheck(db, check({ detail: { text: "x".repeat(50_000) } }));
  const [kept] = await contractChecks(db, "acme_auto");
  expect(JSON.stringify(kept?.detail).length).toBeLessThan(25_000);
});
