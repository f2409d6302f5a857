import { beforeEach, expect, test } from "vitest";
import { listAudit, writeAuditOnce } from "../../../worker/ledger/audit.ts";
import { loadChanges } from "../../../worker/ledger/changes.ts";
import {
  changeConfig,
  history,
  listConfig,
  readConfig,
  readConfigs,
  readVersion,
} from "../../../worker/ledger/config-store.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { listSuppressions, suppress, unsuppress } from "../../../worker/ledger/suppressions.ts";
import { AT, db, rows, status } from "./support.ts";

beforeEach(async () => {
  await db.batch(
    ["config", "config_history", "status", "suppressions", "audit"].map((table) => db.prepare(`DELETE FROM ${table}`)),
  );
  await db.prepare("DELETE FROM sqlite_sequence").run();
});

const change = (id: string, body: object, expect_version?: number) =>
  changeConfig(db, {
    kind: "buyer",
    id,
    body: { id, ...body },
    author: "alice",
    reason: "why not",
    at: AT,
    expect_version,
  });

test("a change is a version, with its history and a number among all changes", async () => {
  expect(await change("acme", { name: "A" })).toEqual({ kind: "changed", version: 1, seq: 1 });
  expect(await change("beta", { name: "B" })).toEqual({ kind: "changed", version: 1, seq: 2 });
  expect(await change("acme", { name: "AA" })).toEqual({ kind: "changed", version: 2, seq: 3 });
  expect(await readConfig(db, "buyer", "acme")).toEqual({
    kind: "buyer",
    id: "acme",
    seq: 3,
    version: 2,
    body: { id: "acme", name: "AA" },
    author: "alice",
    updated_at: AT,
  });
  const past = await history(db, "buyer", "acme", { limit: 10 });
  expect(past.items.map((v) => [v.version, v.body.name, v.author, v.reason])).toEqual([
    [2, "AA", "alice", "why not"],
    [1, "A", "alice", "why not"],
  ]);
  expect((await readVersion(db, "buyer", "acme", 1))?.body).toEqual({ id: "acme", name: "A" });
  expect(await readVersion(db, "buyer", "acme", 3)).toBeNull();
  expect(await readConfig(db, "campaign", "acme")).toBeNull();
});

test.each([
  [undefined, 0, "changed"],
  [undefined, 2, "changed"],
  [0, 0, "changed"],
  [0, 1, "conflict"],
  [1, 0, "conflict"],
  [1, 1, "changed"],
  [1, 2, "conflict"],
  [3, 2, "conflict"],
] as const)("expecting version %s of %s: %s", async (expected, there, kind) => {
  for (let i = 0; i < there; i++) await change("acme", { name: `v${i + 1}` });
  const reply = await change("acme", { name: "new" }, expected);
  expect(reply.kind).toBe(kind);
  expect(reply.version).toBe(kind === "changed" ? there + 1 : there);
  const stored = await readConfig(db, "buyer", "acme");
  expect(stored?.version ?? 0).toBe(kind === "changed" ? there + 1 : there);
  expect((await history(db, "buyer", "acme", { limit: 10 })).items).toHaveLength(
    kind === "changed" ? there + 1 : there,
  );
});

test("of many changes from the same version one is made", async () => {
  await change("acme", { name: "A" });
  const replies = await Promise.all(Array.from({ length: 10 }, (_, i) => change("acme", { name: `N${i}` }, 1)));
  expect(replies.filter((reply) => reply.kind === "changed")).toHaveLength(1);
  expect((await readConfig(db, "buyer", "acme"))?.version).toBe(2);
});

test("the audit has a change that was made, and none that was not", async () => {
  const audited = (expect_version: number) =>
    changeConfig(db, {
      kind: "buyer",
      id: "acme",
      body: {},
      author: "bob",
      at: AT,
      expect_version,
      audit: { action: "pause", detail: "late payer" },
    });
  await audited(0);
  await audited(0);
  expect(await rows("SELECT at, author, action, target, detail FROM audit")).toEqual([
    { at: AT, author: "bob", action: "pause", target: "buyer:acme", detail: "late payer" },
  ]);
});

test("an audit line that is written once", async () => {
  const line = { at: AT, author: "bob", action: "deposit", target: "buyer:acme", detail: "{}" };
  await writeAuditOnce(db, line);
  await writeAuditOnce(db, { ...line, at: AT + 1 });
  await writeAuditOnce(db, { ...line, detail: '{"id":2}' });
  const page = await listAudit(db, { target: "buyer:acme", limit: 1 });
  expect(page.items.map((row) => row.detail)).toEqual(['{"id":2}']);
  expect(
    (await listAudit(db, { target: "buyer:acme", before: page.next ?? 0, limit: 5 })).items.map((row) => row.at),
  ).toEqual([AT]);
  expect((await listAudit(db, { author: "alice", limit: 5 })).items).toEqual([]);
});

