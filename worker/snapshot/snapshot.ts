import type { ConfigKind, ConfigTypes } from "../../schema/config/index.ts";
import { CONFIG_SCHEMAS } from "../../schema/config/index.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { BuyerStatus, ContractStatus, EndpointStatus } from "../../schema/status.ts";
import { buyerStatusSchema, contractStatusSchema, endpointStatusSchema } from "../../schema/status.ts";
import type { CompiledCampaign, CompiledContract } from "../auction/compiled.ts";
import { compileContract } from "../auction/contract.ts";
import type { Candidates } from "../auction/contract-index.ts";
import { compileCampaign } from "../auction/fields/index.ts";
import { CampaignContracts } from "./campaign-contracts.ts";
import { ContractFilters } from "./contract-filters.ts";
import { packedBody } from "./packed-body.ts";
import type { RawConfigRow, RawRows, RawStatusRow } from "./raw-rows.ts";

export type { RawConfigRow, RawRows, RawStatusRow, RawSuppression } from "./raw-rows.ts";

interface Versioned<K extends ConfigKind> {
  version: number;
  body: ConfigTypes[K];
}

/** How far a snapshot has read: sequence numbers of D1's three change streams. */
export interface Seen {
  config: number;
  status: number;
  suppressions: number;
}

const STATUS_SCHEMAS = {
  contract: contractStatusSchema,
  endpoint: endpointStatusSchema,
  buyer: buyerStatusSchema,
} as const;

/**
 * Configuration and standing in isolate memory: what a ping needs without asking anybody. Changes are applied in place, a record
 * is compiled again only when it, its buyer or its endpoint changed.
 */
export class Snapshot {
  readonly seen: Seen = { config: 0, status: 0, suppressions: 0 };
  /** Records that no longer fit their schema; left out, and shown as a gauge. */
  readonly refused = new Map<string, string>();
  readonly suppressed = new Set<string>();
  private readonly raw = new Map<string, RawConfigRow>();
  private readonly rawStatus = new Map<string, RawStatusRow>();
  private readonly records: { [K in ConfigKind]: Map<string, Versioned<K>> } = {
    settings: new Map(),
    campaign: new Map(),
    publisher: new Map(),
    key: new Map(),
    form: new Map(),
    inbound: new Map(),
    buyer: new Map(),
    buyer_key: new Map(),
    endpoint: new Map(),
    contract: new Map(),
    alerting: new Map(),
    alert_channel: new Map(),
    synthetic: new Map(),
  };
  private readonly status = {
    contract: new Map<string, ContractStatus>(),
    endpoint: new Map<string, EndpointStatus>(),
    buyer: new Map<string, BuyerStatus>(),
  };
  private readonly campaigns = new Map<string, CompiledCampaign>();
  private readonly contracts = new Map<string, CompiledContract>();
  private readonly filters = new ContractFilters();
  private readonly byCampaign = new CampaignContracts();

  apply(rows: RawRows): void {
    for (const row of rows.config) this.applyConfig(row);
    for (const row of rows.status) this.applyStatus(row);
    // A slow read may bring rows that a faster one has overtaken; a list that is read whole knows all up to its `seen`.
    const known = this.seen.suppressions;
    for (const row of rows.suppressions) {
      if (row.seq <= known) continue;
      if (row.removed) this.suppressed.delete(row.hash);
      else this.suppressed.add(row.hash);
      this.seen.suppressions = Math.max(this.seen.suppressions, row.seq);
    }
    if (rows.config.length > 0) this.compile();
  }

  private applyConfig(row: RawConfigRow): void {
    this.seen.config = Math.max(this.seen.config, row.seq);
    const schema = CONFIG_SCHEMAS[row.kind as ConfigKind];
    if (!schema || (this.raw.get(`${row.kind}/${row.id}`)?.seq ?? -1) > row.seq) return;
    const body = packedBody(row.kind, row.body);
    this.raw.set(`${row.kind}/${row.id}`, { ...row, body });
    const json = parseJson(body);
    const rest = row.kind === "contract" ? this.filters.take(row.id, json) : json;
    const parsed = rest === null ? null : schema.safeParse(rest);
    if (!parsed?.success) {
      // Its last good version must not go on: it may be a pause that no longer parses.
      this.records[row.kind as ConfigKind].delete(row.id);
      this.refused.set(`${row.kind}/${row.id}`, parsed?.error.issues[0]?.path.join(".") ?? "filter");
      return;
    }
    this.refused.delete(`${row.kind}/${row.id}`);
    (this.records[row.kind as ConfigKind] as Map<string, Versioned<ConfigKind>>).set(row.id, {
      version: row.version,
      body: parsed.data,
    });
  }

