import type { LeadLine, LinesQuery } from "../../schema/rpc/book.ts";
import { base64url, fromBase64, fromUtf8, utf8 } from "../crypto/encoding.ts";
import { readId, shardName } from "../crypto/ids.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** Books that one page asks at the same time. */
const AT_ONCE = 8;

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
  while (at < shards.length && lines.length < limit) {
    const asked = shards.slice(at, at + AT_ONCE);
    const room = limit - lines.length;
    const query = (i: number) => ({ v: 1 as const, ...filter, after: i === 0 ? after : null, limit: room });
    const replies = await Promise.all(asked.map((shard, i) => g.book(shard).lines(query(i))));
    for (const reply of replies) {
      const taken = reply.lines.slice(0, limit - lines.length);
      lines.push(...taken);
      // Cut short here, or the book has more: the next page goes on within this book.
      after = taken.length < reply.lines.length ? (taken.at(-1)?.lead_id ?? after) : reply.next;
      if (after !== null) break;
      at++;
      if (lines.length >= limit) break;
    }
  }
  return { lines, next: at < shards.length ? makeCursor(shards[at] ?? "", after) : null };
}

/** All lines of all books, the books at once; `complete` false: a book has more than `each` of them. */
export async function everyLine(
  g: Gateway,
  filter: LineFilter,
  each: number,
): Promise<{ lines: LeadLine[]; complete: boolean }> {
  const books = await Promise.all(shardsOf(g).map((shard) => linesOfBook(g, shard, filter, each)));
  return { lines: books.flatMap((book) => book.lines), complete: books.every((book) => book.complete) };
}

/** The first page of {@link everyLine}'s lines, which have been read already; `each` of a book must not be less than a page. */
export function firstOf(
  { lines, complete }: { lines: LeadLine[]; complete: boolean },
  g: Gateway,
  limit: number,
): LinePage {
  const page = lines.slice(0, limit);
  const last = page.at(-1);
  if (!last || (complete && page.length === lines.length)) return { lines: page, next: null };
  const shard = readId(g.settings.HASH_SECRET, last.lead_id, "l")?.shard ?? "";
  return { lines: page, next: makeCursor(shard, last.lead_id) };
}

const PAGE = 500;

async function linesOfBook(g: Gateway, shard: string, filter: LineFilter, most: number) {
  const lines: LeadLine[] = [];
  let after: string | null = null;
  do {
    const reply = await g.book(shard).lines({ v: 1, ...filter, after, limit: Math.min(PAGE, most - lines.length) });
    lines.push(...reply.lines);
    after = reply.next;
  } while (after !== null && lines.length < most);
  return { lines, complete: after === null };
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
