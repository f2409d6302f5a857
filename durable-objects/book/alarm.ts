import type { DeliveryMessage } from "../../schema/queue.ts";
import type { BookCore } from "../auction-book-store.ts";
import type { Due } from "../due-table.ts";
import type { Project } from "../outbox.ts";
import { OUTBOX_EVERY } from "../send-time.ts";
import { shardOfKey } from "./consumers.ts";
import { type DueKind, PURGE_EVERY, SWEEP_MARGIN } from "./context.ts";
import type { Lead } from "./lead.ts";
import { hasEnded, mayBeTaken } from "./lead-state.ts";

/** What the alarm asks of the world. Each may fail: the work stays due. */
export interface BookEffects {
  enqueue(messages: DeliveryMessage[]): Promise<void>;
  /** At another shard. */
  settleConsumer(shard: string, key: string, lead_id: string, keep_ms: number | null): Promise<void>;
  project: Project;
  /** Lets others at the object. */
  pause?(): Promise<void>;
  /** A kind of work that failed, for the log. */
  failed(kind: DueKind, error: unknown): void;
}

const AT_ONCE = 100;
const ROUNDS = 20;
/** Pauses between wake-ups of a lead that does not move, and between tries of a postback or a consumer's row: 10 s, growing. */
const FIRST_PAUSE = 10_000;
const MOST_PAUSE = 30_000;
const MOST_OUTBOX_PAUSE = 15_000;

const KINDS: ReadonlySet<string> = new Set<DueKind>(["sweep", "consumer", "ended", "postback", "outbox", "purge"]);

const pauseAfter = (tries: number): number => Math.min(MOST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 8));

/**
 * Does what is due. Every piece is re-armed before it is begun, so that a crash or an error anywhere only delays it.
 * One at a time per object (the platform's alarm is).
 */
export class BookAlarm {
  private outboxFailures = 0;

  constructor(
    private readonly core: BookCore,
    private readonly effects: BookEffects,
  ) {}

  /** Never rejects. */
  async run(): Promise<void> {
    await this.rounds();
    this.core.book.due.recount();
  }

  private async rounds(): Promise<void> {
    const { due, now } = this.core.book;
    for (let round = 0; round < ROUNDS; round++) {
      const ready = due.ready(now(), AT_ONCE);
      if (ready.length === 0) return;
      // Of a newer version that was rolled back: left for it, without spinning.
      for (const row of ready) if (!KINDS.has(row.kind)) due.put(row.kind, row.key, now() + PURGE_EVERY);
      const of = (kind: DueKind): Due[] => ready.filter((row) => row.kind === kind);
      await this.guarded("sweep", of("sweep"), (rows) => this.wake("lead", this.stalled(rows)));
      await this.guarded("postback", of("postback"), (rows) => this.wake("postback", this.untold(rows)));
      await this.guarded("consumer", of("consumer"), (rows) => this.consumers(rows));
      await this.guarded("ended", of("ended"), () => this.ended());
      await this.guarded("outbox", of("outbox"), () => this.outbox());
      await this.guarded("purge", of("purge"), () => this.purge());
    }
  }

  private async guarded(kind: DueKind, rows: Due[], work: (rows: Due[]) => Promise<void>): Promise<void> {
    if (rows.length === 0) return;
    try {
      await work(rows);
    } catch (error) {
      // Work that could not even re-arm itself must not keep the alarm spinning.
      const later = this.core.book.now() + FIRST_PAUSE;
      for (const row of this.core.book.due.ready(this.core.book.now(), AT_ONCE)) {
        if (row.kind === kind) this.core.book.due.put(row.kind, row.key, later);
      }
      this.effects.failed(kind, error);
    }
  }

  /** Open leads that nobody works on. Those that somebody does, or that are not due, are looked at again in their time. */
  private stalled(rows: Due[]): string[] {
    const { book, table } = this.core;
    return book.sql.transaction(() => {
      const now = book.now();
      return rows.flatMap(({ key }) => {
        const lead = table.get(key);
        if (lead?.state !== "open") {
          book.due.drop("sweep", key);
          return [];
        }
        const later = quietUntil(lead, now);
        if (later !== null) {
          book.due.put("sweep", key, later);
          return [];
        }
        book.due.put("sweep", key, now + pauseAfter(lead.nudges));
        table.save({ ...lead, nudges: lead.nudges + 1 }, now);
        return [key];
      });
    });
  }