test("lists are pages by id, and may look into the body", async () => {
  for (const id of ["d", "a", "c", "b", "e"]) await change(id, { status: id < "c" ? "paused" : "active" });
  const first = await listConfig(db, "buyer", { limit: 2 });
  expect([first.items.map((i) => i.id), first.next]).toEqual([["a", "b"], "b"]);
  const rest = await listConfig(db, "buyer", { after: "b", limit: 3 });
  expect([rest.items.map((i) => i.id), rest.next]).toEqual([["c", "d", "e"], null]);
  const paused = await listConfig(db, "buyer", { limit: 9, where: { status: "paused" } });
  expect(paused.items.map((i) => i.id)).toEqual(["a", "b"]);
  const some = await readConfigs(db, [
    { kind: "buyer", id: "a" },
    { kind: "buyer", id: "x" },
    { kind: "campaign", id: "b" },
  ]);
  expect(some.map((i) => i.id)).toEqual(["a"]);
});

test("changes since: each stream by its own number, over as many pages as it takes", async () => {
  for (let i = 0; i < 5; i++) await change(`b${i}`, {});
  await change("b1", { name: "changed" });
  await projectTo(db, () => AT)("o", [status("c1", 1), status("c2", 2), status("c3", 3)]);
  for (const hash of ["h1", "h2"]) await suppress(db, { hash, reason: "asked", author: "a", at: AT });
  const all = await loadChanges(
    db,
    { config: 0, status: 0, suppressions: 0 },
    (kind, body) => `${kind}: ${body.length}`,
    { config: 2, chars: 1_000, status: 2, suppressions: 2 },
  );
  expect(all.config[0]?.body).toMatch(/^buyer: \d+$/);
  expect(all.config.map((row) => [row.id, row.seq])).toEqual([
    ["b0", 1],
    ["b2", 3],
    ["b3", 4],
    ["b4", 5],
    ["b1", 6],
  ]);
  expect(all.status.map((row) => row.id)).toEqual(["c1", "c2", "c3"]);
  expect(all.suppressions).toEqual([
    { hash: "h1", seq: 1, removed: 0 },
    { hash: "h2", seq: 2, removed: 0 },
  ]);
  await unsuppress(db, { hash: "h1", reason: "mistake", author: "a", at: AT });
  const later = await loadChanges(db, { config: 5, status: 3, suppressions: 2 });
  expect(later.config.map((row) => row.id)).toEqual(["b1"]);
  expect(later.status).toEqual([]);
  expect(later.suppressions).toEqual([{ hash: "h1", seq: 3, removed: 1 }]);
});

test("changes since: a page ends with the record that makes it too long, and the next goes on", async () => {
  for (let i = 0; i < 6; i++) await change(`b${i}`, { notes: "x".repeat(i === 3 ? 5_000 : 400) });
  const pages: string[] = [];
  const batch = db.batch.bind(db);
  const counting = Object.create(db, {
    batch: {
      value: async (statements: D1PreparedStatement[]) => {
        const results = await batch(statements);
        pages.push(((results[0]?.results ?? []) as { id: string }[]).map(({ id }) => id).join(" "));
        return results;
      },
    },
    prepare: { value: db.prepare.bind(db) },
  });
  const page = { config: 10, chars: 1_000, status: 10, suppressions: 10 };
  const all = await loadChanges(counting, { config: 0, status: 0, suppressions: 0 }, (_, body) => body, page);
  expect(pages).toEqual(["b0 b1 b2", "b3", "b4 b5"]);
  expect(all.config.map((row) => row.id)).toEqual(["b0", "b1", "b2", "b3", "b4", "b5"]);
});

test("a hash leaves the list once, and may come back", async () => {
  const row = { hash: "h1", reason: "asked", author: "a", at: AT };
  await suppress(db, row);
  expect(await unsuppress(db, row)).toBe(true);
  expect(await unsuppress(db, row)).toBe(false);
  expect((await listSuppressions(db, { limit: 5 })).items).toEqual([]);
  await suppress(db, { ...row, reason: "asked again" });
  expect((await listSuppressions(db, { limit: 5 })).items).toEqual([{ ...row, reason: "asked again" }]);
  expect((await rows("SELECT action FROM audit ORDER BY id")).map((r) => r.action)).toEqual([
    "suppress",
    "unsuppress",
    "suppress",
  ]);
});
