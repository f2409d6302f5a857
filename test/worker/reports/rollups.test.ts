import { beforeEach, expect, test } from "vitest";
import type { NumberedEvent } from "../../../schema/events.ts";
import { ROLLUPS } from "../../../schema/rollups/rollups.ts";
import { fillOf, triggersOf } from "../../../schema/rollups/sql.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { sumsStatement } from "../../../worker/ledger/report-sums.ts";
import { AT, auction, db, lead, rows } from "../ledger/support.ts";
import { emptied } from "./support.ts";

const project = projectTo(db, () => AT);
beforeEach(emptied);

const auctionOf = (ping_id: string, n: number, changes: object): NumberedEvent => {
  const made = auction(ping_id, "{}", n);
  return { ...made, row: { ...made.row, ...changes } } as NumberedEvent;
};
const all = () =>
  rows(
    "SELECT pings, accepted, offered, code_no_bids, code_other, took_10, took_more FROM rollup_pings WHERE grain = 2",
  );

test("a ping is counted once, however often its auction is sent, and a late bid counts nothing", async () => {
  const events = [
    auctionOf("p1", 1, { price: 500, took_ms: 3 }),
    auctionOf("p2", 2, { result: "rejected", code: "no_bids", price: 0, took_ms: 20_000 }),
    auctionOf("p3", 3, { result: "rejected", code: "a word of a later version", price: 0 }),
    auctionOf("p4", 4, { test: 1 }),
  ];
  const expected = [{ pings: 3, accepted: 1, offered: 500, code_no_bids: 1, code_other: 1, took_10: 2, took_more: 1 }];
  await project("o", events.slice(0, 2));
  await project("o", events);
  await project("o", [auctionOf("p1", 9, { price: 500, took_ms: 3, record: '{"late":1}' })]);
  expect(await all()).toEqual(expected);
  expect(await rows("SELECT record FROM auctions WHERE ping_id = 'p1'")).toEqual([{ record: '{"late":1}' }]);
});

test("a row that D1 refuses does not count, and every other counts once, however the batch is halved", async () => {
  const events = Array.from({ length: 20 }, (_, i) => auctionOf(`p${i}`, i + 1, i === 7 ? { config_seq: null } : {}));
  expect(await project("o", [...events, lead("l1", 40, { state: null as never })])).toEqual({ refused: [8, 40] });
  expect(await all()).toMatchObject([{ pings: 19 }]);
});

test("days are those of UTC and start at their first slot; everything is in slots too", async () => {
  await project("o", [auctionOf("p1", 1, { at: AT }), auctionOf("p2", 2, { at: AT + 86_400_000, publisher_id: "x" })]);
  const slot = Math.floor(AT / 900_000);
  const day = Math.floor(AT / 86_400_000) * 96;
  expect(await rows("SELECT grain, slot, publisher_id FROM rollup_pings ORDER BY grain, slot")).toEqual([
    { grain: 0, slot, publisher_id: "pub" },
    { grain: 0, slot: slot + 96, publisher_id: "x" },
    { grain: 1, slot: day, publisher_id: "pub" },
    { grain: 1, slot: day + 96, publisher_id: "x" },
    { grain: 2, slot, publisher_id: "" },
    { grain: 2, slot: slot + 96, publisher_id: "" },
  ]);
});

test("the triggers are those of the definitions", async () => {
  const made = await rows<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name");
  const wanted = ROLLUPS.filter(({ source }) => source !== "auctions").flatMap(triggersOf);
  expect(made.map(({ sql }) => `${sql};`).sort()).toEqual([...wanted].sort());
});

test("a ledger from before is filled in", async () => {
  await project("o", [auctionOf("p1", 1, {}), auctionOf("p2", 2, { test: 1 })]);
  const before = await rows("SELECT * FROM rollup_pings ORDER BY grain");
  await db.prepare("DELETE FROM rollup_pings").run();
  for (const rollup of ROLLUPS.slice(0, 1)) await db.prepare(fillOf(rollup)).run();
  expect(await rows("SELECT * FROM rollup_pings ORDER BY grain")).toEqual(before);
});

test.each([
  ["everything", [], {}, "PRIMARY KEY (grain=? AND slot>? AND slot<?)"],
  ["by publisher", ["publisher_id"], {}, "PRIMARY KEY (grain=? AND slot>? AND slot<?)"],
  [
    "of a publisher",
    [],
    { publisher_id: "pub" },
    "rollup_sales_publisher (publisher_id=? AND grain=? AND slot>? AND slot<?)",
  ],
  [
    "of a buyer by contract",
    ["contract_id"],
    { buyer_id: "acme" },
    "rollup_sales_buyer (buyer_id=? AND grain=? AND slot>? AND slot<?)",
  ],
])("a report %s reads ranges of an index only", async (_, groups, filters, index) => {
  const of = { rollup: "rollup_sales" as const, sums: { n: "sales" }, groups, filters, pieces: [], limit: 10 };
  const statement = sumsStatement(db, of);
  const sql = (statement as unknown as { statement: string }).statement;
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .bind("[]", ...Object.values(filters))
    .all<{ detail: string }>();
  const plan = results.map(({ detail }) => detail);
  expect(plan.filter((line) => /^SCAN r\b/.test(line))).toEqual([]);
  expect(plan.join("\n")).toContain(index);
});
