import { beforeEach, expect, test } from "vitest";
import { projectTo } from "../../../worker/ledger/project.ts";
import { AT, auction, counted, db, delivery, lead, movement, rows, sale, status, unlisted } from "./support.ts";

const project = projectTo(db, () => AT);
const TABLES = [
  "leads",
  "sales",
  "deliveries",
  "money_movements",
  "status",
  "outbox_marks",
  "auctions",
  "rollup_pings",
];

beforeEach(async () => {
  await db.batch(TABLES.map((table) => db.prepare(`DELETE FROM ${table}`)));
});

const states = () =>
  rows<{ lead_id: string; state: string; n: number }>("SELECT lead_id, state, n FROM leads ORDER BY lead_id");

test("a batch fills its tables, and adds month, tenant and defaults", async () => {
  const events = [lead("l1", 1, { state: "sold" }), delivery("a1", "l1", 2), sale("l1", 3), movement("m1", 4, 5)];
  expect(await project("book:enam-00", events)).toEqual({ refused: [] });
  expect(await rows("SELECT lead_id, tenant, month, state, risk, recovered, code, n FROM leads")).toEqual([
    { lead_id: "l1", tenant: "main", month: 202611, state: "sold", risk: 0, recovered: 0, code: null, n: 1 },
  ]);
  expect(await rows("SELECT sale_id, leg, currency, price, payout, margin, month FROM sales")).toEqual([
    { sale_id: "l1:1", leg: 1, currency: "USD", price: 211_050, payout: 168_840, margin: 42_210, month: 202611 },
  ]);
  expect(await rows("SELECT leg, late_evidence, http_status, ms FROM deliveries")).toEqual([
    { leg: 1, late_evidence: 0, http_status: null, ms: 12 },
  ]);
  // Rows know their own numbers: no mark is needed.
  expect(await rows("SELECT * FROM outbox_marks")).toEqual([]);
});

test.each([
  ["in order", [1, 2, 3], "sold", 3],
  ["repeated", [1, 2, 3, 3, 1], "sold", 3],
  ["reversed", [3, 2, 1], "sold", 3],
  ["with gaps", [1, 3], "sold", 3],
  ["old one last", [3, 1], "sold", 3],
])("rows by number, one batch each: %s", async (_, order, state, n) => {
  const of: Record<number, string> = { 1: "open", 2: "review", 3: "sold" };
  for (const number of order) await project("o", [lead("l1", number, { state: of[number] })]);
  expect(await states()).toEqual([{ lead_id: "l1", state, n }]);
});

test("the newest of several rows with one key in a batch wins, wherever it stands", async () => {
  await project("o", [
    lead("l1", 5, { state: "sold" }),
    lead("l1", 2),
    lead("l2", 3),
    lead("l1", 4, { state: "review" }),
  ]);
  expect(await states()).toEqual([
    { lead_id: "l1", state: "sold", n: 5 },
    { lead_id: "l2", state: "open", n: 3 },
  ]);
});

test("an append-only row stays as it was first written, whatever its number", async () => {
  await project("o", [movement("m1", 7, 100), movement("m1", 8, 999)]);
  await project("other", [movement("m1", 99, 5)]);
  expect(await rows("SELECT amount, n FROM money_movements")).toEqual([{ amount: 100, n: 7 }]);
});

test("status rows get numbers of their own that only grow; a row that is not new uses one up", async () => {
  await project("o", [status("c1", 1), status("c2", 2), status("c3", 3)]);
  expect(await rows("SELECT id, seq FROM status ORDER BY seq")).toEqual([
    { id: "c1", seq: 1 },
    { id: "c2", seq: 2 },
    { id: "c3", seq: 3 },
  ]);
  await project("o", [status("c1", 4, '{"closed":[]}'), status("c2", 2, "{}")]);
  expect(await rows("SELECT id, seq, n, body FROM status ORDER BY seq")).toEqual([
    { id: "c2", seq: 2, n: 2, body: "{}" },
    { id: "c3", seq: 3, n: 3, body: "{}" },
    { id: "c1", seq: 5, n: 4, body: '{"closed":[]}' },
  ]);
});

test("rows that D1 refuses are named and everything else is written", async () => {
  const bad = [3, 17, 18, 40];
  const events = Array.from({ length: 40 }, (_, i) => {
    const n = i + 1;
    return bad.includes(n) ? lead(`l${n}`, n, { state: null as never }) : lead(`l${n}`, n);
  });
  expect(await project("o", events)).toEqual({ refused: bad });
  expect(await states()).toHaveLength(36);
});

