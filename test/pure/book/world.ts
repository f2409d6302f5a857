import { BookAlarm, type BookEffects } from "../../../durable-objects/book/alarm.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import type { TestBook } from "./support.ts";

/** The world of an alarm: what it sent, and what of it fails. */
export function world(book: TestBook) {
  const sent: DeliveryMessage[] = [];
  const freed: [string, string, string, number | null][] = [];
  const d1: NumberedEvent[] = [];
  const failed: string[] = [];
  const down = { queue: false, shard: false, d1: false };
  const effects: BookEffects = {
    enqueue: async (messages) => {
      if (down.queue) throw new Error("queue");
      sent.push(...messages);
    },
    settleConsumer: async (...call) => {
      if (down.shard) throw new Error("shard");
      freed.push(call);
    },
    project: async (_object, events) => {
      if (down.d1) throw new Error("d1");
      d1.push(...events);
      return { refused: [] };
    },
    failed: (kind) => failed.push(kind),
  };
  const alarm = new BookAlarm(book.core, effects);
  /** Time passes, and the alarm rings whenever something is due. */
  const live = async (ms: number) => {
    const until = book.now() + ms;
    for (let n = 0; n < 10_000; n++) {
      const next = book.core.book.due.next();
      if (next === null || next > until) break;
      book.pass(Math.max(0, next - book.now()));
      await alarm.run();
    }
    book.pass(until - book.now());
  };
  return { sent, freed, d1, failed, down, live };
}
