import type { AlertsPort, Incident, Notice, SyntheticRun } from "../../schema/rpc/alerts.ts";
import { looked } from "../../worker/alerts/incidents.ts";
import type { AfterLook, BeforeLook, Watcher, WatchMemory } from "../../worker/alerts/memory.ts";
import { begun, healthAfter, NEW_HEALTH, type Sent, settled, tell } from "../../worker/alerts/notices.ts";
import { tellingOf } from "../../worker/alerts/policy.ts";
import { CHANNELS, channelFindings, SYNTHETIC, syntheticFindings } from "../../worker/alerts/rules-books.ts";
import { afterRun, dueRuns, type Ran } from "../../worker/alerts/synthetic.ts";
import { reasonOf } from "../keeper-rules.ts";
import type { Sql } from "../sql.ts";
import { AlertTable } from "./alert-table.ts";
import type { JobTable } from "./job-table.ts";

export const LOOK_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;
/** Of an alert that ended within a mute, the end is told when the mute is over. */
const LONGEST_MUTE_MS = 7 * DAY_MS;
const KEEP_INCIDENTS_MS = 90 * DAY_MS;
const KEEP_NOTICES_MS = 30 * DAY_MS;
/** Of one alarm run: so many notices, or so many ms. */
const MOST_NOTICES = 20;
const SENDING_MS = 20_000;
/** Rows that one look writes into the ledger. */
const UNWRITTEN = 50;
const MOST_DRIFT = 50;

/** Looks each minute, keeps alerts from beginning to end, and sends what is to be told. Storage around pure rules. */
export class WatchCore {
  private readonly table: AlertTable;

  constructor(
    private readonly sql: Sql,
    private readonly meta: Pick<JobTable, "meta" | "setMeta">,
    private readonly now: () => number,
  ) {
    this.table = new AlertTable(sql);
    if (meta.meta("due:watch") === null) meta.setMeta("due:watch", now() + LOOK_EVERY_MS);
  }

  next(): number {
    return Math.min(this.meta.meta("due:watch") ?? 0, this.table.nextNotice() ?? Number.MAX_SAFE_INTEGER);
  }

  lookNow(): void {
    this.meta.setMeta("due:watch", this.now());
  }

  /** Does what is due. Never throws: a look that fails is made again in a minute. */
  async work(watcher: Watcher): Promise<void> {
    if ((this.meta.meta("due:watch") ?? 0) <= this.now()) {
      this.meta.setMeta("due:watch", this.now() + LOOK_EVERY_MS);
      await this.look(watcher).then(
        () => this.table.note({ looked_at: this.now(), failed: null }),
        (error: unknown) => this.table.note({ failed: reasonOf(error) }),
      );
    }
    const until = this.now() + SENDING_MS;
    for (let n = 0; n < MOST_NOTICES && this.now() < until; n++) if (!(await this.sendNext(watcher))) return;
  }

  private async look(watcher: Watcher): Promise<void> {
    const before = this.before();
    const due = dueRuns(before.memory.records.synthetic, before.memory.runs, this.now());
    const [after, ran] = await Promise.all([
      watcher.look(before),
      due.length === 0 ? {} : watcher.synthetic(due).catch((): Record<string, Ran> => ({})),
    ]);
    this.sql.transaction(() => this.merge(before, after, ran));
  }

  private before(): BeforeLook {
    const drift = this.table
      .current(Number.MAX_SAFE_INTEGER)
      .filter(({ kind, state }) => state === "open" && kind.startsWith("drift_"))
      .map(({ id, subject, buyer_id }) => ({ id, subject, buyer_id }));
    // Where there are more than one look takes, each look takes others.
    const turn = Math.floor(this.now() / LOOK_EVERY_MS) % Math.max(1, Math.ceil(drift.length / MOST_DRIFT));
    return {
      memory: this.table.memory(),
      windows: this.table.windows(),
      drift: drift.slice(turn * MOST_DRIFT, (turn + 1) * MOST_DRIFT),
      unwritten: this.table.unwritten(UNWRITTEN),
    };
  }