  private untold(rows: Due[]): string[] {
    const { book, table } = this.core;
    return book.sql.transaction(() => {
      const now = book.now();
      return rows.flatMap(({ key }) => {
        if (!table.get(key)?.postback_due) {
          book.due.drop("postback", key);
          return [];
        }
        // The consumer of the message says when to try again (postbackDone); this is for when it is lost.
        book.due.put("postback", key, now + MOST_PAUSE);
        return [key];
      });
    });
  }

  private async wake(kind: DeliveryMessage["kind"], lead_ids: string[]): Promise<void> {
    if (lead_ids.length > 0) await this.effects.enqueue(lead_ids.map((lead_id) => ({ v: 1, kind, lead_id })));
  }

  private async consumers(rows: Due[]): Promise<void> {
    // Not re-armed first: what is cut off is due still, and the alarm's own safety brings it.
    await this.settleAll(rows.map(({ key }) => key));
  }

  private async ended(): Promise<void> {
    const { book } = this.core;
    const leads = book.ended.since(book.now(), AT_ONCE);
    await this.settleAll(
      leads.flatMap(({ lead_id, consumer_keys }) => consumer_keys.map((key) => `${lead_id} ${key}`)),
    );
    book.ended.done(leads.length < AT_ONCE ? book.outbox.sending.soon(book.now()) : book.now());
  }

  /** By keys of due rows; what fails has its row, for later. */
  private async settleAll(due_keys: string[]): Promise<void> {
    const { due, now } = this.core.book;
    const results = await Promise.allSettled(
      due_keys.map((key) =>
        this.settleConsumer(key).catch((error: unknown) => {
          due.put("consumer", key, now() + FIRST_PAUSE);
          throw error;
        }),
      ),
    );
    const failure = results.find((result) => result.status === "rejected");
    if (failure) this.effects.failed("consumer", failure.reason);
  }

  private async settleConsumer(due_key: string): Promise<void> {
    const { book, table } = this.core;
    const space = due_key.indexOf(" ");
    const lead_id = due_key.slice(0, space);
    const key = due_key.slice(space + 1);
    const lead = table.get(lead_id);
    if (lead && hasEnded(lead)) {
      const keep_ms = keepOf(lead, book.now());
      const shard = shardOfKey(key);
      if (shard === book.shard) this.core.settleConsumer(key, lead_id, keep_ms);
      else await this.effects.settleConsumer(shard, key, lead_id, keep_ms);
    }
    book.due.drop("consumer", due_key);
  }

  private async outbox(): Promise<void> {
    const { book } = this.core;
    book.due.put(
      "outbox",
      "",
      book.now() + Math.min(MOST_OUTBOX_PAUSE, OUTBOX_EVERY * 2 ** Math.min(this.outboxFailures, 8)),
    );
    this.outboxFailures++;
    const more = await book.outbox.drain(this.effects.project, book.now(), this.effects.pause);
    this.outboxFailures = 0;
    // Looked at here, with no await before it is off the list: an event appended meanwhile is pending and keeps it on.
    if (book.outbox.pending().events === 0) book.due.drop("outbox", "");
    else book.due.put("outbox", "", more ? book.now() : book.outbox.sending.soon(book.now()));
  }

  private async purge(): Promise<void> {
    const { due, now } = this.core.book;
    due.put("purge", "", now() + PURGE_EVERY);
    if (this.core.purge()) due.put("purge", "", now() + OUTBOX_EVERY);
  }
}

/**
 * Ms that an ended lead's consumer stays sold. A returned lead's row says "sold", so it has to end by its time: at once where nobody has
 * the lead, with the campaign's window where another buyer said yes as well, or may have it still.
 */
function keepOf(lead: Lead, now: number): number | null {
  if (lead.state === "unsold") return null;
  const since = lead.sale?.at ?? (mayBeTaken(lead) ? lead.past_sales.at(-1)?.at : undefined);
  return since === undefined ? 0 : Math.max(0, lead.consumer_keep_ms - (now - since));
}

/** When to look again at a lead that somebody holds or that waits for its time; null = it has stopped moving. */
function quietUntil(lead: Lead, now: number): number | null {
  if (lead.owner !== null && lead.lease_until + SWEEP_MARGIN > now) return lead.lease_until + SWEEP_MARGIN;
  if (lead.owner === null && lead.resume_at !== null && lead.resume_at > now) return lead.resume_at;
  return null;
}
