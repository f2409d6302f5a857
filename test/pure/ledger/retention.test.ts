import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import type { Job } from "../../../schema/rpc/keeper.ts";
import type { JobContext } from "../../../worker/flows/jobs/job.ts";
import { retentionStep } from "../../../worker/flows/jobs/retention.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 29);

function ledger() {
  const db = new DatabaseSync(":memory:");
  for (const name of readdirSync("schema/migrations").sort())
    if (name.endsWith(".sql")) db.exec(readFileSync(`schema/migrations/${name}`, "utf8"));
  const bound = (sql: string, values: (string | number)[]) => ({
    all: async () => ({ results: db.prepare(sql).all(...values) }),
    first: async () => db.prepare(sql).get(...values) ?? null,
    run: async () => ({ meta: { changes: Number(db.prepare(sql).run(...values).changes) } }),
  });
  const d1 = {
    prepare: (sql: string) => ({ bind: (...values: (string | number)[]) => bound(sql, values) }),
  } as unknown as D1Database;
  return { db, d1 };
}

it("an auction goes by its campaign's term of today, also where an earlier run left it for a longer one", async () => {
  const { db, d1 } = ledger();
  db.prepare(
    "INSERT INTO config (kind, id, seq, version, body, author, updated_at) VALUES ('campaign', 'c', 1, 1, '{}', 'a', ?)",
  ).run(NOW - 60 * DAY);
  for (const days of [3, 8, 20, 29])
    db.prepare(
      "INSERT INTO auctions (ping_id, month, at, publisher_id, campaign_id, test, result, price, took_ms, bidders, bids, config_seq, record, n) VALUES (?, 202611, ?, 'p', 'c', 0, 'accepted', 0, 1, 0, 0, 1, '{}', 1)",
    ).run(`p${days}`, NOW - days * DAY);
  const left = () =>
    db
      .prepare("SELECT ping_id FROM auctions ORDER BY at DESC")
      .all()
      .map(({ ping_id }) => ping_id);
  const run = async (auction_days: number, started_at: number, since: number | null) => {
    const config = { id: "c", retention: { lead_days: 180, consent_days: 0, auction_days } };
    const snapshot = { campaignIds: () => ["c"], campaign: (id: string) => (id === "c" ? { config } : undefined) };
    const c = {
      g: { snapshot: async () => snapshot, deps: { now: () => started_at } },
      db: d1,
    } as unknown as JobContext;
    const job = { id: "j", author: "a", started_at, params: { since } } as unknown as Job;
    let cursor: string | null = null;
    do cursor = (await retentionStep(c, job, cursor)).cursor;
    while (cursor !== null);
  };
  await run(30, NOW, null);
  expect(left()).toEqual(["p3", "p8", "p20", "p29"]);
  // Its term becomes shorter, an hour later.
  db.prepare("UPDATE config SET version = 2, updated_at = ?").run(NOW + 3_600_000);
  await run(7, NOW + DAY, NOW);
  expect(left()).toEqual(["p3"]);
});
