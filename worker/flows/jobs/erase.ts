import * as z from "zod";
import type { Job } from "../../../schema/rpc/keeper.ts";
import { leadsByMarks } from "../../ledger/erasure.ts";
import { dropProofs } from "../../ledger/proofs.ts";
import { eraseLead } from "../erase-lead.ts";
import { shardsOf } from "../lines.ts";
import { cursorOf, type JobContext, type RunJob, Tally } from "./job.ts";

/** Keyed hashes in place of the phone and e-mail. */
export const erasureParams = z.object({
  marks: z.array(z.string()).min(1).max(4),
  keep_consent: z.boolean(),
  reason: z.string(),
});

const cursorSchema = z.object({
  phase: z.enum(["books", "ledger", "left"]),
  shard: z.number(),
  /** Leads that still move, or whose erasure broke off. */
  left: z.array(z.string()),
  round: z.number(),
});
type Cursor = z.output<typeof cursorSchema>;

const AT_ONCE = 20;
/** Leads of one person that may be waited for. */
const MOST_LEFT = 500;
/** A lead may wait for a buyer's window for up to three days; then it is reported instead. */
const ROUNDS = 300;
const MOST_PAUSE_MS = 900_000;
const pauseAfter = (round: number): number => Math.min(MOST_PAUSE_MS, 10_000 * 2 ** Math.min(round, 10));

/** Erases all leads of one person: found in every book, then in the ledger; open ones are waited for until they rest. */
export const erasureStep: RunJob = async (c, job, cursor) => {
  const place = cursorOf(cursorSchema, cursor, { phase: "books", shard: 0, left: [], round: 0 });
  if (place.phase === "books") return inBooks(c, job, place);
  return place.phase === "ledger" ? inLedger(c, job, place) : waited(c, job, place);
};

async function inBooks(c: JobContext, job: Job, place: Cursor) {
  const tally = new Tally();
  const shard = shardsOf(c.g)[place.shard];
  if (shard === undefined) return tally.step({ ...place, phase: "ledger" });
  const found = await c.g.book(shard).leadsOf(erasureParams.parse(job.params).marks);
  const fresh = found.filter((id) => !place.left.includes(id));
  const left = await eraseAll(c, job, fresh.slice(0, AT_ONCE), place.left, tally);
  return tally.step({ ...place, left, shard: fresh.length > AT_ONCE ? place.shard : place.shard + 1 });
}

/** Whose book has let them go. */
async function inLedger(c: JobContext, job: Job, place: Cursor) {
  const tally = new Tally();
  const { marks, keep_consent } = erasureParams.parse(job.params);
  const found = await leadsByMarks(c.db, marks, AT_ONCE + place.left.length);
  const fresh = found.filter((id) => !place.left.includes(id));
  const left = await eraseAll(c, job, fresh.slice(0, AT_ONCE), place.left, tally);
  if (fresh.length > 0) return tally.step({ ...place, left });
  // Of leads that were erased or purged before.
  if (!keep_consent) tally.count("proofs_removed", await dropProofs(c.db, { marks }));
  return tally.step(left.length > 0 ? { ...place, phase: "left", left } : null, pauseAfter(0));
}

async function waited(c: JobContext, job: Job, place: Cursor) {
  const tally = new Tally();
  const now = place.left.slice(0, AT_ONCE);
  const still = await eraseAll(c, job, now, [], tally);
  const left = [...place.left.slice(AT_ONCE), ...still];
  const round = place.round + 1;
  if (left.length === 0) return tally.step(null);
  if (round < ROUNDS) return tally.step({ ...place, left, round }, pauseAfter(round));
  for (const lead_id of left) tally.fail(lead_id, "still open, or its erasure broke off again and again");
  return tally.step(null);
}

/** Returns what is left to do, together with what was left before. */
async function eraseAll(c: JobContext, job: Job, ids: string[], before: string[], tally: Tally): Promise<string[]> {
  const { keep_consent, reason } = erasureParams.parse(job.params);
  const order = { author: job.author, reason, proof: keep_consent ? "try" : "no" } as const;
  const left = [...before];
  for (const id of ids) {
    const done = await eraseLead(c, id, order).catch(() => "broken" as const);
    if (done === "erased" || done === "not_found") tally.did(done);
    else if (left.length < MOST_LEFT) left.push(id);
    else tally.fail(id, "too many leads of this person are still open");
  }
  return left;
}
