import { expect, test } from "vitest";
import { auditStatement, versionsStatement } from "../../../worker/ledger/change-log.ts";
import { AT, BUYER, db, ENDPOINT, emptied, fieldsOf, seeded, world } from "./support.ts";

type Item = {
  action: string;
  target: string;
  author: string;
  reason: string | null;
  version: number | null;
  changes: unknown;
};

test("who did what, with before and after; a switch is one entry, and no secret is in any", async () => {
  await emptied();
  await seeded();
  let at = AT;
  const w = world({ now: () => ++at });
  await w.call("PATCH", `/buyers/${BUYER.id}?reason=more+credit`, { credit_limit: 50 });
  await w.call("POST", `/buyers/${BUYER.id}/pause`, { reason: "they asked for it" });
  await w.call("PATCH", `/endpoints/${ENDPOINT.id}/credentials`, { credentials: { token: "CANARY-new" } });
  const { body } = await w.call("GET", `/changes?from=${AT + 1}`);
  const items = body.items as Item[];
  expect(items.map(({ action, target, reason, changes }) => ({ action, target, reason, changes }))).toEqual([
    {
      action: "change",
      target: "endpoint:acme_http",
      reason: "credentials changed",
      changes: [{ field: "secrets.token", before: "set", after: "replaced" }],
    },
    {
      action: "pause",
      target: "buyer:acme",
      reason: "they asked for it",
      changes: [{ field: "status", before: null, after: "paused" }],
    },
    {
      action: "change",
      target: "buyer:acme",
      reason: "more credit",
      changes: [{ field: "credit_limit", before: "21.105", after: "50" }],
    },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/CANARY|sealed\(/);
  const one = async (query: string) =>
    ((await w.call("GET", `/changes?${query}`)).body.items as Item[]).map(
      ({ action, version }) => `${action} ${version}`,
    );
  expect(await one(`target=buyer%3Aacme&from=${AT + 1}`)).toEqual(["pause 3", "change 2"]);
  expect(await one("action=pause")).toEqual(["pause 3"]);
  expect(await one(`action=change&author=alice&from=${AT + 1}`)).toEqual(["change 2", "change 2"]);
  expect(await one("author=nobody")).toEqual([]);
});

test("pages meet without gap or overlap, also within one moment", async () => {
  await emptied();
  await seeded();
  const w = world();
  const whole = (await w.call("GET", "/changes?limit=100")).body.items as { id: string }[];
  const seen: string[] = [];
  let next: unknown = "";
  for (let pages = 0; next !== null && pages < 50; pages++) {
    const { body } = await w.call("GET", `/changes?limit=2${next === "" ? "" : `&after=${String(next)}`}`);
    seen.push(...(body.items as { id: string }[]).map(({ id }) => id));
    next = body.next;
  }
  expect(seen).toEqual(whole.map(({ id }) => id));
  expect(new Set(seen).size).toBe(seen.length);
});

test.each([
  ["/changes?target=acme", "target"],
  ["/changes?after=x", "after"],
  ["/changes?limit=101", "limit"],
])("422: %s", async (path, field) => {
  expect(fieldsOf((await world().call("GET", path)).body)).toEqual([field]);
});

const SPAN = { from: 0, to: AT };
const AFTER = { at: AT, id: 9 };
test.each([
  [versionsStatement(SPAN, AFTER, 10), "config_history_at"],
  [versionsStatement({ ...SPAN, author: "alice" }, AFTER, 10), "config_history_author"],
  [versionsStatement({ ...SPAN, author: "alice", target: "buyer:acme" }, AFTER, 10), "config_history_record"],
  [auditStatement(SPAN, AFTER, 10), "audit_at"],
  [auditStatement({ ...SPAN, author: "alice", action: "pause" }, AFTER, 10), "audit_author"],
  [auditStatement({ ...SPAN, action: "pause" }, AFTER, 10), "audit_action"],
  [auditStatement({ ...SPAN, target: "buyer:acme", author: "alice", action: "pause" }, AFTER, 10), "audit_target"],
])("%j is found by the index %s", async ([sql, values], index) => {
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind(...values)
    .all<{ detail: string }>();
  const plan = results.map((row) => row.detail).join("; ");
  expect(plan).toContain(`USING INDEX ${index} (`);
  expect(plan).not.toContain("TEMP B-TREE");
});
