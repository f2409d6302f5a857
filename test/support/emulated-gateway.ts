import { campaignSchema } from "../../schema/config/campaign.ts";
import { ZERO } from "../../schema/money.ts";
import type { DeliveryMessage } from "../../schema/queue.ts";
import type { LeadStory } from "../../schema/rpc/book.ts";
import { sampleLead } from "../../worker/auction/fields/index.ts";
import { DialectCache } from "../../worker/buyers/dialects/cache.ts";
import { SlotPool } from "../../worker/buyers/slots.ts";
import { readId } from "../../worker/crypto/ids.ts";
import { keyring } from "../../worker/crypto/seal.ts";
import type { Settings } from "../../worker/env.ts";
import type { LeadInput, PingInput, PostInput } from "../../worker/flows/answers.ts";
import { bookCopy } from "../../worker/flows/background.ts";
import type { Gateway, Isolate } from "../../worker/gateway/gateway.ts";
import { newIsolate } from "../../worker/gateway/isolate.ts";
import { consume } from "../../worker/queue/consumer.ts";
import type { RawRows, Snapshot } from "../../worker/snapshot/snapshot.ts";
import type { SnapshotSources } from "../../worker/snapshot/store.ts";
import type { LogLine } from "../../worker/telemetry/log.ts";
import { rowsOf, type SetUp } from "./emulated-config.ts";
import { D1_MS, EmulatedObjects, type Send } from "./emulated-objects.ts";
import type { EmulatedPlatform, Invocation } from "./emulated-platform.ts";
import { NO_KEEPER } from "./no-keeper.ts";
import { TEST_BINDINGS } from "./settings.ts";

const SETTINGS: Settings = {
  KEYRING: TEST_BINDINGS.KEYRING,
  HASH_SECRET: TEST_BINDINGS.HASH_SECRET,
  ADMIN_TOKENS: {},
  REGION: "enam",
  BOOK_SHARDS: 16,
  DIALERS: 600,
  MAX_IN_FLIGHT: 10_000,
  ACCESS_TEAM_DOMAIN: "",
  ACCESS_AUD: "",
  ACCESS_ROLES: {},
  LOCAL_MODE: false,
};

/** One invocation of the Worker and its gateway. */
export interface Running extends Invocation {
  g: Gateway;
}

/**
 * The whole gateway on the emulated platform: the flows of production, the objects' real cores and alarms, the snapshot built from
 * configuration rows, the queue, an isolate's memory. Only D1 is a list of events, and routes are left out (they cost no time).
 */
export class EmulatedGateway {
  readonly objects: EmulatedObjects;
  readonly log: LogLine[] = [];
  private readonly sample: ReturnType<typeof sampleLead>;
  private readonly isolates: Isolate[];
  private readonly dialects = new DialectCache();
  private readonly send: Send;
  private readonly settings: Settings;
  private readonly rows: RawRows;
  private turn = 0;

  constructor(
    readonly platform: EmulatedPlatform,
    private readonly setUp: SetUp,
    { isolates = 3, settings = {} as Partial<Settings> } = {},
  ) {
    this.settings = { ...SETTINGS, ...settings };
    this.rows = rowsOf(setUp);
    this.sample = sampleLead(campaignSchema.parse(setUp.campaign), platform.deps().now());
    this.isolates = Array.from({ length: isolates }, () => newIsolate(platform.deps(), this.settings));
    this.send = platform.queue<DeliveryMessage>((message) => this.consume(message));
    this.objects = new EmulatedObjects(platform, this.send);
  }