test("a refused newest row leaves the older one of its key", async () => {
  expect(await project("o", [lead("l1", 1), lead("l1", 2, { mode: null as never })])).toEqual({ refused: [2] });
  expect(await states()).toEqual([{ lead_id: "l1", state: "open", n: 1 }]);
});

test("the same batch again changes nothing", async () => {
  const events = [lead("l1", 1), movement("m1", 2, 5), status("c1", 3)];
  await project("o", events);
  const before = await rows("SELECT seq FROM status");
  expect(await project("o", events)).toEqual({ refused: [] });
  expect(await rows("SELECT seq FROM status")).toEqual(before);
});

const pings = () => rows<{ pings: number }>("SELECT sum(pings) AS pings FROM rollup_pings WHERE grain = 2");

test("auctions without a row are counted once, whatever is repeated or cut otherwise", async () => {
  const events = [unlisted("p1", 1), unlisted("p2", 2), auction("p3", "{}", 3), unlisted("p4", 4)];
  await project("book:a", events);
  await project("book:a", events);
  await project("book:a", [...events.slice(1), unlisted("p5", 5)]);
  expect(await pings()).toEqual([{ pings: 5 }]);
  expect(await rows("SELECT object, last_n FROM outbox_marks")).toEqual([{ object: "book:a", last_n: 5 }]);
  // Another book has numbers of its own.
  await project("book:b", [unlisted("p9", 1)]);
  expect(await pings()).toEqual([{ pings: 6 }]);
  // Posted after all: its row comes, and the sums have it already.
  await project("book:a", [counted(auction("p1", "{}", 6))]);
  expect(await rows("SELECT ping_id FROM auctions ORDER BY ping_id")).toEqual([{ ping_id: "p1" }, { ping_id: "p3" }]);
  expect(await pings()).toEqual([{ pings: 6 }]);
});

test("a row that D1 refuses costs no count of its neighbours", async () => {
  const events = [unlisted("p1", 1), lead("l1", 2, { state: null as never }), unlisted("p2", 3)];
  expect(await project("book:a", events)).toEqual({ refused: [2] });
  await project("book:a", events);
  expect(await pings()).toEqual([{ pings: 2 }]);
});

test("more bytes than one parameter may have", async () => {
  const story = "é".repeat(150_000);
  const events = Array.from({ length: 8 }, (_, i) => lead(`l${i}`, i + 1, { story }));
  expect(await project("o", events)).toEqual({ refused: [] });
  expect(await rows("SELECT count(*) AS c, min(length(story)) AS l FROM leads")).toEqual([{ c: 8, l: 150_000 }]);
});

/** A database whose batches and runs fail as told. */
function failing(fails: (sql: "batch" | "run") => Error | null): D1Database {
  const statement = (inner: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(inner, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => statement(target.bind(...values));
        if (name === "run")
          return async () => {
            const error = fails("run");
            if (error) throw error;
            return target.run();
          };
        return Reflect.get(target, name);
      },
    });
  return {
    prepare: (sql: string) => statement(db.prepare(sql)),
    batch: async () => {
      throw fails("batch") ?? new Error("not used");
    },
  } as unknown as D1Database;
}

test("D1 away: throws and refuses nothing", async () => {
  const away = projectTo(
    failing(() => new Error("D1_ERROR: Network connection lost.")),
    () => AT,
  );
  await expect(away("o", [lead("l1", 1)])).rejects.toThrow("Network connection lost");
});

test("D1 full (reads work, writes do not): throws and refuses nothing", async () => {
  const full = new Error("D1_ERROR: Exceeded maximum DB size");
  await expect(
    projectTo(
      failing(() => full),
      () => AT,
    )("o", [lead("l1", 1)]),
  ).rejects.toThrow("maximum DB size");
});

test("D1 not migrated: no row is to blame", async () => {
  await db.prepare("ALTER TABLE money_movements RENAME TO gone").run();
  try {
    await expect(project("o", [lead("l1", 1), movement("m1", 2, 1)])).rejects.toThrow("no such table");
  } finally {
    await db.prepare("ALTER TABLE gone RENAME TO money_movements").run();
  }
});