  private applyStatus(row: RawStatusRow): void {
    this.seen.status = Math.max(this.seen.status, row.seq);
    if ((this.rawStatus.get(`${row.kind}/${row.id}`)?.seq ?? -1) > row.seq) return;
    const schema = STATUS_SCHEMAS[row.kind as keyof typeof STATUS_SCHEMAS];
    const parsed = schema?.safeParse(parseJson(row.body));
    if (!parsed?.success) return;
    this.rawStatus.set(`${row.kind}/${row.id}`, row);
    (this.status[row.kind as keyof typeof STATUS_SCHEMAS] as Map<string, unknown>).set(row.id, parsed.data);
  }

  private compile(): void {
    for (const [id, { version, body }] of this.records.campaign)
      if (this.campaigns.get(id)?.version !== version) this.campaigns.set(id, compileCampaign(body, version));
    for (const id of this.campaigns.keys()) if (!this.records.campaign.has(id)) this.campaigns.delete(id);
    for (const id of this.contracts.keys()) if (!this.records.contract.has(id)) this.contracts.delete(id);
    this.filters.keep(this.records.contract);
    for (const [id, contract] of this.records.contract) {
      const endpoint = this.records.endpoint.get(contract.body.endpoint_id);
      const buyer = this.records.buyer.get(contract.body.buyer_id);
      if (!endpoint || !buyer) {
        this.contracts.delete(id);
        continue;
      }
      const known = this.contracts.get(id);
      if (
        known?.version === contract.version &&
        known.endpoint_version === endpoint.version &&
        known.buyer_version === buyer.version
      )
        continue;
      const filter = this.filters.of(id);
      this.contracts.set(
        id,
        compileContract({
          contract: contract.body,
          ...(filter ? { filter } : {}),
          version: contract.version,
          buyer: buyer.body,
          buyer_version: buyer.version,
          endpoint: endpoint.body,
          endpoint_version: endpoint.version,
        }),
      );
    }
    this.byCampaign.replace(this.contracts.values());
  }

  get paused(): boolean {
    return this.records.settings.get("gateway")?.body.status === "paused";
  }
  record<K extends ConfigKind>(kind: K, id: string): Versioned<K> | undefined {
    return (this.records[kind] as Map<string, Versioned<K>>).get(id);
  }
  all<K extends ConfigKind>(kind: K): ConfigTypes[K][] {
    return [...(this.records[kind] as Map<string, Versioned<K>>).values()].map(({ body }) => body);
  }
  campaignIds = (): string[] => [...this.campaigns.keys()];
  campaign = (id: string): CompiledCampaign | undefined => this.campaigns.get(id);
  contract = (id: string): CompiledContract | undefined => this.contracts.get(id);
  contractsOf = (campaign_id: string): CompiledContract[] => this.byCampaign.of(campaign_id);
  /** Of a campaign, those whose filters may hold for these facts. */
  candidatesOf = (campaign_id: string, facts: Fields): Candidates => this.byCampaign.candidates(campaign_id, facts);
  publisher = (id: string): ConfigTypes["publisher"] | undefined => this.records.publisher.get(id)?.body;
  keyByHash = (hash: string): ConfigTypes["key"] | undefined => this.records.key.get(hash)?.body;
  buyerKeyByHash = (hash: string): ConfigTypes["buyer_key"] | undefined => this.records.buyer_key.get(hash)?.body;
  form = (id: string): ConfigTypes["form"] | undefined => this.records.form.get(id)?.body;
  inbound = (id: string): Versioned<"inbound"> | undefined => this.records.inbound.get(id);
  /** Any contract through the endpoint; undefined when it has none. */
  contractOn = (endpoint_id: string): CompiledContract | undefined =>
    [...this.contracts.values()].find((contract) => contract.endpoint.id === endpoint_id);
  contractsOfBuyer = (id: string): CompiledContract[] => [...this.contracts.values()].filter((c) => c.buyer.id === id);
  endpointsOf = (buyer_id: string): ConfigTypes["endpoint"][] =>
    [...this.records.endpoint.values()].flatMap(({ body }) => (body.buyer_id === buyer_id ? [body] : []));
  buyers = (): string[] => [...this.records.buyer.keys()];
  endpointIds = (): string[] => [...this.records.endpoint.keys()];
  endpoint = (id: string): Versioned<"endpoint"> | undefined => this.records.endpoint.get(id);
  contractStatus = (id: string): ContractStatus | undefined => this.status.contract.get(id);
  endpointStatus = (id: string): EndpointStatus | undefined => this.status.endpoint.get(id);
  available = (buyer_id: string): Money | null | undefined => this.status.buyer.get(buyer_id)?.available;

  /** Everything needed to build the same snapshot elsewhere. */
  rows(): RawRows {
    return {
      config: [...this.raw.values()],
      status: [...this.rawStatus.values()],
      suppressions: [...this.suppressed].map((hash) => ({ hash, seq: this.seen.suppressions, removed: 0 })),
    };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
