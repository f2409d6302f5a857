import type { LiveGauges } from "../../schema/api/live.ts";
import type { DeliveryMessage } from "../../schema/queue.ts";
import type { AccountPort } from "../../schema/rpc/account.ts";
import type { BookPort } from "../../schema/rpc/book.ts";
import type { KeeperPort } from "../../schema/rpc/keeper.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import type { Dialect } from "../buyers/dialect.ts";
import type { Dialers } from "../buyers/dialer-pool.ts";
import type { SlotPool } from "../buyers/slots.ts";
import type { WarmDialers } from "../buyers/warm-dialers.ts";
import type { Keyring } from "../crypto/seal.ts";
import type { Deps } from "../deps.ts";
import type { Settings } from "../env.ts";
import type { AuctionReplyCache } from "../flows/repeat.ts";
import type { TokenMemory } from "../flows/tokens.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { SnapshotStore } from "../snapshot/store.ts";
import type { Analytics } from "../telemetry/analytics.ts";
import type { Bidding } from "../telemetry/bidding.ts";
import type { DriftWatch } from "../telemetry/drift.ts";
import type { Gauges } from "../telemetry/gauges.ts";
import type { Health } from "../telemetry/health.ts";
import type { LatenessMemory } from "../telemetry/lateness.ts";
import type { Log } from "../telemetry/log.ts";
import type { Admission } from "./admission.ts";
import type { Gatherer } from "./gatherer.ts";
import type { Listing } from "./listing.ts";
import type { BoundedMap } from "./memory.ts";
import type { Offers } from "./offers.ts";

/** Plain data shared by all requests of one isolate. Losing it costs time, never a lead or money. */
export interface Isolate {
  /** The book that this isolate writes its auctions to; part of their ids. */
  shard: string;
  snapshots: SnapshotStore;
  gatherer: Gatherer;
  listing: Listing;
  health: Health;
  drift: DriftWatch;
  bidding: Bidding;
  /** Which endpoints are too late for auctions: shapes their pings. */
  lateness: LatenessMemory;
  gauges: Gauges;
  admission: Admission;
  /** Dialers that it used last: they run already. */
  dialers: WarmDialers;
  repeats: AuctionReplyCache;
  /** Wins per contract, halved now and then: breaks ties in favour of who won less. */
  wins: Map<string, number>;
  /** What was offered and not posted yet: thins the pings of contracts with few places left. */
  offers: Offers;
  /** Opened credentials by endpoint and version. */
  secrets: BoundedMap<string, Record<string, string>>;
  tokens: TokenMemory;
  snapshotKeptAt: number;
  /** `deps.now()` of the last look after the keeper. */
  keeperSeenAt: number;
  /** The live page's gauges as they were last looked up. */
  live: { at: number; gauges: LiveGauges } | null;
}

/**
 * What a flow may use: the three kinds of object behind their ports, this invocation's six connections, and the isolate's memory.
 * The Worker builds one per invocation; the emulated platform builds its own.
 */
export interface Gateway {
  settings: Settings;
  deps: Deps;
  isolate: Isolate;
  ring(): Promise<Keyring>;
  /** @throws SnapshotUnavailable */
  snapshot(): Promise<Snapshot>;
  refreshSnapshot(): Promise<void>;
  book(shard: string): BookPort;
  account(buyer_id: string): AccountPort;
  /** The one object that does long work in pieces. */
  keeper(): KeeperPort;
  dialers: Dialers;
  dialect(contract: CompiledContract): Dialect;
  slots: SlotPool;
  /** Wake-up for unfinished business; losing it delays, nothing more. */
  enqueue(message: DeliveryMessage, delay_s: number): Promise<void>;
  waitUntil(promise: Promise<unknown>): void;
  log: Log;
  analytics: Analytics;
}
