import { EVENT_ALERTS } from "../../../schema/lists.ts";
import type { EventSeen, Finding } from "../../../schema/rpc/alerts.ts";
import type { AfterLook, BeforeLook, WatchMemory } from "../../alerts/memory.ts";
import { policyOf, ruleOf } from "../../alerts/policy.ts";
import { CONFIG, configFindings, differenceFindings, LEDGER, ledgerAway } from "../../alerts/rules-books.ts";
import { POSTS, postFindings } from "../../alerts/rules-posts.ts";
import { VOLUME } from "../../alerts/rules-volume.ts";
import { counted, type PostWindow } from "../../alerts/windows.ts";
import { within } from "../../deps.ts";
import { newAlerts, newDeliveries, openDifferences, writeAlerts } from "../../ledger/watch.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { AlertContext } from "./context.ts";
import { lookAtDrift, lookAtObjects } from "./objects.ts";
import { lookAtVolume } from "./volume.ts";

/** Ms for all that is asked of the ledger in one look. */
const LEDGER_MS = 15_000;
const ROWS = 5_000;
const PAGES = 4;
const ALERT_ROWS = 500;
/** Windows of contracts that had no post for so long are forgotten. */
const FORGET_MS = 7 * 86_400_000;
/** Events from before are history: whoever begins to watch is not told of them. Later, one that came late is news all the same. */
const FRESH_MS = 3_600_000;

/** One look at everything that the rules need. What cannot be had is left out, and what it showed before stays as it was. */
export async function look(c: AlertContext, before: BeforeLook): Promise<AfterLook> {
  const snapshot = await c.g.snapshot().catch(() => null);
  const memory = { ...before.memory, records: recordsOf(snapshot) ?? before.memory.records };
  const [ledger, objects, settled, board] = await Promise.all([
    lookAtLedger(c, snapshot, { ...before, memory }),
    snapshot
      ? lookAtObjects(c, snapshot, memory)
      : { findings: [], scopes: [], next_buyer: memory.next_buyer, ages: memory.ages },
    snapshot ? lookAtDrift(c, snapshot, before.drift) : [],
    c.board().catch(() => null),
  ]);
  const { policy } = memory.records;
  const config = snapshot ? configFindings(policy, [...snapshot.refused.keys()]) : [];
  const mutes = board?.muted ?? before.memory.mutes;
  return {
    memory: { ...ledger.memory, next_buyer: objects.next_buyer, ages: objects.ages, mutes },
    windows: ledger.windows,
    written: ledger.written,
    mutes,
    look: {
      findings: [...ledger.findings, ...objects.findings, ...config],
      events: ledger.events,
      scopes: [...ledger.scopes, ...objects.scopes, ...(snapshot ? [CONFIG] : [])],
      settled,
      acknowledged: board?.acknowledged ?? {},
    },
  };
}

function recordsOf(snapshot: Snapshot | null): WatchMemory["records"] | null {
  return (
    snapshot && {
      policy: policyOf(snapshot.all("alerting")),
      channels: snapshot.all("alert_channel"),
      synthetic: snapshot.all("synthetic"),
    }
  );
}

interface LedgerLook {
  memory: WatchMemory;
  windows: PostWindow[];
  findings: Finding[];
  events: EventSeen[];
  scopes: string[];
  written: string[];
}

async function lookAtLedger(c: AlertContext, snapshot: Snapshot | null, before: BeforeLook): Promise<LedgerLook> {
  const { memory } = before;
  const { policy } = memory.records;
  const now = c.g.deps.now();
  try {
    return await within(c.g.deps, LEDGER_MS, readLedger(c, snapshot, before));
  } catch {
    const failures = memory.ledger_failures + 1;
    const since = memory.ledger_failures === 0 ? now : memory.ledger_since;
    return {
      memory: { ...memory, ledger_failures: failures, ledger_since: since },
      windows: before.windows,
      findings: ledgerAway(policy, failures, since),
      events: [],
      scopes: [],
      written: [],
    };
  }
}

async function readLedger(c: AlertContext, snapshot: Snapshot | null, before: BeforeLook): Promise<LedgerLook> {
  const { memory, unwritten } = before;
  const { policy } = memory.records;
  const now = c.g.deps.now();
  const posts = await readPosts(c, before);
  const alerts = await newAlerts(c.db, memory.alerts, ALERT_ROWS);
  const differences = await openDifferences(c.db);
  const volume = await lookAtVolume(c, memory);
  await writeAlerts(c.db, unwritten);
  const windows = posts.windows.filter(({ posted_at }) => now - posted_at < FORGET_MS);
  return {
    memory: { ...memory, deliveries: posts.next, alerts: alerts.next, volume, ledger_failures: 0, ledger_since: 0 },
    windows,
    findings: [
      ...windows.flatMap((window) => postFindings(policy, window, now)),
      ...differenceFindings(policy, differences),
      ...volume.findings,
    ],
    events: alerts.rows
      .filter(({ kind, at }) => isEvent(kind) && (!alerts.anew || now - at < FRESH_MS))
      .map((row) => ({ ...row, buyer_id: buyerOf(snapshot, row.subject) })),
    scopes: [POSTS, LEDGER, VOLUME],
    written: unwritten.map(({ id }) => id),
  };
}

const isEvent = (kind: string): boolean => EVENT_ALERTS.some((known) => known === kind);

/** New attempts, page by page; what does not fit into one look is the next one's. */
async function readPosts(c: AlertContext, { memory, windows }: BeforeLook) {
  const { policy } = memory.records;
  let known = new Map(windows.map((window) => [window.contract_id, window]));
  let next = memory.deliveries;
  for (let page = 0; page < PAGES; page++) {
    const found = await newDeliveries(c.db, next, ROWS);
    const posts = found.rows.filter(({ test, kind }) => test === 0 && kind === "post");
    known = counted(known, posts, (buyer_id) => ruleOf(policy, "slow_answers", buyer_id).slow_ms, c.g.deps.now());
    next = found.next;
    if (!found.more) break;
  }
  return { windows: [...known.values()], next };
}

/** Whose rules and channels an event's subject falls under. */
function buyerOf(snapshot: Snapshot | null, subject: string): string | null {
  const at = subject.indexOf(":");
  const [kind, id] = [subject.slice(0, at), subject.slice(at + 1)];
  switch (kind) {
    case "buyer":
      return id;
    case "endpoint":
      return snapshot?.endpoint(id)?.body.buyer_id ?? null;
    case "contract":
      return snapshot?.contract(id)?.buyer.id ?? null;
    default:
      return null;
  }
}
