import type { Project } from "../../durable-objects/outbox.ts";
import type { NumberedEvent } from "../../schema/events.ts";
import { deps, within } from "../deps.ts";
import { statementsOf } from "./project-sql.ts";

/** The database lacks a table or column: a migration has yet to run. No row is to blame, so none is refused. */
const SCHEMA_BEHIND = /no such (table|column)|has no column named/i;

/** D1's own troubles, by its list of errors: a row that meets one of them is tried again, whoever else got through meanwhile. */
const TROUBLE =
  /connection lost|no answer within|overloaded|\breset\b|transient|time(d )?out|internal error|disconnected|too many|maximum DB size|SQLITE_(BUSY|LOCKED|FULL|IOERR|NOMEM|INTERRUPT)/i;
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Ms for each call to D1. One that hangs would hold up the object's only alarm, and with it everything else that is due there. */
const PATIENCE_MS = 10_000;
const patient = <T>(call: Promise<T>): Promise<T> => within(deps(), PATIENCE_MS, call);

/**
 * Writes an outbox's batch to D1 in one transaction. When it fails although D1 takes writes, the batch is halved until the rows
 * that D1 refuses stand alone; their numbers are returned and everything else is written.
 * @throws when D1 is away, full or not migrated: nothing may be trimmed then (what was written is written again, harmlessly).
 */
export function projectTo(db: D1Database, now: () => number = () => deps().now()): Project {
  return async (object, events) => {
    if (events.length === 0) return { refused: [] };
    const first = events.reduce((least, event) => Math.min(least, event.n), Number.MAX_SAFE_INTEGER);
    const last = events.reduce((most, event) => Math.max(most, event.n), 0);
    const mark = (count: number) => batchRow(db, object, first, last, count, now());
    try {
      await patient(db.batch([...bound(db, events), mark(events.length)]));
      return { refused: [] };
    } catch (error) {
      await takesWrites(error, mark(0));
    }
    const refused = await halve(db, events, mark(0));
    await patient(mark(events.length - refused.length).run());
    return { refused };
  };
}

/** Resolves with the numbers of the events that D1 refuses when they are sent alone. */
async function halve(db: D1Database, events: NumberedEvent[], probe: D1PreparedStatement): Promise<number[]> {
  const middle = Math.ceil(events.length / 2);
  const halves = events.length === 1 ? [events] : [events.slice(0, middle), events.slice(middle)];
  const refused: number[] = [];
  for (const half of halves) {
    try {
      await patient(db.batch(bound(db, half)));
    } catch (error) {
      await takesWrites(error, probe);
      if (half.length > 1) refused.push(...(await halve(db, half, probe)));
      else if (TROUBLE.test(messageOf(error))) throw error;
      else refused.push(...half.map((event) => event.n));
    }
  }
  return refused;
}

/** Throws the failure when it says nothing about the rows: D1 refuses even the batch's own mark, or lacks a migration. */
async function takesWrites(failure: unknown, probe: D1PreparedStatement): Promise<void> {
  if (SCHEMA_BEHIND.test(messageOf(failure))) throw failure;
  try {
    await patient(probe.run());
  } catch {
    throw failure;
  }
}

function bound(db: D1Database, events: NumberedEvent[]): D1PreparedStatement[] {
  return statementsOf(events).map((statement) => db.prepare(statement.sql).bind(statement.rows));
}

/** `events` counts those that were written: fewer than the numbers span shows refused rows. */
function batchRow(
  db: D1Database,
  object: string,
  first: number,
  last: number,
  events: number,
  at: number,
): D1PreparedStatement {
  return db
    .prepare(
      "INSERT INTO outbox_batches (object, first_n, last_n, events, at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (object, first_n) DO UPDATE SET last_n = max(last_n, excluded.last_n), events = max(events, excluded.events), at = excluded.at",
    )
    .bind(object, first, last, events, at);
}
