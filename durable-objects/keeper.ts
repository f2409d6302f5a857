import { DurableObject } from "cloudflare:workers";
import type { Job, KeeperPort } from "../schema/rpc/keeper.ts";
import { deps } from "../worker/deps.ts";
import type { Env } from "../worker/env.ts";
import { KeeperCore, type RunStep } from "./keeper/core.ts";
import { objectSql } from "./sql.ts";

/** Should a run be cut off, the alarm rings again after this (ms). */
const REARM_MS = 60_000;

/**
 * Drives work that takes longer than a request, and the daily chores, by its one alarm; there is one keeper, named `main`. A shell:
 * storage, alarm and calls around {@link KeeperCore}. What a step does is the Worker's, which fills in {@link steps}.
 */
export class Keeper extends DurableObject<Env> implements KeeperPort {
  private readonly core: KeeperCore;
  /** When the alarm rings, as far as this instance knows; null = unknown. */
  private armed: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.core = new KeeperCore(objectSql(ctx.storage), () => deps().now());
  }

  /** How a job's step is done. A subclass that knows the flows overrides it. */
  protected steps(): RunStep {
    return () => Promise.reject(new Error("this keeper knows no jobs"));
  }

  async start(job: Parameters<KeeperPort["start"]>[0]): Promise<Job> {
    const started = this.core.start(job);
    this.sooner();
    return started;
  }

  async job(id: string): Promise<Job | null> {
    return this.core.job(id);
  }

  async jobs(limit: number): Promise<Job[]> {
    return this.core.jobs(limit);
  }

  async cancel(id: string, author: string): Promise<Job | null> {
    return this.core.cancel(id, author);
  }

  async tick(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) this.arm(this.core.next());
  }

  /** Re-arms before it works, so that nothing that happens in between can leave the keeper without an alarm. */
  override async alarm(): Promise<void> {
    this.arm(deps().now() + REARM_MS);
    await this.core.work(this.steps());
    this.arm(this.core.next());
  }

  private sooner(): void {
    const next = this.core.next();
    if (this.armed === null || next < this.armed) this.arm(next);
  }

  /** Not awaited: the write belongs to the same transaction, and the output gate waits for it. */
  private arm(at: number): void {
    this.armed = at;
    void this.ctx.storage.setAlarm(at);
  }
}