  private merge(before: BeforeLook, after: AfterLook, ran: Record<string, Ran>): void {
    const now = this.now();
    // A channel may have been tried, or a synthetic lead sent by hand, while the look went on.
    const { runs: then, channels } = this.table.memory();
    const { policy, synthetic } = after.memory.records;
    const memory: WatchMemory = { ...after.memory, channels, runs: afterRun(then, synthetic, ran) };
    this.table.saveMemory(memory);
    this.saveWindows(before, after);
    this.table.written(after.written);
    const active = new Set(memory.records.channels.flatMap(({ id, status }) => (status === "active" ? [id] : [])));
    const health = Object.fromEntries(Object.entries(channels).filter(([id]) => active.has(id)));
    const look = {
      ...after.look,
      // A rebuild writes old events anew: what was an alert once is none a second time.
      events: after.look.events.filter(({ id }) => this.table.incident(id) === null),
      findings: [
        ...after.look.findings,
        ...channelFindings(policy, health),
        ...syntheticFindings(
          policy,
          synthetic.filter(({ status }) => status === "active"),
          memory.runs,
          now,
        ),
      ],
      scopes: [...after.look.scopes, CHANNELS, SYNTHETIC],
    };
    const cooling = (buyer_id: string | null) => tellingOf(policy, buyer_id).cooling_off_ms;
    const changed = looked(this.table.current(now - DAY_MS), look, cooling, now);
    for (const incident of changed) this.table.saveIncident(incident);
    const telling = [
      ...this.table.current(now - DAY_MS),
      ...this.table.untold(now - LONGEST_MUTE_MS - DAY_MS, now - DAY_MS),
    ];
    const told = tell(telling, policy, memory.records.channels, after.mutes, now);
    for (const incident of told.incidents) this.table.saveIncident(incident);
    for (const notice of told.notices) this.table.saveNotice(notice);
    this.table.forget(now - KEEP_INCIDENTS_MS, now - KEEP_NOTICES_MS);
  }

  private saveWindows(before: BeforeLook, after: AfterLook): void {
    const same = new Set(before.windows);
    for (const window of after.windows) if (!same.has(window)) this.table.saveWindow(window);
    const kept = new Set(after.windows.map(({ contract_id }) => contract_id));
    for (const { contract_id } of before.windows) if (!kept.has(contract_id)) this.table.dropWindow(contract_id);
  }

  /** @returns false when nothing was due. */
  private async sendNext(watcher: Watcher): Promise<boolean> {
    const due = this.table.dueNotice(this.now());
    if (!due) return false;
    const channel = this.table.memory().records.channels.find(({ id }) => id === due.channel_id);
    if (channel?.status !== "active") {
      this.table.saveNotice({
        ...due,
        state: "dropped",
        why: channel ? "the channel is paused" : "there is no such channel",
      });
      return true;
    }
    const notice = begun(due, this.now());
    this.table.saveNotice(notice);
    const sent = await watcher
      .send(notice, channel)
      .catch((error: unknown): Sent => ({ ok: false, why: reasonOf(error) }));
    this.sql.transaction(() => {
      const after = settled(notice, sent, this.now());
      this.table.saveNotice(after);
      this.channelTold(after);
    });
    return true;
  }

  /** A notice ended, or an operator tried the channel. */
  channelTold(notice: Notice): void {
    const memory = this.table.memory();
    const health = healthAfter(memory.channels[notice.channel_id] ?? NEW_HEALTH, notice, this.now());
    this.table.saveMemory({ ...memory, channels: { ...memory.channels, [notice.channel_id]: health } });
  }

  ranByHand(id: string, ran: Ran): void {
    const memory = this.table.memory();
    // The record may be newer than the last look.
    this.table.saveMemory({ ...memory, runs: { ...memory.runs, ...afterRun(memory.runs, [{ id }], { [id]: ran }) } });
  }

  incidents(page: Parameters<AlertsPort["incidents"]>[0]): Incident[] {
    return this.table.page(page);
  }
  incident(id: string): Incident | null {
    return this.table.incident(id);
  }
  notices(page: Parameters<AlertsPort["notices"]>[0]): Notice[] {
    return this.table.newestNotices(page);
  }
  state(): Awaited<ReturnType<AlertsPort["watch"]>> {
    const { channels, runs } = this.table.memory();
    const { looked_at = null, failed = null } = this.table.noted();
    return { looked_at, failed, channels, synthetic: runs satisfies Record<string, SyntheticRun> };
  }
}
