import type { Due } from "../due-table.ts";
import type { Project } from "../outbox.ts";
import { biddingDue } from "./bidding.ts";
import type { TokenOf } from "./endpoint-status.ts";
import { FENCE_KEEP_MS } from "./fences.ts";
import { beginProbe, makeProbe, type OwnProbe, type Probes } from "./probes.ts";
import { DAY_MS, type Room, tell } from "./room.ts";
import { doubtEnded, holdEnded } from "./settle.ts";
import { publishDue } from "./status.ts";
import type { Tokens } from "./token-flights.ts";
import { dueFetch } from "./tokens.ts";

export type { Probes };

/** What the account's timed work needs of the world. */
export interface Ports {
  project: Project;
  probes: Probes;
  tokens: Tokens;
}

/** Due rows of one run; what is left makes the alarm ring again at once. */
const ROWS = 200;
/** Outbox batches of one run. */
const BATCHES = 20;
/** Pause after D1 was away. */
const AGAIN_MS = 5_000;
/** Pause before work that threw, which is a defect, is tried again. */
const FAULT_MS = 600_000;
/** Longer than any duplicate window may be. */
const CONSUMER_KEEP_MS = 366 * DAY_MS;
/** Ended reservations answer repeats for so long; the ledger keeps them for good. */
const RESERVATION_KEEP_MS = 90 * DAY_MS;

/** Does what is due: first everything that needs only this object, then probes and the outbox side by side. Never throws. */
export async function work(room: Room, ports: Ports, clock: () => number): Promise<void> {
  const waiting: Promise<void>[] = [];
  const now = clock();
  for (const due of room.due.ready(now, ROWS)) {
    if (due.kind === "outbox") continue;
    const begun = guarded(room, due, now);
    if (begun === null) continue;
    waiting.push("probe" in begun ? makeProbe(room, ports.probes, begun, clock) : ports.tokens.renew(begun));
  }
  // Asked again, because the work above may have told something that must not wait.
  if (room.due.ready(now, ROWS).some((due) => due.kind === "outbox"))
    waiting.push(drainOutbox(room, ports.project, clock));
  await Promise.allSettled(waiting);
  room.due.recount();
}

/** One row's work in one transaction; a row whose work throws is put off, and the operator is told. Not null: a probe is to be made, or a token to be fetched. */
function guarded(room: Room, due: Due, now: number): OwnProbe | TokenOf | null {
  try {
    return room.sql.transaction(() => {
      if (due.kind === "probe") return beginProbe(room, due.key, now);
      if (due.kind === "token") return dueFetch(room, due.key, now);
      const doDue = WORK[due.kind];
      if (!doDue) throw new Error("unknown kind of due row");
      doDue(room, due.key, now);
      room.due.dropTaken(due);
      return null;
    });
  } catch (error) {
    const message = `${due.kind} of ${due.key}: ${error instanceof Error ? error.message : "unknown failure"}`;
    const id = `account_fault:${room.buyer}:${due.kind}:${due.key}:${due.at}`;
    room.sql.transaction(() => {
      room.due.put(due.kind, due.key, now + FAULT_MS);
      tell(
        room,
        [{ table: "alerts", row: { id, at: now, kind: "account_fault", subject: `buyer:${room.buyer}`, message } }],
        now,
      );
    });
    return null;
  }
}

/** The work of each kind of row that needs only this object. */
const WORK: Record<string, (room: Room, key: string, now: number) => void> = {
  hold: holdEnded,
  doubt: doubtEnded,
  status: publishDue,
  bidding: (room, _key, now) => biddingDue(room, now),
  purge: (room, _key, now) => purge(room, now),
};

/** Sends what waits to D1. While that fails nothing is trimmed, and selling goes on. */
async function drainOutbox(room: Room, project: Project, clock: () => number): Promise<void> {
  try {
    let more = true;
    for (let n = 0; n < BATCHES && more; n++) more = await room.outbox.drain(project, clock());
    if (room.outbox.pending().events === 0) room.due.drop("outbox", "");
    else room.due.put("outbox", "", more ? clock() : room.outbox.sending.soon(clock()));
  } catch {
    room.due.put("outbox", "", clock() + AGAIN_MS);
  }
}

/** Once a day: what no rule can ask for any more. */
function purge(room: Room, now: number): void {
  room.sql.run("DELETE FROM fences WHERE at < ?", now - FENCE_KEEP_MS);
  room.sql.run("DELETE FROM consumers WHERE at < ?", now - CONSUMER_KEEP_MS);
  room.sql.run(
    "DELETE FROM reservations WHERE at < ? AND state IN ('captured', 'released', 'expired')",
    now - RESERVATION_KEEP_MS,
  );
  room.sql.run("DELETE FROM refunds WHERE at < ?", now - RESERVATION_KEEP_MS);
  const left = room.sql.all<{ n: number }>(
    "SELECT EXISTS (SELECT 1 FROM reservations) OR EXISTS (SELECT 1 FROM consumers) OR EXISTS (SELECT 1 FROM fences) AS n",
  )[0];
  if (left?.n) room.due.put("purge", "", now + DAY_MS);
}
