import * as z from "zod";
import { monthOf } from "../../../schema/events.ts";
import type { Job } from "../../../schema/rpc/keeper.ts";
import {
  countDifferences,
  type Difference,
  differenceId,
  keepDifferences,
  mendDifferences,
  olderDifferences,
} from "../../ledger/differences.ts";
import { tellAlert } from "../../ledger/retention.ts";
import { shardsOf } from "../lines.ts";
import { cursorOf, type JobContext, type RunJob, Tally } from "./job.ts";
import {
  lookAgain,
  lookAtBalance,
  lookAtLeads,
  lookAtReservations,
  type Summing,
  summingSchema,
} from "./reconcile-look.ts";

/** `since`: when the last complete run began (epoch ms). `full`: also what has not changed since. */
export const reconcileParams = z.object({
  full: z.boolean().default(false),
  since: z.number().nullable().default(null),
});

const place = { at: z.number(), after: z.string().nullable() };
const walkSchema = z.object({ phase: z.enum(["books", "accounts", "balance", "older"]), ...place });
type Walk = z.output<typeof walkSchema>;
/**
 * `suspects`: subjects that differed at the first look. They are looked at again after a while, and only what still differs then is
 * reported: the books are read one after the other, while leads are sold. `summing`: a balance whose movements are added up.
 */
const cursorSchema = z.object({
  walk: walkSchema,
  suspects: z.array(z.string()),
  again: z.boolean(),
  summing: summingSchema.nullable().default(null),
});
type Cursor = z.output<typeof cursorSchema>;

const LEADS = 100;
const RESERVATIONS = 200;
const AGAIN = 50;
const MOST_SUSPECTS = 400;
/** Ms until the second look: outboxes are sent about every second. */
const PAUSE_MS = 20_000;
/** A reservation may change so long after it was made: 72 h of doubt. */
const OPEN_MS = 4 * 86_400_000;

/** Compares book, account and ledger; what differs is kept as rows, what no longer does is marked as mended. */
export const reconcileStep: RunJob = async (c, job, cursor) => {
  const start: Cursor = { walk: { phase: "books", at: 0, after: null }, suspects: [], again: false, summing: null };
  const now = cursorOf(cursorSchema, cursor, start);
  if (now.again) return secondLook(c, job, now);
  if (now.walk.phase === "older") return older(c, job, now.walk);
  const tally = new Tally();
  const { subjects, next, summing = null } = await WALKS[now.walk.phase](c, job, now, tally);
  const suspects = [...new Set([...now.suspects, ...subjects])];
  const over = next.phase === "older" || suspects.length >= MOST_SUSPECTS;
  const again = over && suspects.length > 0;
  return tally.step({ walk: next, suspects, again, summing }, again ? PAUSE_MS : undefined);
};

const changedSince = (job: Job): number => {
  const { full, since } = reconcileParams.parse(job.params);
  return full ? 0 : (since ?? 0);
};
const subjectsOf = (found: Difference[]): string[] => found.map((d) => d.subject);

interface Walked {
  subjects: string[];
  next: Walk;
  summing?: Summing;
}
type WalkStep = (c: JobContext, job: Job, now: Cursor, tally: Tally) => Promise<Walked>;

const books: WalkStep = async (c, job, { walk: { at, after } }, tally) => {
  const shard = shardsOf(c.g)[at];
  if (shard === undefined) return { subjects: [], next: { phase: "accounts", at: 0, after: null } };
  const page = await c.g.book(shard).facts(after, LEADS);
  const facts = page.facts.filter((fact) => fact.updated_at >= changedSince(job));
  tally.did("leads", facts.length);
  const next: Walk = { phase: "books", at: page.next === null ? at + 1 : at, after: page.next };
  return { subjects: subjectsOf(await lookAtLeads(c, facts)), next };
};

const buyerAt = async (c: JobContext, at: number): Promise<string | undefined> =>
  (await c.g.snapshot()).buyers().sort()[at];

const accounts: WalkStep = async (c, job, { walk: { at, after } }, tally) => {
  const buyer_id = await buyerAt(c, at);
  if (buyer_id === undefined) return { subjects: [], next: { phase: "older", at: 0, after: null } };
  const page = await c.g.account(buyer_id).reservations(after, RESERVATIONS);
  const facts = page.facts.filter((r) => r.at >= changedSince(job) - OPEN_MS);
  tally.did("reservations", facts.length);
  const subjects = subjectsOf(await lookAtReservations(c, buyer_id, facts));
  return { subjects, next: { phase: page.next === null ? "balance" : "accounts", at, after: page.next } };
};

const balance: WalkStep = async (c, _job, { walk: { at }, summing }) => {
  const next: Walk = { phase: "accounts", at: at + 1, after: null };
  const buyer_id = await buyerAt(c, at);
  // Taken out of the configuration since the step before.
  if (buyer_id === undefined) return { subjects: [], next };
  const look = await lookAtBalance(c, buyer_id, summing);
  if ("more" in look) return { subjects: [], next: { phase: "balance", at, after: null }, summing: look.more };
  const differs = look.found === "busy" || look.found.length > 0;
  return { subjects: differs ? [`buyer:${buyer_id}`] : [], next };
};

const WALKS = { books, accounts, balance };

async function secondLook(c: JobContext, job: Job, { walk, suspects }: Cursor) {
  const tally = new Tally();
  const { found, busy } = await lookAgain(c, suspects.slice(0, AGAIN));
  await keepDifferences(c.db, job.id, c.g.deps.now(), found);
  tally.count("differences", found.length);
  tally.count("balances_busy", busy.length);
  const left = suspects.slice(AGAIN);
  return tally.step({ walk, suspects: left, again: left.length > 0, summing: null });
}

/** Differences of earlier runs that this one has not met: gone, or there still. */
async function older(c: JobContext, job: Job, walk: Walk) {
  const tally = new Tally();
  const known = await olderDifferences(c.db, job.id, walk.after ?? "", AGAIN);
  const { found, busy } = await lookAgain(c, [...new Set(known.map((row) => row.subject))]);
  const still = new Set(found.map(differenceId));
  const now = c.g.deps.now();
  await keepDifferences(c.db, job.id, now, found);
  const mended = known.filter((row) => !still.has(row.id) && !busy.includes(row.subject)).map((row) => row.id);
  await mendDifferences(c.db, mended, now);
  tally.count("mended", mended.length);
  tally.count("differences", found.length);
  const last = known[known.length - 1];
  if (known.length === AGAIN && last)
    return tally.step({ walk: { ...walk, after: last.id }, suspects: [], again: false, summing: null });
  await tell(c, job, now);
  return tally.step(null);
}

async function tell({ db }: JobContext, job: Job, at: number): Promise<void> {
  const counts = Object.entries(await countDifferences(db, job.id));
  if (counts.length === 0) return;
  const message = `The books differ: ${counts.map(([kind, n]) => `${kind} ${n}`).join(", ")}. GET /v1/admin/differences shows each.`;
  const id = `books_differ:${job.id}`;
  await tellAlert(db, { id, at, month: monthOf(at), kind: "books_differ", subject: `job:${job.id}`, message });
}
