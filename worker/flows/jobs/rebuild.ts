import * as z from "zod";
import { missingLeads } from "../../ledger/compare.ts";
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
  // Of a lead that the book has let go only the outcome is left: the ledger's own row, where it is there, says more.
  const slim = page.facts.filter((fact) => fact.slim).map((fact) => fact.lead_id);
  const gone = slim.length > 0 ? await missingLeads(db, slim) : [];
  const ids = [...page.facts.filter((fact) => !fact.slim).map((fact) => fact.lead_id), ...gone];
  tally.did("leads", ids.length > 0 ? await book.republish(ids) : 0);
  return tally.step({ phase: "books", at: page.next === null ? at + 1 : at, after: page.next });
}

async function accounts({ g }: JobContext, { at, after }: Cursor) {
  const tally = new Tally();
  const buyer_id = (await g.snapshot()).buyers().sort()[at];
  if (buyer_id === undefined) return tally.step(null);
  const account = g.account(buyer_id);
  if ((await account.view()).outbox > MOST_WAITING) return tally.step({ phase: "accounts", at, after }, PAUSE_MS);
  const page = await account.reservations(after, RESERVATIONS);
  const ids = page.facts.map((fact) => fact.reservation_id);
  // The first page brings the account's own entries along, also where nothing was ever reserved.
  tally.did("reservations", ids.length > 0 || after === null ? await account.republish(ids, after === null) : 0);
  return tally.step({ phase: "accounts", at: page.next === null ? at + 1 : at, after: page.next });
}
