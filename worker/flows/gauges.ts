import { toWire } from "../../schema/money.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { HealthAnswer } from "../routes/context.ts";
import { shardsOf } from "./lines.ts";

/** Objects that one call for all gauges may ask: bounded, whatever is configured. */
const MOST_OBJECTS = 200;

/** Whether this isolate can sell: it can as long as it has a configuration that is not too old. */
export async function healthOf(g: Gateway): Promise<HealthAnswer> {
  const snapshot = await g.snapshot().catch(() => null);
  const age = g.isolate.snapshots.age(g.deps.now());
  const status = snapshot === null ? "down" : age > 30_000 || snapshot.refused.size > 0 ? "degraded" : "ok";
  return {
    status,
    checks: {
      snapshot_age_ms: Number.isFinite(age) ? age : null,
      config_seq: snapshot?.seen.config ?? null,
      config_refused: snapshot?.refused.size ?? null,
      ...g.isolate.gauges.read(g.deps.now()),
      ...g.isolate.admission.gauges(),
    },
  };
}

/** For operators: this isolate, every book and every buyer's account. An object that does not answer is named. */
export async function allGauges(g: Gateway): Promise<Record<string, unknown>> {
  const snapshot = await g.snapshot();
  const shards = shardsOf(g).slice(0, MOST_OBJECTS);
  const [books, accounts] = await Promise.all([
    Promise.all(
      shards.map((shard) =>
        g
          .book(shard)
          .stats()
          .catch(() => ({ shard, unreachable: true as const })),
      ),
    ),
    Promise.all(
      snapshot
        .buyers()
        .slice(0, MOST_OBJECTS)
        .map((id) => accountGauges(g, id)),
    ),
  ]);
  const reached = books.flatMap((book) => ("outbox" in book ? [book] : []));
  return {
    isolate: await healthOf(g),
    outbox_lag_ms: Math.max(
      0,
      ...reached.map((book) => book.outbox_lag_ms),
      ...accounts.map((a) => a.outbox_lag_ms ?? 0),
    ),
    oldest_unknown_ms: Math.max(
      0,
      ...reached.map((book) => book.oldest_unknown_ms),
      ...accounts.map((a) => a.oldest_in_doubt_ms ?? 0),
    ),
    money_on_hold: accounts.reduce((sum, a) => sum + (a.held ?? 0), 0),
    books,
    accounts,
  };
}

interface AccountGauges {
  buyer_id: string;
  unreachable?: true;
  balance?: number;
  held?: number;
  in_doubt?: number;
  oldest_in_doubt_ms?: number;
  outbox_lag_ms?: number;
  open_breakers?: string[];
}

async function accountGauges(g: Gateway, buyer_id: string): Promise<AccountGauges> {
  try {
    const view = await g.account(buyer_id).glance();
    return {
      buyer_id,
      balance: toWire(view.balance),
      held: toWire(view.held),
      in_doubt: view.open.in_doubt,
      oldest_in_doubt_ms: view.open.oldest_in_doubt_ms,
      outbox_lag_ms: view.outbox_lag_ms,
      open_breakers: view.breakers.filter((b) => b.state !== "closed").map((b) => `${b.endpoint_id}/${b.phase}`),
    };
  } catch {
    return { buyer_id, unreachable: true };
  }
}
