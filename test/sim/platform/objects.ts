import { type MemorySql, memorySql } from "../core/sql.ts";
import type { Caller } from "./invocation.ts";
import { LOST, never, type Stage, strikes } from "./stage.ts";

/** One life of an object between two evictions. Once it is over nothing of it has any effect. */
export interface Life {
  invoke(method: string, args: unknown[]): unknown;
  alarm(): Promise<void>;
}
export interface LifeContext {
  sql: MemorySql;
  now(): number;
  timer(fn: () => void, ms: number): () => void;
  setAlarm(at: number | null): void;
  /** Calls and effects of this life; they never come back once it is over. */
  caller: Caller;
}
export type Boot = (context: LifeContext) => Life;

/** In place of a result: the call did not reach its object. */
export const UNREACHED = Symbol("unreached");

/** Seen at the object itself, in the instant of the effect. */
export type Effect = (object: string, method: string, args: unknown[], result: unknown) => void;

class LifeCaller implements Caller {
  dead = false;
  boundary(): void {}
  resume(fn: () => void): void {
    if (!this.dead) fn();
  }
}

/** A stateful object of the platform: its storage stays, its instance comes and goes, its calls may fail before or after their effect. */
export class SimObject {
  readonly sql: MemorySql = memorySql();
  private life: { life: Life; caller: LifeCaller; skew: number } | null = null;
  private awayUntil = 0;
  private alarm: { at: number; cancel: () => void } | null = null;
  private ringing = false;
  private readonly pending = new Set<() => void>();

  constructor(
    private readonly stage: Stage,
    readonly name: string,
    private readonly boot: Boot,
    private readonly effect: Effect,
  ) {}

  /** A call from outside: there, the effect, and back. */
  call(from: Caller, method: string, args: unknown[]): Promise<unknown> {
    from.boundary(`${this.name}.${method}:call`);
    if (from.dead) return never();
    const { stage } = this;
    return new Promise((resolve, reject) => {
      const lose = () => from.resume(() => reject(new Error(LOST)));
      const out = stage.dice.between(1, 6) + (strikes(stage, "call_slow") ? stage.dice.between(50, 3_000) : 0);
      from.resume(() => stage.time.after(out, () => this.arrive(from, method, args, resolve, lose)));
    });
  }

  /** What an auditor or the end of a world asks: no time, no faults. */
  peek(method: string, ...args: unknown[]): unknown {
    return this.alive().life.invoke(method, args);
  }

  close(): void {
    this.alarm?.cancel();
    this.evict();
    this.sql.close();
  }

  private arrive(from: Caller, method: string, args: unknown[], resolve: (r: unknown) => void, lose: () => void): void {
    const { stage } = this;
    const away = stage.time.now() < this.awayUntil || this.goesAway();
    if (!away && strikes(stage, "object_evicted")) this.evict();
    if (away || strikes(stage, "call_refused")) {
      this.effect(this.name, method, args, UNREACHED);
      return void stage.time.after(5, lose);
    }
    let over = false;
    const reset = () => {
      if (over) return;
      over = true;
      stage.time.after(1, lose);
    };
    this.pending.add(reset);
    const done = (result: unknown, failed: boolean) => {
      this.pending.delete(reset);
      if (over) return;
      over = true;
      if (failed || strikes(stage, "call_reply_lost")) return void stage.time.after(3, lose);
      stage.time.after(stage.dice.between(1, 8), () => {
        from.boundary(`${this.name}.${method}:reply`);
        from.resume(() => resolve(result));
      });
    };
    let result: unknown;
    try {
      result = this.alive().life.invoke(method, args);
    } catch (error) {
      stage.journal.write(null, `${this.name}.${method} threw ${String(error)}`);
      done(undefined, true);
      return;
    }
    if (!(result instanceof Promise)) {
      this.effect(this.name, method, args, result);
      done(result, false);
      return;
    }
    result.then(
      (value) => {
        this.effect(this.name, method, args, value);
        done(value, false);
      },
      (error) => {
        stage.journal.write(null, `${this.name}.${method} threw ${String(error)}`);
        done(undefined, true);
      },
    );
  }

  private goesAway(): boolean {
    if (!strikes(this.stage, "object_away")) return false;
    this.awayUntil = this.stage.time.now() + this.stage.dice.between(1_000, 90_000);
    this.stage.journal.write(null, `${this.name} away until ${Math.round(this.awayUntil)}`);
    this.evict();
    return true;
  }

  private evict(): void {
    const { life } = this;
    if (!life) return;
    life.caller.dead = true;
    this.life = null;
    for (const reset of [...this.pending]) reset();
    this.pending.clear();
    if (!this.ringing) return;
    // The platform tries a broken alarm again.
    this.ringing = false;
    this.setAlarm(Math.min(this.alarm?.at ?? Number.POSITIVE_INFINITY, this.stage.time.now() + 2_000));
  }

  private alive(): { life: Life; caller: LifeCaller } {
    if (this.life) return this.life;
    const { stage } = this;
    const caller = new LifeCaller();
    const skew = Math.round(stage.dice.between(-200, 200));
    const now = () => Math.floor(stage.time.now() + skew);
    const life = this.boot({
      sql: this.sql,
      now,
      timer: (fn, ms) => stage.time.after(ms, () => caller.resume(fn)),
      setAlarm: (at) => this.setAlarm(at === null ? null : at - skew),
      caller,
    });
    this.life = { life, caller, skew };
    return this.life;
  }

  private setAlarm(at: number | null): void {
    this.alarm?.cancel();
    this.alarm = null;
    if (at === null) return;
    const { stage } = this;
    const late = strikes(stage, "alarm_late") ? stage.dice.between(1_000, 60_000) : stage.dice.between(0, 30);
    const ring = () => {
      // One at a time: the next waits for the one that rings.
      if (this.ringing || stage.time.now() < this.awayUntil) {
        this.alarm = { at, cancel: stage.time.after(500, ring) };
        return;
      }
      this.alarm = null;
      void this.ring();
    };
    this.alarm = { at, cancel: stage.time.after(Math.max(0, at - stage.time.now()) + late, ring) };
  }

  private async ring(): Promise<void> {
    const { stage } = this;
    const instance = this.alive();
    this.ringing = true;
    await instance.life.alarm();
    if (instance.caller.dead) return;
    this.ringing = false;
    if (strikes(stage, "alarm_twice"))
      this.setAlarm(Math.min(this.alarm?.at ?? Number.POSITIVE_INFINITY, stage.time.now()));
  }
}
