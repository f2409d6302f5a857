import type { LeadLine, LinesQuery } from "../../schema/rpc/book.ts";
import { base64url, fromBase64, fromUtf8, utf8 } from "../crypto/encoding.ts";
import { shardName } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";

export type LineFilter = Omit<LinesQuery, "v" | "after" | "limit">;

export interface LinePage {
  lines: LeadLine[];
  /** Opaque; null = that was the last page. */
  next: string | null;
}

/** Every book in use, in the order in which pages go through them. */
export const shardsOf = (g: Gateway): string[] =>
  Array.from({ length: g.settings.BOOK_SHARDS }, (_, n) => shardName(g.settings.REGION, n));

/**
 * One page of lines over all books, shard after shard, each in order of lead id: a lead that comes or goes between two pages moves no
 * other. `cursor` null = the first page; what is no cursor of ours is null in return.
 */
export async function pageLines(
  g: Gateway,
  filter: LineFilter,
  cursor: string | null,
  limit: number,
): Promise<LinePage | null> {
  const shards = shardsOf(g);
  const start = cursor === null ? { at: 0, after: null } : readCursor(cursor, shards);
  if (!start) return null;
  const lines: LeadLine[] = [];
  let { at, after } = start;
  while (at < shards.length) {
    const reply = await g.book(shards[at] ?? "").lines({ v: 1, ...filter, after, limit: limit - lines.length });
    lines.push(...reply.lines);
    after = reply.next;
    if (after === null) at++;
    if (lines.length >= limit) break;
  }
  return { lines, next: at < shards.length ? makeCursor(shards[at] ?? "", after) : null };
}

const makeCursor = (shard: string, after: string | null): string => base64url(utf8(`${shard} ${after ?? ""}`));

function readCursor(cursor: string, shards: string[]): { at: number; after: string | null } | null {
  try {
    const [shard = "", after = ""] = fromUtf8(fromBase64(cursor)).split(" ");
    const at = shards.indexOf(shard);
    return at >= 0 && /^[0-9A-Za-z]{0,40}$/.test(after) ? { at, after: after === "" ? null : after } : null;
  } catch {
    return null;
  }
}
