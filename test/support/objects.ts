import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { openBook } from "../../durable-objects/book/context.ts";
import type { Lead } from "../../durable-objects/book/lead.ts";
import { pageTable } from "../../durable-objects/book/page-tables.ts";
import { objectSql } from "../../durable-objects/sql.ts";
import type { NumberedEvent } from "../../schema/events.ts";
import { deps, replaceDeps } from "../../worker/deps.ts";

/**
 * A clock that runs ahead of the real one, and only forwards: one for a whole file. Timers of ten seconds and more, which only
 * guard against what hangs, go off at once.
 */
export class AheadClock {
  ahead = 0;

  constructor() {
    const { timer } = deps();
    replaceDeps({
      now: () => Date.now() + this.ahead,
      timer: (fn, ms) => timer(fn, ms >= 10_000 ? 300 : ms),
    });
  }
}

const books = async () => (await listDurableObjectIds(env.BOOK)).map((id) => env.BOOK.get(id));
const accounts = async () => (await listDurableObjectIds(env.ACCOUNT)).map((id) => env.ACCOUNT.get(id));

async function each<T>(read: (sql: SqlStorage) => T): Promise<T[]> {
  const of = (_: unknown, state: DurableObjectState) => read(state.storage.sql);
  const [fromBooks, fromAccounts] = await Promise.all([
    Promise.all((await books()).map((stub) => runInDurableObject(stub, of))),
    Promise.all((await accounts()).map((stub) => runInDurableObject(stub, of))),
  ]);
  return [...fromBooks, ...fromAccounts];
}

/** Rings every alarm that is set, whatever its time; the objects do what is due by their own clock. */
export async function ringAlarms(): Promise<void> {
  const stubs = [...(await books()), ...(await accounts())];
  await Promise.all(stubs.map((stub) => runDurableObjectAlarm(stub)));
}

/** Events that still wait for D1, of all objects. */
export async function waiting(): Promise<NumberedEvent[]> {
  const texts = await each((sql) => sql.exec<{ events: string }>("SELECT events FROM outbox").toArray());
  const own = texts.flat().flatMap((row) => JSON.parse(row.events) as NumberedEvent[]);
  const clerk = { now: () => Number.MAX_SAFE_INTEGER, shard: "any" };
  const ofBook = async (_: unknown, { storage }: DurableObjectState) =>
    openBook({ sql: objectSql(storage), ...clerk }).outbox.waiting();
  const all = await Promise.all((await books()).map((stub) => runInDurableObject(stub, ofBook)));
  // What waits in pages; the rest of it is there already.
  const known = new Set(own.map((event) => JSON.stringify(event)));
  return [...own, ...all.flat().filter((event) => !known.has(JSON.stringify(event)))];
}

/** Events that D1 refused. */
export async function refused(): Promise<number> {
  const counts = await each((sql) => sql.exec<{ c: number }>("SELECT count(*) AS c FROM outbox_refused").one().c);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Rings, 30 s of the objects' time apart, until nothing waits for D1. */
export async function settleLedger(clock: AheadClock): Promise<void> {
  for (let n = 0; n < 20; n++) {
    clock.ahead += 30_000;
    await ringAlarms();
    if ((await waiting()).length === 0) return;
  }
  throw new Error("the outboxes do not empty");
}

/** Every lead of every book, as stored. */
export async function keptLeads(): Promise<Lead[]> {
  const of = async (_: unknown, state: DurableObjectState) =>
    state.storage.sql.exec<{ body: string }>("SELECT body FROM leads").toArray();
  const texts = await Promise.all((await books()).map((stub) => runInDurableObject(stub, of)));
  return texts.flat().map((row) => JSON.parse(row.body) as Lead);
}

/** Removes an auction from its book, as if its batch had been lost in a crash. */
export async function loseAuction(ping_id: string): Promise<number> {
  const of = async (_: unknown, { storage: { sql } }: DurableObjectState) => {
    const pages = sql.exec<{ at: number }>("SELECT at FROM pages WHERE instr(ids, ?) > 0", ping_id).toArray();
    for (const { at } of pages) sql.exec(`DELETE FROM ${pageTable(at)} WHERE instr(ids, ?) > 0`, ping_id);
    return pages.length;
  };
  const lost = await Promise.all((await books()).map((stub) => runInDurableObject(stub, of)));
  return lost.reduce((sum, count) => sum + count, 0);
}
