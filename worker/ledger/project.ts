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
    const to: Target = { db, object, now };
    try {
      await patient(db.batch(bound(to, events)));
      return { refused: [] };
    } catch (error) {
      await takesWrites(error, markOf(to, []));
    }
    return { refused: await halve(to, events) };
  };
}

interface Target {
  db: D1Database;
  object: string;
  now: () => number;
}

/** Resolves with the numbers of the events that D1 refuses when they are sent alone. In their order: the mark goes along with each part. */
async function halve(to: Target, events: NumberedEvent[]): Promise<number[]> {
  const middle = Math.ceil(events.length / 2);
  const halves = events.length === 1 ? [events] : [events.slice(0, middle), events.slice(middle)];
  const refused: number[] = [];
  for (const half of halves) {
    try {
      await patient(to.db.batch(bound(to, half)));
    } catch (error) {
      await takesWrites(error, markOf(to, []));
      if (half.length > 1) refused.push(...(await halve(to, half)));
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

function bound(to: Target, events: NumberedEvent[]): D1PreparedStatement[] {
  const { db, object } = to;
  const statements = statementsOf(events).map(({ sql, rows, by_object }) =>
    by_object ? db.prepare(sql).bind(rows, object) : db.prepare(sql).bind(rows),
  );
  // Rows know their own numbers; a mark is another billed row.
  return events.some(({ table }) => table === "unlisted") ? [...statements, markOf(to, events)] : statements;
}

/**
 * The object's mark: the newest number that was written, and how many events there were. A repeat counts its events twice; of none it says
 * only that D1 takes writes.
 */
function markOf({ db, object, now }: Target, events: NumberedEvent[]): D1PreparedStatement {
  const last = events.reduce((most, event) => Math.max(most, event.n), 0);
  return db
    .prepare(
      "INSERT INTO outbox_marks (object, last_n, events, at) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (object) DO UPDATE SET last_n = max(last_n, excluded.last_n), events = events + excluded.events, at = excluded.at",
    )
    .bind(object, last, events.length, now());
}
