import { expect, it } from "vitest";
import { clearTable, oldTable } from "../../../durable-objects/book/page-tables.ts";
import { Pages } from "../../../durable-objects/book/pages.ts";
import { migrate } from "../../../durable-objects/book/tables.ts";
import { makeId } from "../../../worker/crypto/ids.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { auction, T0 } from "./fixtures.ts";

const SECRET = "a-secret-of-the-tests-with-32-characters";
const idAt = (at: number, n: number) => makeId(SECRET, "p", "enam-00", at, new Uint8Array(9).fill(n));
const entry = (ping_id: string) => ({ record: auction({ ping_id }), listed: false });

/** 300 pages, a second apart, of two pings each. */
function filled() {
  const sql = nodeSql();
  migrate(sql);
  const pages = new Pages(sql);
  const ids = Array.from({ length: 600 }, (_, n) => idAt(T0 + Math.floor(n / 2) * 1_000, n % 251));
  for (let n = 0; n < 300; n++)
    pages.add(10 + 3 * n, T0 + n * 1_000 + 400, [entry(ids[2 * n] ?? ""), entry(ids[2 * n + 1] ?? "")]);
  return { sql, pages, ids };
}

it("find a ping by memory, and after a restart, with its place", () => {
  const { sql, pages, ids } = filled();
  for (const of of [pages, new Pages(sql)]) {
    const found = of.find(ids[301] ?? "");
    expect([found?.record.ping_id, found?.index, found?.page.first_n]).toEqual([ids[301], 1, 10 + 3 * 150]);
    expect(of.find(idAt(T0 + 60_000, 250))).toBeNull();
  }
  expect([pages.count(), pages.last()]).toEqual([600, 10 + 3 * 299 + 1]);
});

it("find an older ping than is known by heart by the time in its id alone", () => {
  const { sql, ids } = filled();
  const looks: (string | number | null)[][] = [];
  const watched: typeof sql = {
    run: sql.run,
    transaction: sql.transaction,
    all: (query, ...bindings) => {
      if (query.includes("instr(ids")) looks.push(bindings);
      return sql.all(query, ...bindings);
    },
  };
  const pages = new Pages(watched, 10);
  expect(pages.find(ids[301] ?? "")?.record.ping_id).toBe(ids[301]);
  // From half a minute before its second to two minutes after.
  expect(looks).toEqual([[expect.any(Number), expect.any(Number), ids[301]]]);
  const [from = 0, to = 0] = (looks[0] ?? []).map(Number);
  expect([(from - 10) / 3, (to - 10) / 3].map(Math.round)).toEqual([119, 269]);
  // One that is newer than what is known by heart, and unknown, is looked for nowhere.
  expect(pages.find(idAt(T0 + 400_000, 7))).toBeNull();
  expect(looks).toHaveLength(1);
  expect(pages.find(ids[599] ?? "")?.page.first_n).toBe(10 + 3 * 299);
  expect(looks).toHaveLength(1);
});

it("tell whether a ping is here without reading its page, by heart or not", () => {
  const { sql, ids } = filled();
  const bodies: string[] = [];
  const watched: typeof sql = {
    ...{ run: sql.run, transaction: sql.transaction },
    all: (query, ...bindings) => {
      if (query.includes("body")) bodies.push(query);
      return sql.all(query, ...bindings);
    },
  };
  const pages = new Pages(watched, 10);
  for (const id of [ids[599], ids[301], ids[0]]) expect(pages.has(id ?? "")).toBe(true);
  expect([pages.has(idAt(T0 + 400_000, 7)), pages.has("odd")]).toEqual([false, false]);
  const old = oldTable(sql, Number.MAX_SAFE_INTEGER);
  if (!old) throw new Error("there must be a table");
  clearTable(sql, old);
  expect(pages.has(ids[599] ?? "")).toBe(false);
  expect(bodies).toEqual([]);
});

it("write one auction again and leave its neighbour", () => {
  const { pages, ids } = filled();
  const found = pages.find(ids[7] ?? "");
  if (!found) throw new Error("no such ping");
  pages.replace(found, { ...found.record, took_ms: 999 });
  expect([pages.find(ids[7] ?? "")?.record.took_ms, pages.find(ids[6] ?? "")?.record.took_ms]).toEqual([
    999,
    auction().took_ms,
  ]);
});

it("an id without a time is looked for everywhere", () => {
  const { sql, pages } = filled();
  pages.add(5_000, T0 + 900_000, [entry("odd")]);
  expect(new Pages(sql).find("odd")?.page.first_n).toBe(5_000);
  expect(pages.find("odder")).toBeNull();
});

