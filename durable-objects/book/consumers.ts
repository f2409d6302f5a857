import type { ConsumerReply } from "../../schema/rpc/book.ts";
import type { BookContext } from "./context.ts";

/** Ms; a campaign's window is at least a day. */
const SHORTEST_WINDOW = 86_400_000;

interface Row {
  lead_id: string;
  sold_at: number | null;
  sold_until: number | null;
  [column: string]: string | number | null;
}

/**
 * A consumer's claim in a campaign: its row names the lead that has it. It does not expire by itself while that lead is open;
 * once sold it lasts for the campaign's window.
 */
export class Consumers {
  constructor(private readonly book: BookContext) {}

  /**
   * `replacing`: the owner that the caller found to be gone, ended unsold, or sold before the campaign's window (which may have become
   * shorter since). Replaced only if it is still the owner, and not if it has been sold just now.
   */
  claim(key: string, lead_id: string, replacing: string | null): ConsumerReply {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const row = this.alive(key, now);
      const replaceable = row?.lead_id === replacing && (row?.sold_at == null || now - row.sold_at >= SHORTEST_WINDOW);
      if (row && row.lead_id !== lead_id && !replaceable) {
        return { kind: "taken", owner: row.lead_id, sold_ago_ms: row.sold_at === null ? null : now - row.sold_at };
      }
      if (row?.lead_id !== lead_id) {
        this.book.sql.run(
          "INSERT INTO consumers (key, lead_id, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET lead_id = excluded.lead_id, at = excluded.at, sold_at = NULL, sold_until = NULL",
          key,
          lead_id,
          now,
        );
      }
      return {
        kind: "yours",
        owner: lead_id,
        sold_ago_ms: row?.lead_id === lead_id && row.sold_at !== null ? now - row.sold_at : null,
      };
    });
  }

  /** Only the owner's word counts. Sold stays sold: freeing is for leads that ended unsold. */
  settle(key: string, lead_id: string, keep_ms: number | null): void {
    const now = this.book.now();
    if (keep_ms === null) {
      this.book.sql.run("DELETE FROM consumers WHERE key = ? AND lead_id = ? AND sold_at IS NULL", key, lead_id);
      return;
    }
    this.book.sql.run(
      "UPDATE consumers SET sold_at = coalesce(sold_at, ?), sold_until = ? WHERE key = ? AND lead_id = ?",
      now,
      now + keep_ms,
      key,
      lead_id,
    );
  }

  /** Sold within the window, or on its way. */
  sold(key: string, window_ms: number): boolean {
    const now = this.book.now();
    const row = this.alive(key, now);
    return row !== null && (row.sold_at === null || now - row.sold_at <= window_ms);
  }

  private alive(key: string, now: number): Row | null {
    const row = this.book.sql.all<Row>("SELECT lead_id, sold_at, sold_until FROM consumers WHERE key = ?", key)[0];
    return row && (row.sold_until === null || row.sold_until > now) ? row : null;
  }
}

/** The shard that keeps a consumer's row: the key says so (`<shard>:<HMAC>`). */
export const shardOfKey = (key: string): string => key.slice(0, Math.max(0, key.indexOf(":")));
