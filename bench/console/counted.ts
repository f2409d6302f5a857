import type { RunStep } from "../../durable-objects/keeper/core.ts";
import type { JobStep } from "../../schema/rpc/keeper.ts";
import type { Env } from "../../worker/env.ts";
import worker, { BuyerAccount as Account, AuctionBook as Book, Keeper as KeeperObject } from "../../worker/index.ts";
import type { PhaseCost } from "./reconcile.ts";

/**
 * The Worker, and beside it what each step of a job read: rows as SQLite and D1 say them. All classes of the local runtime live in one
 * isolate, so that one list knows of all.
 */
export { AlertBoard, Dialer } from "../../worker/index.ts";

type Any = (...args: never[]) => unknown;
type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>;
interface Read {
  ledger: number;
  objects: number;
  /** Calls of D1. */
  calls: number;
  worst: { sql: string; rows: number };
}
const nothing = (): Read => ({ ledger: 0, objects: 0, calls: 0, worst: { sql: "", rows: 0 } });
let read = nothing();
let cursors: { sql: string; cursor: Cursor }[] = [];
const phases = new Map<string, PhaseCost>();
const patched = new Set<object>();

function note(where: "ledger" | "objects", sql: string, rows: number): void {
  read[where] += rows;
  if (rows > read.worst.rows) read.worst = { sql: sql.replaceAll(/\s+/g, " ").slice(0, 120), rows };
}
function settle(): void {
  for (const { sql, cursor } of cursors) note("objects", sql, cursor.rowsRead);
  cursors = [];
}

/** Once a class: on its prototype, so that nothing of the Worker knows of it. */
function patch(holder: object, name: string, by: (real: Any) => Any): void {
  const target = Object.getPrototypeOf(holder) as Record<string, Any>;
  const real = target[name];
  if (real === undefined) throw new Error(`no ${name} to count`);
  target[name] = by(real);
}
/** true the first time for a class. */
function isNew(holder: object): boolean {
  const target = Object.getPrototypeOf(holder) as object;
  if (patched.has(target)) return false;
  patched.add(target);
  return true;
}
function countObjects({ sql }: DurableObjectStorage): void {
  if (!isNew(sql)) return;
  patch(
    sql,
    "exec",
    (real) =>
      function (this: object, ...args: never[]) {
        const cursor = real.apply(this, args) as Cursor;
        cursors.push({ sql: String(args[0]), cursor });
        if (cursors.length > 5_000) settle();
        return cursor;
      },
  );
}
const textOf = (statement: unknown): string => String((statement as { statement?: string }).statement ?? "?");
function countLedger(db: D1Database): void {
  if (!isNew(db)) return;
  patch(
    db,
    "batch",
    (real) =>
      async function (this: object, ...args: never[]) {
        const results = (await real.apply(this, args)) as D1Result[];
        read.calls++;
        const [statements = []] = args as unknown[][];
        for (const [i, { meta }] of results.entries()) note("ledger", textOf(statements[i]), meta.rows_read);
        return results;
      },
  );
  for (const name of ["all", "run"])
    patch(
      db.prepare("SELECT 1"),
      name,
      (real) =>
        async function (this: object, ...args: never[]) {
          const result = (await real.apply(this, args)) as D1Result;
          read.calls++;
          note("ledger", textOf(this), result.meta.rows_read);
          return result;
        },
    );
  // The runtime's own says nothing of rows.
  patch(
    db.prepare("SELECT 1"),
    "first",
    () =>
      async function (this: D1PreparedStatement, column?: string) {
        const row = (await this.all<Record<string, unknown>>()).results[0];
        return row === undefined ? null : column === undefined ? row : row[column];
      } as Any,
  );
}

export class AuctionBook extends Book {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjects(ctx.storage);
    super(ctx, env);
  }
}
export class BuyerAccount extends Account {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjects(ctx.storage);
    super(ctx, env);
  }
}
export class Keeper extends KeeperObject {
  constructor(ctx: DurableObjectState, env: Env) {
    countObjects(ctx.storage);
    countLedger(env.DB);
    super(ctx, env);
  }
  protected override steps(): RunStep {
    const run = super.steps();
    return async (job, cursor) => {
      cursors = [];
      read = nothing();
      const began = Date.now();
      const step = await run(job, cursor);
      settle();
      if (job.kind === "reconcile") keep(phaseOf(cursor), step, Date.now() - began);
      return step;
    };
  }
}

function phaseOf(cursor: string | null): string {
  if (cursor === null) return "books";
  const { again, walk } = JSON.parse(cursor) as { again: boolean; walk: { phase: string } };
  return again ? "second look" : walk.phase;
}
function keep(phase: string, step: JobStep, ms: number): void {
  const known = phases.get(phase) ?? {
    ...{ phase, steps: 0, items: 0, ms: 0, most_ms: 0, ledger_rows: 0, object_rows: 0, ledger_calls: 0 },
    ...{ most_ledger_rows: 0, most_object_rows: 0, worst: { sql: "", rows: 0 } },
  };
  phases.set(phase, {
    phase,
    steps: known.steps + 1,
    items: known.items + step.done,
    ms: known.ms + ms,
    most_ms: Math.max(known.most_ms, ms),
    ledger_rows: known.ledger_rows + read.ledger,
    object_rows: known.object_rows + read.objects,
    ledger_calls: known.ledger_calls + read.calls,
    most_ledger_rows: Math.max(known.most_ledger_rows, read.ledger),
    most_object_rows: Math.max(known.most_object_rows, read.objects),
    worst: read.worst.rows > known.worst.rows ? read.worst : known.worst,
  });
}

export default {
  ...worker,
  fetch: (request, env, execution) =>
    new URL(request.url).pathname === "/bench/steps"
      ? Response.json([...phases.values()])
      : worker.fetch(request, env, execution),
} satisfies ExportedHandler<Env, never>;
