import { BookCore } from "../../../durable-objects/auction-book-store.ts";
import type { NumberedEvent } from "../../../schema/events.ts";
import type { ClaimCommand, LeadView } from "../../../schema/rpc/book.ts";
import { nodeSql } from "../../support/node-sql.ts";
import { auction, claim, PING, SHARD, T0 } from "./fixtures.ts";

export * from "./fixtures.ts";

export interface TestBook {
  core: BookCore;
  /** Moves the book's clock on by so many ms. */
  pass(ms: number): void;
  now(): number;
  told: string[];
  /** Every event that waits in the outbox, in order. */
  events(): NumberedEvent[];
  rows<T extends NumberedEvent["table"]>(table: T): Extract<NumberedEvent, { table: T }>["row"][];
}

export function testBook(): TestBook {
  let now = T0;
  const told: string[] = [];
  const core = new BookCore({ sql: nodeSql(), now: () => now, shard: SHARD, told: (id) => told.push(id) });
  const events = () => core.book.outbox.waiting();
  return {
    core,
    told,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    events,
    rows: (table) => events().flatMap((event) => (event.table === table ? [event.row as never] : [])),
  };
}

/** A book with one claimed two-step lead. */
export function claimed(changes: Partial<ClaimCommand> = {}): TestBook & { lead: LeadView } {
  const book = testBook();
  book.core.record({ v: 1, batch: "n1", auctions: [auction()], late: [], project: [PING] });
  const reply = book.core.claim(claim(changes));
  if (reply.kind !== "yours") throw new Error(`claim was answered ${reply.kind}`);
  return { ...book, lead: reply.lead };
}

export const kinds = (book: TestBook, step: string): number =>
  book.core.story("l1")?.steps.filter((s) => s.step === step).length ?? 0;

/** Time passes until another worker may take the lead over, which it does. */
export function takeOver(book: TestBook): void {
  book.pass(18_000);
  book.core.lease("l1", "w2", 18_000);
}
