import * as z from "zod";
import { endpointSchema } from "../../../schema/config/buyer.ts";
import type { Job, JobStep } from "../../../schema/rpc/keeper.ts";
import { endpointTerms } from "../../auction/terms.ts";
import { keyNameOf, leadKeyOwner, resealed } from "../../crypto/seal.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { changeConfig, listConfig, type StoredConfig } from "../../ledger/config-store.ts";
import { replaceWrapped, WRAPPED, type Wrapped, type WrappedTable, wrappedAfter } from "../../ledger/rewrap.ts";
import { proofOwner } from "../erase-lead.ts";
import { shardsOf } from "../lines.ts";
import { auctionOwner } from "../record.ts";
import { mapSealed, SEALED_KINDS, type SealedKind, sealedTexts } from "../sealed-config.ts";
import { cursorOf, type JobContext, type RunJob, Tally } from "./job.ts";

const cursorSchema = z.object({
  phase: z.enum(["config", "books", "leads", "consent_proofs", "auctions"]),
  /** Position among the kinds of record, or among the books. */
  at: z.number(),
  after: z.string().nullable(),
});
type Cursor = z.output<typeof cursorSchema>;

const RECORDS = 50;
const LEADS = 50;
const ROWS = 200;

const OWNER: Record<WrappedTable, (id: string) => string> = {
  leads: leadKeyOwner,
  consent_proofs: (id) => leadKeyOwner(proofOwner(id)),
  auctions: auctionOwner,
};

/**
 * Everything that is sealed or wrapped by an older key of the ring is sealed by the newest, content unchanged, while leads are sold:
 * both keys open until the operator takes the old one out. Books before the ledger, so that no older event brings an old key back.
 */
export const rewrapStep: RunJob = async (c, job, cursor) => {
  const place = cursorOf(cursorSchema, cursor, { phase: "config", at: 0, after: null });
  if (place.phase === "config") return config(c, job, place);
  return place.phase === "books" ? books(c, place) : rows(c, place.phase, place.after);
};

async function config(c: JobContext, job: Job, { at, after }: Cursor): Promise<JobStep> {
  const tally = new Tally();
  const kind = SEALED_KINDS[at];
  if (kind === undefined) return tally.step({ phase: "books", at: 0, after: null });
  const page = await listConfig(c.db, kind, { after: after ?? "", limit: RECORDS });
  for (const record of page.items) {
    try {
      if (await reseal(c, job, kind, record)) tally.did("records");
    } catch (error) {
      tally.threw(`${kind}:${record.id}`, error);
    }
  }
  if (page.items.length > 0) c.g.isolate.snapshots.expire();
  return tally.step({ phase: "config", at: page.next === null ? at + 1 : at, after: page.next });
}

/** A new version of the record. Isolates open its secrets once per version, so none goes on with a text that it no longer finds. */
async function reseal({ g, db }: JobContext, job: Job, kind: SealedKind, record: StoredConfig): Promise<boolean> {
  const ring = await g.ring();
  const old = sealedTexts(kind, record.id, record.body).filter(({ text }) => keyNameOf(text) !== ring.newest);
  if (old.length === 0) return false;
  const anew = new Map<string, string>();
  for (const { text, owner } of old) anew.set(text, await resealed(ring, g.deps.bytes(12), text, owner));
  const changed = await changeConfig(db, {
    kind,
    id: record.id,
    body: mapSealed(kind, record.id, record.body, (text) => anew.get(text) ?? text),
    author: job.author,
    reason: `sealed anew with key ${ring.newest}`,
    at: g.deps.now(),
    expect_version: record.version,
  });
  if (changed.kind === "conflict") throw new Error("somebody else changed the record: run the job again");
  if (kind === "endpoint") await anewAtBuyer(g, record.body, changed.version);
  return true;
}

/** The buyer's object keeps tokens that the old key sealed: with the record's new version it fetches others. */
async function anewAtBuyer(g: Gateway, body: StoredConfig["body"], version: number): Promise<void> {
  const endpoint = endpointSchema.safeParse(body);
  if (!endpoint.success) return;
  const terms = endpointTerms(endpoint.data, version);
  if (!terms.tokens) return;
  const { buyer_id } = endpoint.data;
  // Else its next reservation, or the token's own end, brings it about.
  await g
    .account(buyer_id)
    .terms(buyer_id, { endpoints: [terms] })
    .catch(() => {});
}

async function books({ g }: JobContext, { at, after }: Cursor): Promise<JobStep> {
  const tally = new Tally();
  const shard = shardsOf(g)[at];
  if (shard === undefined) return tally.step({ phase: "leads", at: 0, after: null });
  const [book, ring] = [g.book(shard), await g.ring()];
  const page = await book.facts(after, LEADS);
  for (const { lead_id, wrapped_key_id, erased_at } of page.facts) {
    if (erased_at !== null || wrapped_key_id === ring.newest) continue;
    try {
      const from = (await book.lead(lead_id))?.wrapped_key ?? "";
      if (from === "" || keyNameOf(from) === ring.newest) continue;
      const to = await resealed(ring, g.deps.bytes(12), from, leadKeyOwner(lead_id));
      if (await book.rewrap(lead_id, from, to)) tally.did("book_leads");
    } catch (error) {
      tally.threw(lead_id, error);
    }
  }
  return tally.step({ phase: "books", at: page.next === null ? at + 1 : at, after: page.next });
}

async function rows({ g, db }: JobContext, table: WrappedTable, after: string | null): Promise<JobStep> {
  const tally = new Tally();
  const ring = await g.ring();
  const page = await wrappedAfter(db, table, after ?? "", ROWS);
  const changes: { id: string; from: string; to: string }[] = [];
  for (const { id, text } of page.filter((row) => isOld(row, ring.newest))) {
    try {
      changes.push({ id, from: text, to: await resealed(ring, g.deps.bytes(12), text, OWNER[table](id)) });
    } catch (error) {
      tally.threw(`${table}:${id}`, error);
    }
  }
  tally.did(table, await replaceWrapped(db, table, changes));
  const last = page[page.length - 1];
  if (page.length === ROWS && last) return tally.step({ phase: table, at: 0, after: last.id });
  const next = WRAPPED[WRAPPED.indexOf(table) + 1];
  return tally.step(next ? { phase: next, at: 0, after: null } : null);
}

const isOld = ({ text }: Wrapped, newest: string): boolean => text !== "" && keyNameOf(text) !== newest;
