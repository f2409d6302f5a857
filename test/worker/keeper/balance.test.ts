import { beforeEach, expect, test } from "vitest";
import { lookAtBalance, type Summing } from "../../../worker/flows/jobs/reconcile-look.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import { movementsInLedger } from "../../../worker/ledger/compare.ts";
import { AT, db } from "../ledger/support.ts";

beforeEach(async () => {
  await db.prepare("DELETE FROM money_movements").run();
});

/** So many charges of one unit, several in each ms, and somebody else's beside them. */
const charges = (count: number, at = AT) =>
  db
    .prepare(
      "WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i + 1 < ?1) INSERT INTO money_movements (id, month, at, account, kind, amount, ref, n) SELECT printf('r%06d', i) || ?2 || account, 202611, ?2 + i / 3, account, 'capture', -1, 'r', 1 FROM c, (SELECT 'buyer:acme' AS account UNION ALL SELECT 'buyer:beta' UNION ALL SELECT 'house')",
    )
    .bind(count, at)
    .run();
const context = (balance: number, at: number, outbox = 0) => ({
  db,
  g: { account: () => ({ glance: async () => ({ balance, outbox, at }) }) } as unknown as Gateway,
});

test("movements are added up page by page, each once", async () => {
  await charges(100);
  const sums: number[] = [];
  let after = { at: 0, id: "" };
  for (let pages = 0; pages < 20; pages++) {
    const page = await movementsInLedger(db, "buyer:acme", { until: AT + 1_000, after }, 7);
    sums.push(page.sum);
    if (!page.next) break;
    after = page.next;
  }
  expect(sums).toEqual([...Array(14).fill(-7), -2]);
});

test("a page that ends with the last movement is followed by an empty one", async () => {
  await charges(14);
  const first = await movementsInLedger(db, "buyer:acme", { until: AT + 1_000, after: { at: 0, id: "" } }, 14);
  expect(first).toMatchObject({ sum: -14, next: { at: AT + 4 } });
  const after = first.next ?? { at: 0, id: "" };
  expect(await movementsInLedger(db, "buyer:acme", { until: AT + 1_000, after }, 14)).toEqual({ sum: 0, next: null });
});

test("a balance of very many movements takes several steps; a sale meanwhile does not matter", async () => {
  await charges(20_500);
  const at = AT + 60_000;
  const first = await lookAtBalance(context(-20_500, at), "acme", null);
  expect(first).toEqual({ more: { balance: -20_500, until: at, sum: -20_000, after: expect.anything() } });
  await charges(3, at);
  const known = (first as { more: Summing }).more;
  expect(await lookAtBalance(context(-20_503, at + 9_000), "acme", known)).toEqual({ found: [] });
});

test("one that is missing is found, and events on their way say nothing", async () => {
  await charges(3);
  expect(await lookAtBalance(context(-4, AT + 1_000), "acme", null)).toEqual({
    found: [{ kind: "balance_differs_in_ledger", subject: "buyer:acme", detail: { account: -4, ledger: -3 } }],
  });
  expect(await lookAtBalance(context(-4, AT + 1_000, 1), "acme", null)).toEqual({ found: "busy" });
});
