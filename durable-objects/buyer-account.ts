import { DurableObject } from "cloudflare:workers";
import type { Phase } from "../schema/lists.ts";
import type { BiddingReport } from "../schema/rollups/bidding.ts";
import type {
  AccountGlance,
  AccountPort,
  AccountView,
  CaptureCommand,
  CaptureReply,
  EndpointTerms,
  FenceReply,
  HealthReport,
  RefundCommand,
  RefundReply,
  ReservationFact,
  ReservationPage,
  ReserveCommand,
  ReserveReply,
  TokenCommand,
  TokenReply,
} from "../schema/rpc/account.ts";
import type { DriftReport, DriftRules, DriftView } from "../schema/rpc/drift.ts";
import { deps } from "../worker/deps.ts";
import type { Env } from "../worker/env.ts";
import { projectTo } from "../worker/ledger/project.ts";
import { AccountCore } from "./account/core.ts";
import type { Entry } from "./account/entries.ts";
import type { NewTerms } from "./account/terms.ts";
import type { TokenOrder } from "./account/tokens.ts";
import type { Probes } from "./account/work.ts";
import { objectSql } from "./sql.ts";
import type { TokenFetched } from "./token-rules.ts";

/** Should the alarm's own work be cut off, it rings again after this. */
const REARM_MS = 30_000;

/**
 * One buyer's money, caps, duplicates and breakers; the object's name is the buyer's id. A shell: storage, alarm and RPC around
 * {@link AccountCore}, whose every call is one synchronous transaction, so that the output gate holds a reply until it is stored.
 */
export class BuyerAccount extends DurableObject<Env> implements AccountPort {
  private readonly core: AccountCore;
  /** When the alarm rings, as far as this instance knows; null = unknown. */
  private armed: number | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.core = new AccountCore(
      objectSql(ctx.storage),
      ctx.id.name,
      () => deps().now(),
      (order) => this.fetchToken(order),
    );
  }

  /** How a breaker's probe is made. A subclass that knows the buyers' dialects overrides it. */
  protected probes(): Probes {
    return { ping: async () => "unavailable", post: async () => "unavailable" };
  }

  /** How an endpoint's token is fetched. A subclass that knows the buyers' dialects overrides it. */
  protected async fetchToken(_order: TokenOrder): Promise<TokenFetched> {
    return { kind: "failed", why: "this object fetches no tokens" };
  }

  async reserve(command: ReserveCommand): Promise<ReserveReply> {
    return this.run(() => this.core.reserve(command));
  }

  async capture(command: CaptureCommand): Promise<CaptureReply> {
    return this.run(() => this.core.capture(command));
  }

  async release(reservation_id: string, why: string, epoch?: number): Promise<boolean> {
    return this.run(() => this.core.release(reservation_id, why, epoch));
  }

  async doubt(reservation_id: string, doubt_ttl_ms: number): Promise<void> {
    this.run(() => this.core.doubt(reservation_id, doubt_ttl_ms));
  }

  async fence(lead_id: string, epoch: number): Promise<FenceReply[]> {
    return this.run(() => this.core.fence(lead_id, epoch));
  }

  async health(
    buyer_id: string,
    reports: HealthReport[],
    endpoints: EndpointTerms[],
    drift?: DriftReport[],
    bidding?: BiddingReport[],
  ): Promise<void> {
    this.runAs(buyer_id, () => this.core.health(reports, endpoints, drift, bidding));
  }

  async drift(contract_id: string, rules: DriftRules): Promise<DriftView[]> {
    return this.core.drift(contract_id, rules);
  }

  async acceptDrift(contract_id: string, ids: string[] | null, author: string): Promise<number> {
    return this.run(() => this.core.acceptDrift(contract_id, ids, author));
  }

  async terms(buyer_id: string, terms: NewTerms): Promise<void> {
    this.runAs(buyer_id, () => this.core.terms(terms));
  }

  async entry(buyer_id: string, entry: Entry): ReturnType<AccountPort["entry"]> {
    return this.runAs(buyer_id, () => this.core.entry(entry));
  }

  async resetBreaker(endpoint_id: string, phase: Phase, author: string): Promise<void> {
    this.run(() => this.core.resetBreaker(endpoint_id, phase, author));
  }

  async refund(command: RefundCommand): Promise<RefundReply> {
    return this.run(() => this.core.refund(command));
  }

  async reservations(after: string | null, limit: number): Promise<ReservationPage> {
    return this.core.reservations(after, limit);
  }

  async reservationsById(ids: string[]): Promise<ReservationFact[]> {
    return this.core.reservationsById(ids);
  }

  async republish(ids: string[], entries: boolean): Promise<number> {
    return this.run(() => this.core.republish(ids, entries));
  }

  async forget(lead_ids: string[]): Promise<void> {
    this.run(() => this.core.forget(lead_ids));
  }

  async token(command: TokenCommand): Promise<TokenReply> {
    const reply = await this.core.token(command);
    // The next refresh, and the status row, are due.
    return this.run(() => reply);
  }

  async view(): Promise<AccountView> {
    return this.core.view();
  }

  async glance(): Promise<AccountGlance> {
    return this.core.glance();
  }

  /** Re-arms before it works, so that nothing that happens in between can leave the object without an alarm. */
  override async alarm(): Promise<void> {
    this.arm(deps().now() + REARM_MS);
    await this.core.work({ project: projectTo(this.env.DB), probes: this.probes() });
    const next = this.core.next();
    if (next !== null) return this.arm(next);
    this.armed = null;
    await this.ctx.storage.deleteAlarm();
  }

  /** A call that names its buyer must have reached that buyer. */
  private runAs<T>(buyer_id: string, command: () => T): T {
    if (buyer_id !== this.core.buyer) throw new Error("this is another buyer's account");
    return this.run(command);
  }

  private run<T>(command: () => T): T {
    const reply = command();
    const next = this.core.next();
    if (next !== null && (this.armed === null || next < this.armed)) this.arm(next);
    return reply;
  }

  /** Not awaited: the write belongs to the same transaction, and the output gate waits for it. */
  private arm(at: number): void {
    this.armed = at;
    void this.ctx.storage.setAlarm(at);
  }
}
