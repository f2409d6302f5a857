import { keyNameOf } from "../crypto/seal.ts";
import { listConfig } from "../ledger/config-store.ts";
import { keysIn, WRAPPED } from "../ledger/rewrap.ts";
import type { JobContext } from "./jobs/job.ts";
import { shardsOf } from "./lines.ts";
import { SEALED_KINDS, sealedTexts } from "./sealed-config.ts";

export interface KeyUse {
  /** The key that seals from now on. */
  newest: string;
  keys: {
    key: string;
    /** Is it in the ring? What is sealed with one that is not cannot be opened. */
    in_ring: boolean;
    /** How much is sealed or wrapped with it, by place. */
    used: Record<string, number>;
    may_go: boolean;
  }[];
  /** False: a book holds more leads than were looked at; no key may go on this answer. */
  complete: boolean;
}

/** Pages of each book that one answer may read. */
const PAGES = 20;
const PAGE = 500;

/** Which keys of the ring are still needed, and where. Reads everything that is sealed: for an operator who is about to take a key out. */
export async function keyUsage(c: JobContext): Promise<KeyUse> {
  const ring = await c.g.ring();
  const used = new Map<string, Record<string, number>>([...ring.keys.keys()].map((key) => [key, {}]));
  const count = (key: string, where: string, by = 1) => {
    const places = used.get(key) ?? {};
    places[where] = (places[where] ?? 0) + by;
    used.set(key, places);
  };
  for (const table of WRAPPED)
    for (const [key, n] of Object.entries(await keysIn(c.db, table))) count(key, `ledger_${table}`, n);
  await eachRecord(c.db, (text) => count(keyNameOf(text), "configuration"));
  const whole = await Promise.all(shardsOf(c.g).map((shard) => eachLead(c, shard, (key) => count(key, "books"))));
  const complete = whole.every(Boolean);
  const keys = [...used].map(([key, places]) => ({
    key,
    in_ring: ring.keys.has(key),
    used: places,
    may_go: complete && key !== ring.newest && Object.keys(places).length === 0,
  }));
  return { newest: ring.newest, keys, complete };
}

async function eachRecord(db: D1Database, tell: (text: string) => void): Promise<void> {
  for (const kind of SEALED_KINDS) {
    for (let after: string | null = ""; after !== null; ) {
      const page: Awaited<ReturnType<typeof listConfig>> = await listConfig(db, kind, { after, limit: PAGE });
      for (const { id, body } of page.items) for (const { text } of sealedTexts(kind, id, body)) tell(text);
      after = page.next;
    }
  }
}

/** False when the book has more than {@link PAGES} pages. */
async function eachLead({ g }: JobContext, shard: string, tell: (key: string) => void): Promise<boolean> {
  let after: string | null = null;
  for (let n = 0; n < PAGES; n++) {
    const page: Awaited<ReturnType<ReturnType<typeof g.book>["facts"]>> = await g.book(shard).facts(after, PAGE);
    for (const fact of page.facts) if (fact.erased_at === null && fact.wrapped_key_id !== "") tell(fact.wrapped_key_id);
    if (page.next === null) return true;
    after = page.next;
  }
  return false;
}
