import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { LedgerEvent, LedgerTable } from "../../schema/events.ts";
import { monthOf } from "../../schema/events.ts";
import { ROLLUPS } from "../../schema/rollups/rollups.ts";
import { fillOf, triggersOf } from "../../schema/rollups/sql.ts";
import { seededRandom } from "../../test/support/random.ts";

/** What the local D1's file is filled with, while no gateway runs: rows as the projection writes them. */
export interface Size {
  auctions: number;
  days: number;
  /** Epoch ms: when the newest happened. */
  until: number;
  /** Ids as the gateway makes them. Every auction is posted then, and told of in few bytes: a million are to fit on a disk. */
  ids?: (kind: "p" | "l", at: number) => string;
}
export interface Contract {
  id: string;
  buyer_id: string;
  endpoint_id: string;
  campaign_id: string;
}

/** The file of the local D1 below a gateway's state. */
export function openLedger(state: string): DatabaseSync {
  const folder = join(state, "v3/d1/miniflare-D1DatabaseObject");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".sqlite"))) {
    const db = new DatabaseSync(join(folder, file));
    if (db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'auctions'").get()) return db;
    db.close();
  }
  throw new Error(`there is no ledger in ${folder}`);
}

export const contractsOf = (db: DatabaseSync): Contract[] =>
  db
    .prepare("SELECT id, body FROM config WHERE kind = 'contract' ORDER BY id")
    .all()
    .map((row) => ({ ...(JSON.parse(String(row.body)) as Omit<Contract, "id">), id: String(row.id) }));

