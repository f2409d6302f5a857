import { createHash, createHmac } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { seededRandom } from "../../test/support/random.ts";
import { base62 } from "../../worker/crypto/encoding.ts";
import { makeId, parseShard, shardName } from "../../worker/crypto/ids.ts";
import type { Size } from "./seed.ts";

/** The other two books: what the ledger was filled with, in the files of the local books' and accounts' objects. */

const SHARDS = Array.from({ length: 16 }, (_, n) => shardName("enam", n));
/** A lead's book lets go of all but its outcome then. */
const SLIM_MS = 7 * 86_400_000;

/** Ids that the gateway takes for its own, spread over all books. */
export function genuineIds(secret: string): NonNullable<Size["ids"]> {
  const random = seededRandom(20261129);
  let n = 0;
  return (kind, at) => {
    const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
    const shard = SHARDS[n % SHARDS.length] ?? "";
    // A lead is in the book of its ping.
    if (kind === "l") n++;
    return makeId(secret, kind, shard, at, bytes);
  };
}

/** The file of an object by its name, as the local runtime calls it. */
function openObject(state: string, kind: string, name: string): DatabaseSync {
  const root = join(state, "v3/do");
  const unique = readdirSync(root).find((folder) => folder.endsWith(`-${kind}`)) ?? "";
  const key = createHash("sha256").update(unique).digest();
  const half = (of: string | Buffer) => createHmac("sha256", key).update(of).digest().subarray(0, 16);
  const first = half(name);
  const file = join(root, unique, `${Buffer.concat([first, half(first)]).toString("hex")}.sqlite`);
  if (!existsSync(file)) throw new Error(`${kind} ${name} has no file ${file}`);
  const db = new DatabaseSync(file);
  db.exec("PRAGMA synchronous = OFF; BEGIN");
  return db;
}
const close = (db: DatabaseSync): void => {
  db.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
};

export function fillObjects(state: string, ledger: DatabaseSync): void {
  const sold = soldLead(state);
  for (const shard of SHARDS) fillBook(openObject(state, "AuctionBook", shard), ledger, shard, sold);
  fillAccounts(state, ledger);
}

type Lead = Record<string, unknown> & { plan: object[]; steps: object[]; sale: object | null; wrapped_key: string };
/** One of the demo's, as its book has it: the others are made after it. */
function soldLead(state: string): Lead {
  for (const shard of SHARDS) {
    const db = openObject(state, "AuctionBook", shard);
    const row = db.prepare("SELECT body FROM leads WHERE state = 'sold' LIMIT 1").get();
    close(db);
    if (row) return JSON.parse(String(row.body)) as Lead;
  }
  throw new Error("no book has a sold lead");
}

interface Row {
  lead_id: string;
  ping_id: string;
  at: number;
  publisher_id: string;
  campaign_id: string;
  state: string;
  code: string | null;
  result: string;
  price: number;
  payout: number;
  closed_at: number | null;
  rest_at: number | null;
  reservation_id: string;
  attempt_id: string;
  contract_id: string;
  buyer_id: string;
  endpoint_id: string;
  bid: number;
}
/** All leads of a book: their ids begin alike. */
const OF_SHARD =
  "SELECT l.lead_id, l.ping_id, l.at, l.publisher_id, l.campaign_id, l.state, l.code, l.result, l.price, l.payout, l.closed_at, l.rest_at, d.reservation_id, d.attempt_id, d.contract_id, d.buyer_id, d.endpoint_id, d.bid FROM leads l JOIN deliveries d ON d.lead_id = l.lead_id WHERE l.lead_id >= ? AND l.lead_id < ? AND l.wrapped_key = 'k1.x' ORDER BY l.lead_id";

