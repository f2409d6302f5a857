import type { AccountPort } from "../../schema/rpc/account.ts";
import type { BookPort } from "../../schema/rpc/book.ts";
import type { KeeperPort } from "../../schema/rpc/keeper.ts";
import { DialectCache } from "../buyers/dialects/cache.ts";
import { SlotPool } from "../buyers/slots.ts";
import { withCertificates } from "../certificates.ts";
import { parseShard } from "../crypto/ids.ts";
import { keyring } from "../crypto/seal.ts";
import { deps } from "../deps.ts";
import type { Env } from "../env.ts";
import { settingsOf } from "../env.ts";
import { copyShard } from "../flows/background.ts";
import { loadChanges } from "../ledger/changes.ts";
import { packedBody } from "../snapshot/packed-body.ts";
import type { RawRows } from "../snapshot/snapshot.ts";
import type { SnapshotSources } from "../snapshot/store.ts";
import { engineAnalytics, localAnalytics } from "../telemetry/analytics.ts";
import { consoleLog } from "../telemetry/log.ts";
import type { Gateway, Isolate } from "./gateway.ts";
import { newIsolate } from "./isolate.ts";
import { timed } from "./timed-ports.ts";

let isolate: Isolate | null = null;
const dialects = new DialectCache();
const sink = localAnalytics();

/** Tests only: the next request finds a cold isolate. */
export function forgetIsolate(): void {
  isolate = null;
}

/** The gateway of one invocation: real objects behind the ports, six connections of its own. */
export function realGateway(env: Env, execution: Pick<ExecutionContext, "waitUntil">): Gateway {
  const settings = settingsOf(env);
  isolate ??= newIsolate(deps(), settings);
  const memory = isolate;
  const hint = settings.REGION as DurableObjectLocationHint;
  const book = (shard: string): BookPort =>
    timed<BookPort>(
      deps,
      env.BOOK.get(env.BOOK.idFromName(shard), { locationHint: parseShard(shard).region as DurableObjectLocationHint }),
    );
  const sources: SnapshotSources = {
    changes: (since) => loadChanges(env.DB, since, packedBody),
    copy: () => bookCopyOf(book(copyShard(settings.REGION))),
  };
  return {
    settings,
    get deps() {
      return withCertificates(deps(), env);
    },
    isolate: memory,
    ring: () => keyring(settings.KEYRING),
    snapshot: () => memory.snapshots.get(deps(), sources),
    refreshSnapshot: () => memory.snapshots.refresh(deps(), sources),
    book,
    account: (buyer_id) =>
      timed<AccountPort>(deps, env.ACCOUNT.get(env.ACCOUNT.idFromName(buyer_id), { locationHint: hint })),
    keeper: () =>
      // Its jobs' parameters are plain data, which the stub's type cannot know.
      timed<KeeperPort>(
        deps,
        env.KEEPER.get(env.KEEPER.idFromName("main"), { locationHint: hint }) as unknown as KeeperPort,
      ),
    dialers: {
      count: settings.DIALERS,
      get: (n) => env.DIALER.get(env.DIALER.idFromName(`${settings.REGION}-${n}`), { locationHint: hint }),
      warm: memory.dialers,
    },
    dialect: (contract) => dialects.get(contract.endpoint.id, contract.endpoint_version, contract.endpoint.dialect),
    slots: new SlotPool(6),
    enqueue: async (message, delay_s) => {
      await env.DELIVERIES.send(message, { delaySeconds: delay_s });
    },
    waitUntil: (promise) => execution.waitUntil(promise.catch(() => {})),
    log: consoleLog,
    analytics: env.ANALYTICS && !settings.LOCAL_MODE ? engineAnalytics(env.ANALYTICS) : sink,
  };
}

async function bookCopyOf(book: BookPort): Promise<{ at: number; rows: RawRows } | null> {
  const kept = await book.snapshot();
  if (!kept) return null;
  const { rows } = JSON.parse(kept.parts.join("")) as { rows: RawRows };
  // The book's own clock says how old the copy is.
  return { at: kept.at, rows };
}