type Row<T extends LedgerTable> = Extract<LedgerEvent, { table: T }>["row"];
class Writer {
  private readonly statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  private readonly db: DatabaseSync;
  constructor(db: DatabaseSync) {
    this.db = db;
  }
  put<T extends LedgerTable>(table: T, row: Row<T> & { at: number }): void {
    const full: Record<string, unknown> = { ...row, month: monthOf(row.at), n: 1 };
    const names = Object.keys(full);
    const key = `${table}/${names.join(",")}`;
    const known = this.statements.get(key);
    const statement =
      known ??
      this.db.prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`);
    this.statements.set(key, statement);
    statement.run(...names.map((name) => full[name] as string | number | null));
  }
}

/** Auctions with ten candidates each; half of the offers posted, most of them sold; bidding, alerts, breakers, money and audit beside. */
export function fill(db: DatabaseSync, contracts: Contract[], publishers: string[], size: Size): void {
  const random = seededRandom(20261128);
  const writer = new Writer(db);
  const step = (size.days * 86_400_000) / size.auctions;
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
  // Summed up at the end, in one go.
  const triggers = ROLLUPS.filter(({ source }) => source !== "auctions").flatMap(triggersOf);
  for (const sql of triggers) db.exec(`DROP TRIGGER ${/TRIGGER (\w+)/.exec(sql)?.[1]}`);
  const indexes = size.ids ? withoutIndexes(db) : [];
  for (let i = 0; i < size.auctions; ) {
    db.exec("BEGIN");
    for (const end = Math.min(size.auctions, i + 10_000); i < end; i++) {
      const at = Math.floor(size.until - (size.auctions - i) * step);
      one(writer, random, contracts, publishers, { i, at, ids: size.ids });
    }
    db.exec("COMMIT");
  }
  db.exec("BEGIN");
  sideRows(writer, random, contracts, size);
  for (const rollup of ROLLUPS) db.exec(`DELETE FROM ${rollup.name}; ${fillOf(rollup)}`);
  for (const sql of [...triggers, ...indexes]) db.exec(sql);
  db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

/** Sorted at the end, an index costs a fraction of what it does row by row. */
function withoutIndexes(db: DatabaseSync): string[] {
  const made = db
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ('auctions', 'leads', 'deliveries', 'sales', 'money_movements')",
    )
    .all();
  for (const { name } of made) db.exec(`DROP INDEX ${String(name)}`);
  return made.map(({ sql }) => String(sql));
}

const pick = <T>(random: () => number, of: readonly T[]): T => {
  const found = of[Math.floor(random() * of.length)];
  if (found === undefined) throw new Error("nothing to choose from");
  return found;
};

interface Place {
  i: number;
  at: number;
  ids: Size["ids"];
}
function one(writer: Writer, random: () => number, all: Contract[], publishers: string[], place: Place): void {
  const { i, at, ids } = place;
  const campaign_id = pick(random, all).campaign_id;
  const publisher_id = pick(random, publishers);
  const contracts = all.filter((contract) => contract.campaign_id === campaign_id).slice(0, ids ? 2 : 10);
  const ping_id = ids?.("p", at) ?? `pb00bench${String(i).padStart(19, "0")}`;
  const candidates = contracts.map((contract, rank) => ({
    ...{ contract_id: contract.id, buyer_id: contract.buyer_id, endpoint_id: contract.endpoint_id },
    ...{ outcome: "bid", http_status: 200, ms: 20 + Math.floor(random() * 80), sent_at_ms: 3 },
    ...{
      bid: Math.floor(random() * 600_000),
      payout: 160_000,
      rank: rank + 1,
      reason: rank === 0 ? null : "lower_bid",
    },
  }));
  const offered = random() < 0.7 || ids !== undefined;
  const base = { at, publisher_id, campaign_id, test: 0 };
  const code = offered ? null : pick(random, ["no_bids", "no_eligible_buyers", "below_min_price"]);
  const bids = { bidders: candidates.length, bids: candidates.length, config_seq: 1 };
  const price = offered ? 160_000 : 0;
  const facts = { zip: "94110", state: "CA", vehicle_year: 2021, vehicle_make: "Toyota", credit_tier: "good" };
  const result = offered ? "accepted" : "rejected";
  const record = JSON.stringify({ ping_id, ...base, facts, result, price, candidates, excluded: [], ranked: [] });
  const took_ms = 40 + Math.floor(random() * 300);
  writer.put("auctions", { ping_id, ...base, result, code, price, took_ms, ...bids, record });
  if (offered && (random() < 0.5 || ids)) lead(writer, random, pick(random, contracts), { ...base, ping_id }, place);
}

function lead(
  writer: Writer,
  random: () => number,
  { id: contract_id, buyer_id, endpoint_id }: Contract,
  base: { at: number; publisher_id: string; campaign_id: string; test: number; ping_id: string },
  { i, ids }: Place,
): void {
  const { at, publisher_id, campaign_id } = base;
  const lead_id = ids?.("l", at) ?? `lb00bench${String(i).padStart(19, "0")}`;
  const sold = random() < 0.85;
  const rests = !sold && random() < (ids ? 0.005 : 0.2);
  const price = 100_000 + Math.floor(random() * 400_000);
  const payout = Math.floor(price * 0.8);
  const reservation_id = `${lead_id}_${contract_id}_1_1`;
  const end = { payout: sold ? payout : 0, price: sold ? price : 0, closed_at: rests ? null : at + 1_500 };
  const rest = { rest_why: rests ? "unknown" : null, rest_at: rests ? at + 9_000 : null };
  writer.put("leads", {
    ...{ lead_id, ...base, mode: "final", result: sold ? "accepted" : "rejected", ...end, ...rest },
    ...{ state: sold ? "sold" : rests ? "review" : "unsold", code: sold ? null : "buyers_rejected" },
    ...{ contract_id: sold ? contract_id : null, buyer_id: sold ? buyer_id : null, sub_ids: "{}" },
    ...{ sealed: "x".repeat(ids ? 300 : 600), wrapped_key: "k1.x", story: JSON.stringify({ plan: [], steps: [] }) },
  });
  const delivery = { lead_id, test: 0, contract_id, buyer_id, endpoint_id, reservation_id, round: 1, http_status: 200 };
  const sealed = "x".repeat(ids ? 300 : 800);
  const outcome = sold ? "accepted" : rests ? "unknown" : "rejected";
  const cls = sold ? "ok" : rests ? "timeout" : "rejected";
  const ms = 100 + Math.floor(random() * 900);
  const attempt = { attempt_id: `${reservation_id}_1`, at: at + 1_000, attempt: 1, bid: price, outcome, class: cls };
  writer.put("deliveries", { ...delivery, ...attempt, ms, sealed });
  writer.put("reservations", {
    ...{ reservation_id, at, buyer_id, contract_id, lead_id, amount: price },
    // Doubts end after three days.
    state: sold ? "captured" : !rests ? "released" : ids ? "expired" : "in_doubt",
  });
  if (!sold) return;
  const sale = { sale_id: `${lead_id}:1`, lead_id, publisher_id, campaign_id, contract_id, buyer_id, reservation_id };
  writer.put("sales", { ...sale, at: at + 1_500, arrived_at: at, price, payout, margin: price - payout });
  for (const [account, kind, amount] of [
    [`buyer:${buyer_id}`, "capture", -price],
    [`publisher:${publisher_id}`, "payout", payout],
    ["house", "margin", price - payout],
  ] as const)
    writer.put("money_movements", { id: `${reservation_id}:${kind}`, at, account, kind, amount, ref: reservation_id });
}

function sideRows(writer: Writer, random: () => number, contracts: Contract[], size: Size): void {
  const slots = size.days * 96;
  const last = Math.floor(size.until / 900_000);
  for (let slot = last - slots + 1; slot <= last; slot++)
    for (const { id: contract_id, buyer_id } of contracts) {
      const asked = 40 + Math.floor(random() * 40);
      const counts = {
        asked,
        bid: asked - 5,
        timeout: 5,
        won: 6,
        bid_sum: asked * 200_000,
        bid_20: asked - 5,
        ms_100: asked,
      };
      const out = {
        out_cap_reached: random() < 0.1 ? 9 : 0,
        won_sum: 1_500_000,
        won_30: 6,
        lost_lower_bid: asked - 11,
      };
      writer.put("bidding", { slot, contract_id, buyer_id, at: slot * 900_000, ...counts, ...out });
    }
  for (let i = 0; i < 2_000; i++) {
    const { buyer_id, endpoint_id } = pick(random, contracts);
    const at = Math.floor(size.until - random() * size.days * 86_400_000);
    const alert = {
      kind: "set_up_error" as const,
      subject: `endpoint:${endpoint_id}`,
      message: "An endpoint refused a post.",
    };
    writer.put("alerts", { id: `bench:${i}`, at, ...alert });
    const turn = { phase: i % 2 === 0 ? "post" : "ping", state: i % 4 < 2 ? "open" : "closed", why: "10 in a row" };
    writer.put("breaker_events", { id: `bench:${i}`, at, buyer_id, endpoint_id, ...turn });
  }
}
