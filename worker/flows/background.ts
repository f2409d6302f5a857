import type { EndpointTerms } from "../../schema/rpc/account.ts";
import { endpointTerms } from "../auction/terms.ts";
import { shardName } from "../crypto/ids.ts";
import { sleep } from "../deps.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** A book keeps a copy of the configuration for cold isolates; at most one write per isolate and this many ms. */
const COPY_EVERY_MS = 10_000;
/** A copy says that its configuration was in force when it was written; one that is up to date is written anew so often. */
const RENEW_MS = 60_000;
const CURRENT_MS = 5_000;
const PART_CHARS = 900_000;

/** What an isolate does after an answer: refresh its snapshot, report health, look after the keeper. Call once per request. */
export function afterAnswer(g: Gateway): void {
  if (!isDue(g)) return;
  // A turn later: begun here, its calls would stand before the answer in line.
  g.waitUntil(sleep(g.deps, 0).then(() => Promise.all([refresh(g), reportHealth(g), lookAfterKeeper(g)])));
}

/** Nearly every ping finds nothing of it to do: a look at four times is cheaper than a timer. */
function isDue({ isolate, deps }: Gateway): boolean {
  const now = deps.now();
  return (
    isolate.snapshots.isDue(now) ||
    isolate.health.isDue(now) ||
    isolate.bidding.isDue(now) ||
    now - isolate.keeperSeenAt >= KEEPER_EVERY_MS
  );
}

/** Ms between an isolate's looks after the keeper. */
const KEEPER_EVERY_MS = 600_000;

/** The keeper's alarm is what everything long hangs on: traffic sees to it that it is set, for cron may never fire. */
async function lookAfterKeeper(g: Gateway): Promise<void> {
  const now = g.deps.now();
  if (now - g.isolate.keeperSeenAt < KEEPER_EVERY_MS) return;
  g.isolate.keeperSeenAt = now;
  await g
    .keeper()
    .tick()
    .catch(() => g.isolate.gauges.count("keeper_unreached"));
}

const refresh = (g: Gateway): Promise<void> => g.refreshSnapshot().catch(() => g.isolate.gauges.count("config_errors"));

async function reportHealth(g: Gateway): Promise<void> {
  await tellHealth(g);
  const left_ms = g.isolate.health.failuresLeft(g.deps.now());
  if (left_ms === null) return;
  await sleep(g.deps, left_ms);
  await tellHealth(g);
}

async function tellHealth(g: Gateway): Promise<void> {
  const now = g.deps.now();
  const reports = g.isolate.health.take(now);
  const bidding = g.isolate.bidding.take(now, new Set(reports.map(({ buyer_id }) => buyer_id)));
  for (const buyer_id of bidding.keys())
    if (!reports.some((report) => report.buyer_id === buyer_id)) reports.push({ buyer_id, reports: [] });
  if (reports.length === 0) return;
  const snapshot = await g.snapshot();
  await Promise.all(
    reports.map(({ buyer_id, reports: counts }) => {
      const endpoints = counts.flatMap(({ endpoint_id }): EndpointTerms[] => {
        const endpoint = snapshot.endpoint(endpoint_id);
        return endpoint ? [endpointTerms(endpoint.body, endpoint.version)] : [];
      });
      return g
        .account(buyer_id)
        .health(buyer_id, counts, endpoints, g.isolate.drift.take(buyer_id), bidding.get(buyer_id))
        .catch(() => {});
    }),
  );
}

/** The shard whose copy of the configuration a cold isolate reads while D1 is away. */
export const copyShard = (region: string): string => shardName(region, 0);

/** Brings the copy up to date when this isolate knows more. */
export async function bookCopy(g: Gateway, kept_seq: number): Promise<void> {
  const snapshot = await g.snapshot();
  const now = g.deps.now();
  const since = now - g.isolate.snapshotKeptAt;
  // An old snapshot would pass for a new one: while D1 is away nothing is copied, so that ten minutes remain ten minutes.
  if (since < COPY_EVERY_MS || g.isolate.snapshots.age(now) > CURRENT_MS) return;
  const copyIsHere = g.isolate.shard === copyShard(g.settings.REGION);
  if (copyIsHere && kept_seq >= snapshot.seen.config && since < RENEW_MS) return;
  g.isolate.snapshotKeptAt = now;
  const text = JSON.stringify({ at: now, rows: snapshot.rows() });
  const parts: string[] = [];
  for (let from = 0; from < text.length; from += PART_CHARS) parts.push(text.slice(from, from + PART_CHARS));
  await g.book(copyShard(g.settings.REGION)).keepSnapshot(snapshot.seen.config, parts);
}
