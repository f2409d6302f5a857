import type { LedgerEvent, NumberedEvent } from "../../schema/events.ts";
import { DueTable } from "../due-table.ts";
import { Outbox } from "../outbox.ts";
import type { Waiting } from "../outbox-batch.ts";
import type { Sql } from "../sql.ts";
import { auctionEvent, unlistedEvent } from "./auction-events.ts";
import { Ended } from "./ended.ts";
import type { Lead } from "./lead.ts";
import { type Entry, type Page, Pages } from "./pages.ts";
import { sweepLook } from "./sweeps.ts";
import { migrate, readMeta, writeMeta } from "./tables.ts";

/** What the rooms of a book share. */
export interface BookContext {
  sql: Sql;
  /** Epoch ms, the book's clock. */
  now(): number;
  /** The shard's name: `enam-07`. */
  shard: string;
  due: DueTable;
  outbox: Outbox;
  ended: Ended;
  pages: Pages;
  /** The lead has ended: its consumers are to be settled. Inside the transaction. */
  consumersDue(lead: Lead): void;
  /** By rows of their own, for a lead that a look will not find. */
  consumersDueNow(lead: Lead): void;
  /** A batch of auctions, which the outbox tells of. Call inside the transaction. */
  keepPage(entries: Entry[]): void;
  /** Call inside the transaction that changes the state. */
  emit(events: LedgerEvent[]): void;
  /** Told after a transaction in which a lead got an outcome to tell. */
  told(lead_id: string): void;
}

/** Things that are due. Keys: a lead's id; `consumer`: `<lead id> <consumer key>`; `ended`, `outbox` and `purge`: empty. */
export type DueKind = "sweep" | "consumer" | "ended" | "postback" | "outbox" | "purge";

/** Ms after a lease has run out before the alarm looks: its holder may be about to renew it. */
export const SWEEP_MARGIN = 5_000;
/** Ms that a deferred lead's own queue message has before the alarm sends another. */
export const WAKE_GRACE = 20_000;

/** Snapshots hear of a repair within two seconds: whoever tried again before would meet the old set-up, and park again. */
export const HEARD_MS = 3_000;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Auctions and ended leads stay so long, complete (DESIGN: recorded auctions without a post, 7 days). */
export const KEEP_MS = 7 * DAY;
/** Outcomes of ended leads stay so long, for repeated posts. */
export const KEEP_OUTCOME_MS = 30 * DAY;
export const PURGE_EVERY = HOUR;

export function openBook(options: {
  sql: Sql;
  now: () => number;
  shard: string;
  told?: (lead_id: string) => void;
}): BookContext {
  const { sql, now, shard } = options;
  migrate(sql);
  const due = new DueTable(sql);
  const pages = new Pages(sql);
  const outbox = new Outbox(sql, () => `book:${shard}`, pagesOf(pages));
  due.watch(outbox.sending.look());
  due.watch(sweepLook(sql));
  const ended = new Ended(sql, now());
  due.watch(ended.look());
  const send = (): number => {
    const at = outbox.sending.want(now());
    due.soon(at);
    return at;
  };
  // The purge re-arms itself for ever; it only has to begin.
  if (readMeta(sql, "opened") === null) {
    sql.transaction(() => {
      writeMeta(sql, "opened", String(now()));
      due.put("purge", "", now() + PURGE_EVERY);
    });
  }
  return {
    sql,
    now,
    shard,
    due,
    outbox,
    ended,
    pages,
    consumersDue(lead) {
      // With the next batch, whose alarm rings anyway.
      if (!ended.finds(lead, send())) this.consumersDueNow(lead);
    },
    consumersDueNow(lead) {
      for (const key of lead.consumer_keys) due.put("consumer", `${lead.lead_id} ${key}`, now());
    },
    keepPage(entries) {
      pages.add(outbox.last() + 1, now(), entries);
      send();
    },
    emit(events) {
      if (events.length === 0) return;
      outbox.append(events, now());
      send();
    },
    told: options.told ?? (() => {}),
  };
}

const eventsOf = ({ first_n, entries }: Page): NumberedEvent[] =>
  entries.map(({ record, listed }, i) => ({
    ...(listed ? auctionEvent(record) : unlistedEvent(record)),
    n: first_n + i,
  }));

/** Characters of pages that are read at once: about a millisecond in which the object does nothing else. */
const AT_ONCE = 150_000;

/** Pages as the outbox reads them. */
const pagesOf = (pages: Pages) => ({
  after(n: number, limit: number, chars: number): Waiting[] {
    const found: Waiting[] = [];
    let [told, read] = [0, 0];
    for (const { page, chars: of_page } of pages.after(n)) {
      const events = eventsOf(page);
      // What is told of an unlisted auction is a hundredth of its page: by the page's length few would share a batch, and its sums.
      const length = JSON.stringify(events).length;
      found.push({ last_n: page.first_n + page.entries.length - 1, events, chars: length });
      told += length;
      read += of_page;
      if (found.length >= limit || told >= chars || read >= AT_ONCE) break;
    }
    return found;
  },
  last: () => pages.last(),
  pendingAfter: (n: number) => pages.pendingAfter(n),
});
