import * as z from "zod";
import { eraseRows } from "../../ledger/erasure.ts";
import { shardsOf } from "../lines.ts";
import { cursorOf, type JobContext, type RunJob, Tally } from "./job.ts";

const cursorSchema = z.object({
  phase: z.enum(["books", "accounts"]),
  at: z.number(),
  after: z.string().nullable(),
});
type Cursor = z.output<typeof cursorSchema>;

const LEADS = 200;
const RESERVATIONS = 500;
/** Events that may wait in an object's outbox while more are written, and the pause (ms) that lets it empty. */
const MOST_WAITING = 5_000;
const PAUSE_MS = 5_000;

/**
 * Everything that the objects still have is written to the ledger again, through their outboxes: rows are upserts guarded by their
 * number, so that what is there stays, and what is gone comes back.
 */
export const rebuildStep: RunJob = async (c, _job, cursor) => {
  const place = cursorOf(cursorSchema, cursor, { phase: "books", at: 0, after: null });
  return place.phase === "books" ? books(c, place) : accounts(c, place);
};

async function books({ g, db }: JobContext, { at, after }: Cursor) {
  const tally = new Tally();
  const shard = shardsOf(g)[at];
  if (shard === undefined) return tally.step({ phase: "accounts", at: 0, after: null });
  const book = g.book(shard);
  if ((await book.stats()).outbox > MOST_WAITING) return tally.step({ phase: "books", at, after }, PAUSE_MS);
  const page = await book.facts(after, LEADS);
  const ids = page.facts.map((fact) => fact.lead_id);
  // Of a lead that the book has let go (`slim`) only its sales and money can come back.
  const slim = page.facts.filter((fact) => fact.slim).length;
  // A ledger that was restored to an earlier time has what was erased since; of a slim lead no row of the book overwrites it.
  for (const fact of page.facts)
    if (fact.slim && fact.erased_at !== null) await eraseRows(db, fact.lead_id, fact.erased_at);
  const told = ids.length > 0 ? await book.republish(ids) : 0;
  tally.did("leads", told - slim);
  tally.did("leads_money_only", slim);
  return tally.step({ phase: "books", at: page.next === null ? at + 1 : at, after: page.next });
}

async function accounts({ g }: JobContext, { at, after }: Cursor) {
  const tally = new Tally();
  const buyer_id = (await g.snapshot()).buyers().sort()[at];
  if (buyer_id === undefined) return tally.step(null);
  const account = g.account(buyer_id);
  if ((await account.glance()).outbox > MOST_WAITING) return tally.step({ phase: "accounts", at, after }, PAUSE_MS);
  const page = await account.reservations(after, RESERVATIONS);
  const ids = page.facts.map((fact) => fact.reservation_id);
  // The first page brings the account's own entries along, also where nothing was ever reserved.
  tally.did("reservations", ids.length > 0 || after === null ? await account.republish(ids, after === null) : 0);
  return tally.step({ phase: "accounts", at: page.next === null ? at + 1 : at, after: page.next });
}
