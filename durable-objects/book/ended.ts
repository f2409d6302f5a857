import type { Look } from "../due-table.ts";
import { DueTime } from "../due-time.ts";
import type { Sql } from "../sql.ts";
import { type Lead, leadOf } from "./lead.ts";
import { readMeta, writeMeta } from "./tables.ts";

/** Leads that ended up to then (epoch ms) have had their consumers settled, or have rows in `due` for them. */
const SETTLED = "consumers_settled_to";

/**
 * Leads that have ended and whose consumers are still to be settled: by a look at those that ended since the last one, in place of a row
 * each to set and to drop, and of an alarm each. A lead that ends at or before a time that was looked at already has rows.
 */
export class Ended {
  private settled_to: number;
  /** Up to where it is being looked now: what ends in there from here on is not seen any more. */
  private looking_to = 0;
  private readonly due = new DueTime("ended", () => (this.some() ? this.settled_to : null));

  constructor(
    private readonly sql: Sql,
    now: number,
  ) {
    const known = readMeta(sql, SETTLED);
    // What ended before there were looks has rows.
    this.settled_to = known === null ? now - 1 : Number(known);
    if (known === null) writeMeta(sql, SETTLED, String(this.settled_to));
  }

  /** Will a look find this lead? Then it is due at `at`; else it needs rows. Inside the transaction that ends it. */
  finds(lead: Lead, at: number): boolean {
    if (lead.closed_at === null || lead.closed_at <= Math.max(this.settled_to, this.looking_to)) return false;
    this.due.by(at);
    return true;
  }

  /** A look is still to find it: nothing that it needs for that may be forgotten. */
  awaits({ closed_at }: Lead): boolean {
    return closed_at !== null && closed_at > this.settled_to;
  }

  /** Those that ended before `now`, the oldest first: some `limit`, and all of one moment. Then call {@link done}. */
  since(now: number, limit: number): Lead[] {
    const after = this.settled_to;
    const cut = this.sql.all<{ closed_at: number }>(
      `SELECT closed_at ${ENDED} LIMIT 1 OFFSET ?`,
      after,
      now,
      limit - 1,
    );
    this.looking_to = cut[0]?.closed_at ?? now - 1;
    const rows = this.sql.all<{ body: string }>(`SELECT body ${ENDED}`, after, this.looking_to + 1);
    return rows.map(({ body }) => leadOf(body));
  }

  /** They are settled, or have rows now. `more_at`: when the next look is, where there are more. */
  done(more_at: number): void {
    if (this.looking_to > this.settled_to) {
      this.settled_to = this.looking_to;
      writeMeta(this.sql, SETTLED, String(this.settled_to));
    }
    this.due.set(this.some() ? more_at : null);
  }

  private some(): boolean {
    return this.sql.all(`SELECT 1 AS one ${ENDED} LIMIT 1`, this.settled_to, Number.MAX_SAFE_INTEGER).length > 0;
  }

  /** The due kind `ended`. */
  look(): Look {
    return this.due.look();
  }
}

const ENDED =
  "FROM leads INDEXED BY leads_closed WHERE slim = 0 AND closed_at IS NOT NULL AND closed_at > ? AND closed_at < ? ORDER BY closed_at";