function fillBook(db: DatabaseSync, ledger: DatabaseSync, shard: string, sold: Lead): void {
  const from = `lb${base62(parseShard(shard).number, 2)}`;
  const lead = db.prepare(
    "INSERT INTO leads (lead_id, ping_id, auction_id, state, closed_at, unknown_since, slim, rest_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const attempt = db.prepare("INSERT INTO attempts (lead_id, attempt_id, at, late, record) VALUES (?, ?, ?, 0, ?)");
  const newest = Date.now();
  for (const found of ledger.prepare(OF_SHARD).iterate(from, `${from}~`)) {
    const row = found as unknown as Row;
    const slim = row.rest_at === null && newest - row.at > SLIM_MS;
    const doubt = row.rest_at;
    const found_by = [row.state, row.closed_at, doubt, slim ? 1 : 0, doubt];
    lead.run(row.lead_id, row.ping_id, row.ping_id, ...found_by, JSON.stringify(leadAfter(sold, row, slim)));
    if (!slim) attempt.run(row.lead_id, row.attempt_id, row.at + 1_000, `{"attempt_id":"${row.attempt_id}"}`);
  }
  close(db);
}

const STATUS: Record<string, string> = { sold: "accepted", review: "unknown", unsold: "rejected" };
function leadAfter(sold: Lead, row: Row, slim: boolean): Lead {
  const { lead_id, ping_id, at, publisher_id, campaign_id, state, contract_id, buyer_id, endpoint_id } = row;
  const { reservation_id, price, payout, code, result, closed_at } = row;
  const of = { contract_id, buyer_id, endpoint_id };
  const bidder = { ...sold.plan[0], ...of, price: row.bid, round: 1, attempts: 1, status: STATUS[state] };
  const sale = { index: 0, reservation_id, price, payout, at: at + 1_500, contract_id, buyer_id };
  const outcome = closed_at === null ? null : { result, price: payout, ...(code === null ? {} : { code }) };
  return {
    ...sold,
    ...{
      lead_id,
      ping_id,
      auction_id: ping_id,
      publisher_id,
      campaign_id,
      state,
      closed_at,
      outcome,
      slim,
      test: false,
    },
    ...{ created_at: at, updated_at: at + 9_000, answer_by: at + 6_000, lease_until: at + 9_000, resume_at: null },
    ...{ aliases: [], person_marks: {}, consumer_keys: [], bid_ids: [], sub_ids: {}, contested: [], owner: null },
    rest: row.rest_at === null ? null : { why: "unknown", at: row.rest_at },
    unknown_since: row.rest_at,
    sale: state === "sold" ? sale : null,
    plan: slim ? [] : [bidder],
    steps: slim ? [] : sold.steps.slice(0, 4),
    sealed: slim ? "" : "x".repeat(300),
    wrapped_key: "k1.x",
  };
}

function fillAccounts(state: string, ledger: DatabaseSync): void {
  const open = new Map<string, { db: DatabaseSync; insert: ReturnType<DatabaseSync["prepare"]> }>();
  const of = (buyer_id: string) => {
    const known = open.get(buyer_id);
    if (known) return known;
    const db = openObject(state, "BuyerAccount", buyer_id);
    const insert = db.prepare(
      "INSERT OR IGNORE INTO reservations (reservation_id, lead_id, contract_id, endpoint_id, source, epoch, state, amount, price, at, windows, consumer_keys, ended_at) VALUES (?, ?, ?, ?, 'bench', 1, ?, ?, ?, ?, '[]', '[]', ?)",
    );
    const fresh = { db, insert };
    open.set(buyer_id, fresh);
    return fresh;
  };
  const all = ledger.prepare(
    "SELECT r.reservation_id, r.lead_id, r.contract_id, r.buyer_id, r.state, r.amount, r.at FROM reservations r ORDER BY r.reservation_id",
  );
  for (const row of all.iterate()) {
    const { reservation_id, lead_id, contract_id, amount, at } = row;
    const price = row.state === "captured" ? amount : null;
    const values = [reservation_id, lead_id, contract_id, "bench", row.state, amount, price, at, Number(at) + 1_500];
    of(String(row.buyer_id)).insert.run(...(values as (string | number | null)[]));
  }
  const balance = ledger.prepare(
    "SELECT coalesce(sum(amount), 0) AS sum FROM money_movements WHERE account = ? AND account <> 'clearing' AND account <> 'house'",
  );
  for (const [buyer_id, { db }] of open) {
    db.prepare("UPDATE account SET balance = ?").run(Number(balance.get(`buyer:${buyer_id}`)?.sum));
    close(db);
  }
}
