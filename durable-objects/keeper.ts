import { DurableObject } from "cloudflare:workers";
import type { Job, KeeperPort } from "../schema/rpc/keeper.ts";
import type { Watcher } from "../worker/alerts/memory.ts";
import { deps } from "../worker/deps.ts";
import type { Env } from "../worker/env.ts";
import { KeeperCore, type RunStep } from "./keeper/core.ts";
import { WatchCore } from "./keeper/watch.ts";
import { objectSql } from "./sql.ts";

/** Should a run be cut off, the alarm rings again after this (ms). */
const REARM_MS = 60_000;

/**
 * Drives work that takes longer than a request, and the daily chores, by its one alarm; there is one keeper, named `main`. A shell:
 * storage, alarm and calls around {@link KeeperCore}. What a step does is the Worker's, which fills in {@link steps}.
 */
export class Keeper extends DurableObject<Env> implements KeeperPort {
  private readonly core: KeeperCore;
  private readonly alerts: WatchCore;
  /** When the alarm rings, as far as this instance knows; null = unknown. */
  private armed: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const sql = objectSql(ctx.storage);
    this.core = new KeeperCore(sql, () => deps().now());
    this.alerts = new WatchCore(sql, this.core.table, () => deps().now());
  }

  /** How a job's step is done. A subclass that knows the flows overrides it. */
  protected steps(): RunStep {
    return () => Promise.reject(new Error("this keeper knows no jobs"));
  }

  /** How it sees, and how it sends. A subclass that knows the flows overrides it. */
  protected watcher(): Watcher {
    throw new Error("this keeper watches nothing");
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
    if ((await this.ctx.storage.getAlarm()) === null) this.arm(this.next());
  }

  /** Re-arms before it works, so that nothing that happens in between can leave the keeper without an alarm. */
  override async alarm(): Promise<void> {
    this.arm(deps().now() + REARM_MS);
    await this.alerts.work(this.watcher());
    await this.core.work(this.steps());
    this.arm(this.next());
  }

  async incidents(page: Parameters<KeeperPort["incidents"]>[0]) {
    return this.alerts.incidents(page);
  }
  async incident(id: string) {
    return this.alerts.incident(id);
  }
  async notices(page: Parameters<KeeperPort["notices"]>[0]) {
    return this.alerts.notices(page);
  }
  async watch() {
    return this.alerts.state();
  }
  async lookNow(): Promise<void> {
    this.alerts.lookNow();
    this.sooner();
  }
  async channelTold(notice: Parameters<KeeperPort["channelTold"]>[0]): Promise<void> {
    this.alerts.channelTold(notice);
  }
  async syntheticRan(...ran: Parameters<KeeperPort["syntheticRan"]>): Promise<void> {
    this.alerts.ranByHand(...ran);
  }

  private next(): number {
    return Math.min(this.core.next(), this.alerts.next());
  }

  private sooner(): void {
    const next = this.next();
    if (this.armed === null || next < this.armed) this.arm(next);
  }

  /** Not awaited: the write belongs to the same transaction, and the output gate waits for it. */
  private arm(at: number): void {
    this.armed = at;
    void this.ctx.storage.setAlarm(at);
  }
}
