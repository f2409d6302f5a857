import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { DurableObject, env } from "cloudflare:workers";
import { AuctionBook, BuyerAccount, Dialer } from "../../../worker/index.ts";

/** What is counted, by name: `book.written`, `d1.read`, `account.calls` … */
export type Counts = Record<string, number>;

type Any = (...args: never[]) => unknown;
type Holder = Record<string, Any>;

/**
 * Counts what the platform bills while the real Worker and its objects run: calls of objects, rows that their SQLite and D1 say they read and
 * wrote, alarms, queue messages. It sits on the prototypes of the runtime's own classes, so that nothing of ours has to know of it.
 */
export class Meter {
  counts: Counts = {};
  /** Of the present stretch, by statement. */
  readonly statements: Counts = {};
  private readonly restore: (() => void)[] = [];
  private readonly kinds = new WeakMap<object, string>();
  private cursors: { kind: string; query: string; cursor: SqlStorageCursor<Record<string, SqlStorageValue>> }[] = [];

  add(name: string, by = 1): void {
    this.counts[name] = (this.counts[name] ?? 0) + by;
  }

  private replace(holder: object, name: string, by: (real: Any) => Any): void {
    const target = holder as Holder;
    const real = target[name];
    if (real === undefined) throw new Error(`no ${name} to count`);
    target[name] = by(real);
    this.restore.push(() => {
      target[name] = real;
    });
  }

  /** One object of each kind must exist. */
  async start(): Promise<void> {
    await this.know();
    const [id] = await listDurableObjectIds(env.BOOK);
    if (!id) throw new Error("no book to measure at");
    const meter = this;
    await runInDurableObject(env.BOOK.get(id), (_, { storage }) => {
      const sql = Object.getPrototypeOf(storage.sql) as object;
      this.replace(
        sql,
        "exec",
        (real) =>
          function (this: object, ...args: never[]) {
            const cursor = real.apply(this, args) as SqlStorageCursor<Record<string, SqlStorageValue>>;
            meter.cursors.push({ kind: meter.kinds.get(this) ?? "other", query: String(args[0]), cursor });
            return cursor;
          },
      );
      this.replace(
        Object.getPrototypeOf(storage) as object,
        "setAlarm",
        (real) =>
          function (this: DurableObjectStorage, ...args: never[]) {
            meter.add(`${meter.kinds.get(this.sql) ?? "other"}.alarms_set`);
            return real.apply(this, args);
          },
      );
    });
    this.calls(AuctionBook, "book");
    this.calls(BuyerAccount, "account");
    this.calls(Dialer, "dialer");
    this.database();
  }

  /** Tells apart which object a statement runs in. */
  async know(): Promise<void> {
    const of = { book: env.BOOK, account: env.ACCOUNT, keeper: env.KEEPER };
    for (const [kind, namespace] of Object.entries(of) as [string, DurableObjectNamespace][])
      for (const id of await listDurableObjectIds(namespace))
        await runInDurableObject(namespace.get(id), (_, { storage }) => void this.kinds.set(storage.sql, kind));
  }

  private calls(of: { prototype: object }, kind: string): void {
    const inner = ["constructor", "run", "runAs", "arm", "probes", "fetchToken"];
    // A subclass has most of its calls from its parent.
    const parent = Object.getPrototypeOf(of.prototype) as object;
    const ours = parent === DurableObject.prototype ? [] : Object.getOwnPropertyNames(parent);
    for (const name of new Set([...Object.getOwnPropertyNames(of.prototype), ...ours])) {
      if (inner.includes(name)) continue;
      const meter = this;
      this.replace(
        of.prototype,
        name,
        (real) =>
          function (this: object, ...args: never[]) {
            meter.add(name === "alarm" ? `${kind}.alarms` : `${kind}.calls`);
            meter.add(`${kind}.call.${name}`);
            return real.apply(this, args);
          },
      );
    }
  }

  private database(): void {
    const meter = this;
    const note = (query: string, result: { meta: { rows_read?: number; rows_written?: number } }) => {
      meter.add("d1.read", result.meta.rows_read ?? 0);
      meter.add("d1.written", result.meta.rows_written ?? 0);
      const key = `D1 ${query.slice(0, 60)}`;
      meter.statements[key] = (meter.statements[key] ?? 0) + (result.meta.rows_written ?? 0);
    };
    const text = (statement: unknown) => String((statement as { statement?: string }).statement ?? "?");
    this.replace(
      Object.getPrototypeOf(env.DB) as object,
      "batch",
      (real) =>
        async function (this: object, ...args: never[]) {
          meter.add("d1.calls");
          const results = (await real.apply(this, args)) as D1Result[];
          const [statements = []] = args as unknown[][];
          results.forEach((result, i) => void note(text(statements[i]), result));
          return results;
        },
    );
    for (const name of ["run", "all"])
      this.replace(
        Object.getPrototypeOf(env.DB.prepare("SELECT 1")) as object,
        name,
        (real) =>
          async function (this: object, ...args: never[]) {
            meter.add("d1.calls");
            const result = (await real.apply(this, args)) as D1Result;
            note(text(this), result);
            return result;
          },
      );
    for (const name of ["send", "sendBatch"])
      this.replace(
        Object.getPrototypeOf(env.DELIVERIES) as object,
        name,
        (real) =>
          function (this: object, ...args: never[]) {
            const [many] = args as unknown[];
            meter.add("queue.messages", name === "sendBatch" && Array.isArray(many) ? many.length : 1);
            return real.apply(this, args);
          },
      );
  }

  /** Adds up what statements have done since. */
  flush(): void {
    for (const { kind, query, cursor } of this.cursors) {
      this.add(`${kind}.read`, cursor.rowsRead);
      this.add(`${kind}.written`, cursor.rowsWritten);
      const key = `${kind} ${query.replace(/\s+/g, " ").slice(0, 60)}`;
      this.statements[key] = (this.statements[key] ?? 0) + cursor.rowsWritten;
    }
    this.cursors = [];
  }

  stop(): void {
    this.flush();
    for (const restore of this.restore.reverse()) restore();
  }
}
