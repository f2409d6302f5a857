import { WarmDialers } from "../buyers/warm-dialers.ts";
import { shardName } from "../crypto/ids.ts";
import type { Deps } from "../deps.ts";
import type { Settings } from "../env.ts";
import { AuctionReplyCache } from "../flows/repeat.ts";
import { TokenMemory } from "../flows/tokens.ts";
import { SnapshotStore } from "../snapshot/store.ts";
import { Bidding } from "../telemetry/bidding.ts";
import { DriftWatch } from "../telemetry/drift.ts";
import { Gauges } from "../telemetry/gauges.ts";
import { Health } from "../telemetry/health.ts";
import { LatenessMemory } from "../telemetry/lateness.ts";
import { Admission } from "./admission.ts";
import type { Isolate } from "./gateway.ts";
import { Gatherer } from "./gatherer.ts";
import { Listing } from "./listing.ts";
import { BoundedMap } from "./memory.ts";
import { Offers } from "./offers.ts";

/** A fresh isolate's memory. Its auctions go to one book, drawn at random, so that a batch is one call. */
export function newIsolate(deps: Deps, settings: Settings): Isolate {
  const admission = new Admission({ in_flight: settings.MAX_IN_FLIGHT });
  return {
    shard: shardName(settings.REGION, Math.floor(deps.random() * settings.BOOK_SHARDS)),
    snapshots: new SnapshotStore(),
    gatherer: new Gatherer((late_ms) => admission.rang(late_ms)),
    listing: new Listing(deps.now()),
    health: new Health(),
    drift: new DriftWatch(),
    bidding: new Bidding(),
    lateness: new LatenessMemory(),
    gauges: new Gauges(deps.now()),
    admission,
    dialers: new WarmDialers(),
    repeats: new AuctionReplyCache(),
    wins: new Map(),
    offers: new Offers(),
    secrets: new BoundedMap(10_000),
    tokens: new TokenMemory(),
    snapshotKeptAt: 0,
    keeperSeenAt: 0,
    live: null,
  };
}