  /** A new invocation, on one isolate after the other. */
  invoke(): Running {
    const { platform, objects, settings } = this;
    const isolate = this.isolates[this.turn++ % this.isolates.length];
    if (!isolate) throw new Error("a gateway needs an isolate");
    const invocation = platform.invocation();
    const { deps } = invocation;
    const sources: SnapshotSources = {
      changes: async (since) => {
        await invocation.io(D1_MS);
        return { ...this.rows, config: this.rows.config.filter((row) => row.seq > since.config) };
      },
      copy: async () => null,
    };
    const g: Gateway = {
      settings,
      deps,
      isolate,
      ring: () => keyring(settings.KEYRING),
      snapshot: () => isolate.snapshots.get(deps, sources),
      refreshSnapshot: () => isolate.snapshots.refresh(deps, sources),
      book: objects.book,
      account: objects.account,
      keeper: () => NO_KEEPER,
      dialers: { count: settings.DIALERS, get: objects.dialer, warm: isolate.dialers },
      dialect: ({ endpoint, endpoint_version }) => this.dialects.get(endpoint.id, endpoint_version, endpoint.dialect),
      slots: new SlotPool(6),
      enqueue: (message, delay_s) => this.send(invocation, message, delay_s),
      waitUntil: (promise) => invocation.waitUntil(promise.catch(() => {})),
      log: (line) => void this.log.push(line),
      analytics: { auction: () => {}, delivery: () => {} },
    };
    return { ...invocation, g };
  }

  /** Every isolate has read the configuration and given its copy away: what follows is the gateway as it runs. */
  async warm(): Promise<Snapshot> {
    const snapshots = await Promise.all(
      this.isolates.map(async () => {
        const { g, settled } = this.invoke();
        const snapshot = await g.snapshot();
        g.waitUntil(bookCopy(g, 0));
        await settled();
        return snapshot;
      }),
    );
    const [first] = snapshots;
    if (!first || first.refused.size > 0) throw new Error(`configuration refused: ${[...(first?.refused ?? [])]}`);
    return first;
  }

  /** A whole lead of consumer `n`, as the route hands it to the flow: parsed, arriving now. */
  lead(snapshot: Snapshot, publisher: string, n: number): LeadInput {
    const { campaign, ...facts } = this.facts(snapshot, publisher, n);
    const parsed = campaign.parsePost(this.whole(n), {});
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return { ...facts, campaign, lead: parsed.fields, consent: {}, min_price: ZERO };
  }

  ping(snapshot: Snapshot, publisher: string, n: number): PingInput {
    const { campaign, ...facts } = this.facts(snapshot, publisher, n);
    const { phone_hash: _p, email_hash: _e, ...open } = this.sample.ping;
    const parsed = campaign.parsePing(open);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return { ...facts, campaign, facts: parsed.fields, min_price: ZERO };
  }

  post(snapshot: Snapshot, publisher: string, n: number, ping_id: string): PostInput {
    const { campaign: _c, ...facts } = this.facts(snapshot, publisher, n);
    const { post } = this.sample;
    return { ...facts, ping_id, bid_ids: [], lead: { ...post, ...personOf(n) }, consent: {} };
  }

  /** What the lead's book knows of it. */
  async story(lead_id: string): Promise<LeadStory> {
    const id = readId(this.settings.HASH_SECRET, lead_id, "l");
    const story = id && (await this.objects.bookCore(id.shard).story(lead_id));
    if (!story) throw new Error(`no book has lead ${lead_id}`);
    return story;
  }

  private facts(snapshot: Snapshot, publisher_id: string, n: number) {
    const campaign = snapshot.campaign(this.setUp.campaign.id);
    const publisher = snapshot.publisher(publisher_id);
    if (!campaign || !publisher) throw new Error("the campaign or publisher is not set up");
    return { campaign, publisher, sub_ids: { sub_id1: `n${n}` }, test: false, began: this.platform.deps().now() };
  }

  private whole(n: number): Record<string, unknown> {
    const { phone_hash: _p, email_hash: _e, ...open } = this.sample.ping;
    return { ...open, ...this.sample.post, ...personOf(n) };
  }

  private async consume(message: DeliveryMessage): Promise<void> {
    const { g, settled } = this.invoke();
    const retry = (delay_s: number) => void this.platform.time.timer(() => void this.consume(message), delay_s * 1_000);
    await consume(g, [{ body: message, ack: () => {}, retry: (options) => retry(options?.delaySeconds ?? 10) }]);
    await settled();
  }
}

/** Personal data of consumer `n`, unlike anybody's: what a leak would show. */
export const personOf = (n: number) => ({
  first_name: `Canary${n}`,
  last_name: `Person${n}`,
  phone: `+1512${2_000_000 + n}`,
  email: `canary.${n}@example.com`,
});