it("a batch that one row cannot hold is several pages, whose numbers follow each other", () => {
  const { sql, pages } = filled();
  const ids = Array.from({ length: 190 }, (_, n) => idAt(T0 + 400_000, n));
  // As large as an auction of 50 buyers.
  const large = ids.map((ping_id) => ({
    ...entry(ping_id),
    record: auction({ ping_id, facts: { zip: "x".repeat(20_000) } }),
  }));
  pages.add(2_000, T0 + 400_000, large);
  const rows = sql.all<{ first_n: number; last_n: number; bytes: number }>(
    "SELECT first_n, last_n, length(CAST(body AS BLOB)) + length(ids) AS bytes FROM pages WHERE first_n >= 2000 ORDER BY first_n",
  );
  // A row of an object ends at 2 MB.
  expect(Math.max(...rows.map(({ bytes }) => bytes))).toBeLessThan(1_900_000);
  expect(rows.map(({ first_n }) => first_n)).toEqual([2_000, ...rows.slice(0, -1).map(({ last_n }) => last_n + 1)]);
  expect([pages.last(), pages.count()]).toEqual([2_189, 790]);
  for (const of of [pages, new Pages(sql)])
    for (const n of [0, 95, 189]) expect(of.find(ids[n] ?? "")?.record.ping_id).toBe(ids[n]);
  expect([...pages.after(1_999)].flatMap(({ page }) => page.entries.map(({ record }) => record.ping_id))).toEqual(ids);
});

const HALF_DAY = 43_200_000;
const start = Math.floor(T0 / HALF_DAY) * HALF_DAY;

it("are read over all half days as one, without a sort and without a scan", () => {
  const { sql, pages } = filled();
  for (let n = 0; n < 30; n++) pages.add(10_000 + n, start + n * HALF_DAY, [entry(idAt(start + n * HALF_DAY, n))]);
  const queries = new Set<string>();
  const watched: typeof sql = {
    ...{ run: sql.run, transaction: sql.transaction },
    all: (query, ...bindings) => {
      queries.add(query);
      return sql.all(query, ...bindings);
    },
  };
  const again = new Pages(watched, 10);
  expect(again.find(idAt(start + 3 * HALF_DAY, 3))?.page.first_n).toBe(10_003);
  expect([again.has("odd"), again.last(), again.count()]).toEqual([false, 10_029, 630]);
  expect([...again.after(10_020)].map(({ page }) => page.first_n)).toEqual([...Array(9)].map((_, i) => 10_021 + i));
  expect(again.pendingAfter(10_025)).toEqual({ events: 4, oldest_at: start + 26 * HALF_DAY });
  const ofView = [...queries].filter((query) => query.includes("FROM pages"));
  expect(ofView.length).toBeGreaterThan(6);
  for (const query of ofView) {
    const bindings = Array.from(query.matchAll(/\?/g), () => 1);
    const plan = sql.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...bindings).map(({ detail }) => detail);
    expect(plan.join(" ")).not.toMatch(/TEMP B-TREE|MATERIALIZE/);
    // In order, or from a number on.
    if (!query.includes("ORDER BY")) expect(plan.join(" ")).not.toContain("SCAN pages_");
    else expect(plan[0]).toBe("MERGE (UNION ALL)");
  }
});

it("go half a day at a time, the oldest first, and not before all of it is old", () => {
  const sql = nodeSql();
  migrate(sql);
  const pages = new Pages(sql);
  const at = [0, 0.9, 1, 1.5, 2].map((half) => start + half * HALF_DAY);
  for (const [n, when] of at.entries()) pages.add(n + 1, when, [entry(idAt(when, n))]);
  const gone: number[] = [];
  for (const before of [at[0], at[1], at[1] ?? 0, (at[1] ?? 0) + 1, at[3], (at[3] ?? 0) + 1, at[4]]) {
    const old = oldTable(sql, before ?? 0);
    if (old) clearTable(sql, old);
    gone.push(5 - pages.count());
  }
  expect(gone).toEqual([0, 0, 0, 2, 2, 4, 4]);
  expect(pages.find(idAt(at[0] ?? 0, 0))).toBeNull();
  expect(pages.find(idAt(at[4] ?? 0, 4))?.page.first_n).toBe(5);
});

it("those of an older book are where their time says", () => {
  const sql = nodeSql();
  migrate(sql, 4);
  for (let n = 1; n <= 40; n++)
    sql.run(
      "INSERT INTO pages (first_n, last_n, at, upto, ids, body) VALUES (?, ?, ?, ?, ?, ?)",
      ...[n, n, start + n * 3_600_000, n, `id${n}`, JSON.stringify([entry(`id${n}`)])],
    );
  migrate(sql);
  const pages = new Pages(sql);
  expect([pages.count(), pages.last(), pages.find("id17")?.page.first_n]).toEqual([40, 40, 17]);
  const found = pages.find("id33");
  if (found) pages.replace(found, { ...found.record, took_ms: 999 });
  expect(pages.find("id33")?.record.took_ms).toBe(999);
  expect(oldTable(sql, start + HALF_DAY)?.newest_n).toBe(11);
});
