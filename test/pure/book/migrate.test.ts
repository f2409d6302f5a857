import { describe, expect, it } from "vitest";
import { BookCore } from "../../../durable-objects/auction-book-store.ts";
import { BookAlarm } from "../../../durable-objects/book/alarm.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { SHARD, T0 } from "./fixtures.ts";

/** The tables as the first version made them, with one lead that rests and one that is parked. */
function firstVersion() {
  const sql = nodeSql();
  for (const statement of [
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('version', '1'), ('opened', '1')",
    "CREATE TABLE auctions (ping_id TEXT PRIMARY KEY, at INTEGER NOT NULL, projected INTEGER NOT NULL, record TEXT NOT NULL)",
    "CREATE TABLE leads (lead_id TEXT PRIMARY KEY, ping_id TEXT UNIQUE, auction_id TEXT, state TEXT NOT NULL, closed_at INTEGER, unknown_since INTEGER, slim INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX leads_state ON leads (state)",
    "CREATE INDEX leads_auction ON leads (auction_id) WHERE slim = 0 AND auction_id IS NOT NULL",
    "CREATE INDEX leads_closed ON leads (slim, closed_at) WHERE closed_at IS NOT NULL",
    "CREATE INDEX leads_unknown ON leads (unknown_since) WHERE unknown_since IS NOT NULL",
    "CREATE TABLE aliases (alias TEXT PRIMARY KEY, lead_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE attempts (lead_id TEXT NOT NULL, attempt_id TEXT NOT NULL, at INTEGER NOT NULL, late INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (lead_id, attempt_id)) WITHOUT ROWID",
    "CREATE TABLE consumers (key TEXT PRIMARY KEY, lead_id TEXT NOT NULL, at INTEGER NOT NULL, sold_at INTEGER, sold_until INTEGER) WITHOUT ROWID",
    "CREATE TABLE snapshots (seq INTEGER NOT NULL, part INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, part))",
  ])
    sql.run(statement);
  const old = (lead_id: string, state: string, status: string) => {
    const bidder = { contract_id: "c1", buyer_id: "b1", endpoint_id: "e1", price: 1, payout: 1, round: 1, attempts: 1 };
    const plan = [{ ...bidder, status, doubt: status === "unknown", bid_id: "x", carried: {} }];
    const body = { lead_id, state, plan, steps: [], contested: [], updated_at: T0, created_at: T0, owner: null };
    const rest = { outcome: null, frozen: { result: "pending", price: 0 }, sale: null, slim: false, epoch: 3 };
    const more = {
      consumer_keys: [],
      sub_ids: {},
      wrapped_key: "k.w",
      aliases: [],
      unknown_since: null,
      nudges: 0,
      auction_id: null,
      closed_at: null,
    };
    sql.run(
      "INSERT INTO leads VALUES (?, NULL, NULL, ?, NULL, NULL, 0, ?)",
      lead_id,
      state,
      JSON.stringify({ ...body, ...rest, ...more }),
    );
  };
  old("l1", "review", "unknown");
  old("l2", "parked", "set_up_error");
  old("l3", "open", "set_up_error");
  sql.run(
    "CREATE TABLE due (kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID",
  );
  sql.run("INSERT INTO due (kind, key, at) VALUES ('sweep', 'l3', ?), ('sweep', 'l1', ?)", T0 + 30_000, T0 + 1);
  return sql;
}

describe("a book with the first version's tables", () => {
  it("finds what rests and what waits for an endpoint", () => {
    const core = new BookCore({ sql: firstVersion(), now: () => T0 + 5_000, shard: SHARD });
    const page = core.lines({ v: 1, what: "resting", after: null, limit: 10 });
    expect(page.lines.map((line) => [line.lead_id, line.rest_why, line.rest_at])).toEqual([
      ["l1", "unknown", T0],
      ["l2", "set_up_error", T0],
    ]);
    expect(core.repaired("e1", 60_000, 10)).toBe(1);
    expect(core.lead("l2")?.state).toBe("open");
    expect(core.facts(null, 10).facts).toHaveLength(3);
  });

  it("looks after its open leads, by their rows and then without", async () => {
    let now = T0;
    const sql = firstVersion();
    const core = new BookCore({ sql, now: () => now, shard: SHARD });
    const woken: string[] = [];
    const alarm = new BookAlarm(core, {
      enqueue: async (messages) => void woken.push(...messages.map(({ lead_id }) => lead_id)),
      settleConsumer: async () => {},
      project: async () => ({ refused: [] }),
      failed: () => {},
    });
    for (const second of [1, 29, 30, 31, 39, 40, 41]) {
      now = T0 + second * 1_000;
      await alarm.run();
      woken.push(`${second}`);
    }
    expect(woken).toEqual(["1", "29", "l3", "30", "31", "39", "l3", "40", "41"]);
    expect(sql.all("SELECT kind FROM due")).toEqual([]);
    expect(core.stats()).toMatchObject({ open_leads: 1, resting_leads: 2 });
  });

  it("is brought up to date once", () => {
    const sql = firstVersion();
    const open = () => new BookCore({ sql, now: () => T0, shard: SHARD });
    open();
    expect(open().stats().resting_leads).toBe(2);
  });
});
