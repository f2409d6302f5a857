import type { AccountGlance } from "../../../schema/rpc/account.ts";
import type { Finding } from "../../../schema/rpc/alerts.ts";
import type { BeforeLook, WatchMemory } from "../../alerts/memory.ts";
import { accountFindings, accountScope } from "../../alerts/rules-accounts.ts";
import { type Ages, ageFindings, BOOKS } from "../../alerts/rules-books.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { driftRules } from "../drift.ts";
import { shardsOf } from "../lines.ts";
import type { AlertContext } from "./context.ts";

/** Buyers of one look; where there are more, the next look goes on with the others. */
const MOST_BUYERS = 200;
const MOST_BOOKS = 200;
/** Objects asked at a time. */
const AT_ONCE = 25;

interface ObjectsLook {
  findings: Finding[];
  scopes: string[];
  next_buyer: string | null;
  ages: Ages | null;
}

/** Every book, and the buyers whose turn it is. An object that does not answer is not looked at. */
export async function lookAtObjects(
  { g }: AlertContext,
  snapshot: Snapshot,
  memory: WatchMemory,
): Promise<ObjectsLook> {
  const { policy } = memory.records;
  const now = g.deps.now();
  const turn = turnOf(snapshot.buyers().sort(), memory.next_buyer);
  const selling = new Set(
    snapshot.campaignIds().flatMap((id) =>
      snapshot
        .contractsOf(id)
        .filter(({ config }) => config.stage === "live" && config.status === "active")
        .map(({ buyer }) => buyer.id),
    ),
  );
  const shards = shardsOf(g).slice(0, MOST_BOOKS);
  const views = await inTurns(turn.buyers, (id) => g.account(id).glance());
  const books = await inTurns(shards, (shard) => g.book(shard).stats());
  const ages = worse(agesOf(views, books), memory.ages);
  // Whoever does not answer may well be the one that is late.
  const whole = turn.next === null && books.length === shards.length && views.length === turn.buyers.length;
  return {
    findings: [
      ...views.flatMap((view) => accountFindings(policy, view, selling.has(view.buyer_id), now)),
      ...ageFindings(policy, ages, now),
    ],
    // Of a part of the accounts and books nothing is known about the oldest of all.
    scopes: [...views.map(({ buyer_id }) => accountScope(buyer_id)), ...(whole ? [BOOKS] : [])],
    next_buyer: turn.next,
    ages: turn.next === null ? null : ages,
  };
}

/** With what the earlier looks of the round saw: the account that is late may have had its turn then. */
function worse(now: Ages, before: Ages | null): Ages {
  if (before === null) return now;
  const latest = before.outbox_lag_ms > now.outbox_lag_ms ? before : now;
  return {
    outbox_lag_ms: latest.outbox_lag_ms,
    outbox_of: latest.outbox_of,
    oldest_unknown_ms: Math.max(before.oldest_unknown_ms, now.oldest_unknown_ms),
    unknown: Math.max(before.unknown, now.unknown),
  };
}

function turnOf(buyers: string[], from: string | null): { buyers: string[]; next: string | null } {
  const rest = buyers.filter((id) => from === null || id >= from);
  const turn = rest.length > 0 ? rest : buyers;
  return { buyers: turn.slice(0, MOST_BUYERS), next: turn[MOST_BUYERS] ?? null };
}

async function inTurns<T>(ids: readonly string[], ask: (id: string) => Promise<T>): Promise<T[]> {
  const answers: T[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = await Promise.allSettled(ids.slice(at, at + AT_ONCE).map(ask));
    answers.push(...some.flatMap((one) => (one.status === "fulfilled" ? [one.value] : [])));
  }
  return answers;
}

interface BookAges {
  shard: string;
  unknown: number;
  oldest_unknown_ms: number;
  outbox_lag_ms: number;
}

function agesOf(views: AccountGlance[], books: BookAges[]): Ages {
  const lags = [
    ...books.map(({ shard, outbox_lag_ms }) => ({ of: `book ${shard}`, lag: outbox_lag_ms })),
    ...views.map(({ buyer_id, outbox_lag_ms }) => ({ of: `account ${buyer_id}`, lag: outbox_lag_ms })),
  ];
  const latest = lags.reduce((a, b) => (b.lag > a.lag ? b : a), { of: "", lag: 0 });
  return {
    outbox_lag_ms: latest.lag,
    outbox_of: latest.of,
    oldest_unknown_ms: Math.max(
      0,
      ...books.map((one) => one.oldest_unknown_ms),
      ...views.map((one) => one.open.oldest_in_doubt_ms),
    ),
    unknown: Math.max(
      books.reduce((sum, { unknown }) => sum + unknown, 0),
      views.reduce((sum, { open }) => sum + open.in_doubt, 0),
    ),
  };
}

/** Drift alerts whose finding is open no more: it was accepted, or it is gone. */
export async function lookAtDrift(
  { g }: AlertContext,
  snapshot: Snapshot,
  open: BeforeLook["drift"],
): Promise<string[]> {
  const settled: string[] = [];
  for (const contract_id of new Set(open.map(({ subject }) => subject.replace(/^contract:/, "")))) {
    const contract = snapshot.contract(contract_id);
    if (!contract) continue;
    const views = await g
      .account(contract.buyer.id)
      .drift(contract_id, driftRules(contract.config))
      .catch(() => null);
    if (!views) continue;
    const still = new Set(views.flatMap((view) => view.open.map(({ id, at }) => `drift:${contract_id}:${id}:${at}`)));
    settled.push(...open.flatMap(({ id }) => (id.startsWith(`drift:${contract_id}:`) && !still.has(id) ? [id] : [])));
  }
  return settled;
}
