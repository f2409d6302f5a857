import type { NumberedEvent } from "../../../schema/events.ts";
import type { RawConfigRow, RawRows, RawStatusRow, Seen } from "../../../worker/snapshot/snapshot.ts";
import type { Caller } from "./invocation.ts";
import { LOST, never, type Stage, strikes } from "./stage.ts";

/** After so long (ms) a caller of D1 gives up. */
const HUNG_MS = 10_000;

/** The ledger as its callers see it: configuration and status rows to read, events to write; errors, lost replies, hangs, outages. */
export class SimD1 {
  private awayUntil = 0;
  private readonly config: RawConfigRow[] = [];
  private readonly status = new Map<string, RawStatusRow & { n: number }>();
  private statusSeq = 0;

  constructor(
    private readonly stage: Stage,
    /** Told of every event that was stored, also of those that came before. */
    private readonly stored: (object: string, events: NumberedEvent[]) => void,
  ) {}

  /** A new version of a record. */
  change(kind: string, body: { id: string }): void {
    const version = this.config.filter((row) => row.kind === kind && row.id === body.id).length + 1;
    this.config.push({ kind, id: body.id, seq: this.config.length + 1, version, body: JSON.stringify(body) });
  }

  async changes(from: Caller, since: Seen): Promise<RawRows> {
    await this.access(from, () => {});
    return {
      config: this.config.slice(since.config),
      status: [...this.status.values()].filter((row) => row.seq > since.status),
      suppressions: [],
    };
  }

  async project(from: Caller, object: string, events: NumberedEvent[]): Promise<{ refused: number[] }> {
    await this.access(from, () => this.write(object, events));
    return { refused: [] };
  }

  private write(object: string, events: NumberedEvent[]): void {
    for (const event of events) {
      if (event.table !== "status") continue;
      const { kind, id, body } = event.row;
      const key = `${kind}/${id}`;
      const known = this.status.get(key);
      if (!known || known.n < event.n) this.status.set(key, { kind, id, body, seq: ++this.statusSeq, n: event.n });
    }
    this.stored(object, events);
  }

  private access(from: Caller, work: () => void): Promise<void> {
    if (from.dead) return never();
    const { stage } = this;
    if (strikes(stage, "d1_away")) this.awayUntil = stage.time.now() + stage.dice.between(5_000, 120_000);
    return new Promise((resolve, reject) => {
      const end = (ms: number, fn: () => void) => void stage.time.after(ms, () => from.resume(fn));
      const fail = () => reject(new Error(LOST));
      if (strikes(stage, "d1_hangs")) return end(HUNG_MS, fail);
      if (stage.time.now() < this.awayUntil || strikes(stage, "d1_error")) return end(10, fail);
      stage.time.after(stage.dice.between(3, 20), () => {
        work();
        end(3, strikes(stage, "d1_reply_lost") ? fail : resolve);
      });
    });
  }
}
