import type { Phase } from "../../schema/lists.ts";
import type { BiddingReport } from "../../schema/rollups/bidding.ts";
import type {
  AccountGlance,
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
} from "../../schema/rpc/account.ts";
import type { DriftReport, DriftRules, DriftView } from "../../schema/rpc/drift.ts";
import { DueTable } from "../due-table.ts";
import { Outbox } from "../outbox.ts";
import type { Sql } from "../sql.ts";
import { mergeBidding } from "./bidding.ts";
import { mergeHealth, resetBreaker } from "./breakers.ts";
import { acceptDrift, driftOf, mergeDrift } from "./drift.ts";
import { type Entry, entry } from "./entries.ts";
import { fence } from "./fences.ts";
import { holdLook } from "./holds.ts";
import { forget, republish, reservations, reservationsById } from "./pages.ts";
import { refund } from "./refund.ts";
import { reserve } from "./reserve.ts";
import { createTables, type Room } from "./room.ts";
import { capture, doubt, release } from "./settle.ts";
import { learn, type NewTerms } from "./terms.ts";
import { Tokens } from "./token-flights.ts";
import type { FetchToken } from "./tokens.ts";
import { glance, view } from "./view.ts";
import { type Ports, work } from "./work.ts";

/**
 * One buyer's account on any {@link Sql}: every call is one synchronous transaction at the injected time. The Durable Object is a
 * shell around it; rule tests and the emulated platform use it as it is.
 */
export class AccountCore {
  readonly buyer: string;
  private readonly room: Room;
  private readonly tokens: Tokens;

  /** `fetchToken`: how an endpoint's token is fetched; without one there is none to be had. */
  constructor(
    private readonly sql: Sql,
    name: string | undefined,
    private readonly now: () => number,
    fetchToken: FetchToken = async () => ({ kind: "failed", why: "this object fetches no tokens" }),
  ) {
    const buyer = createTables(sql, name);
    this.buyer = buyer;
    const outbox = new Outbox(sql, () => `buyer:${buyer}`);
    this.room = { sql, due: new DueTable(sql), outbox, buyer };
    this.room.due.watch(outbox.sending.look());
    this.room.due.watch(holdLook(sql));
    this.tokens = new Tokens(this.room, fetchToken, now);
  }

  private at<T>(fn: (room: Room, now: number) => T): T {
    return this.sql.transaction(() => fn(this.room, this.now()));
  }

  reserve(command: ReserveCommand): ReserveReply {
    return this.at((room, now) => reserve(room, command, now));
  }

  capture(command: CaptureCommand): CaptureReply {
    return this.at((room, now) => capture(room, command, now));
  }

  release(reservation_id: string, why: string, epoch?: number): boolean {
    return this.at((room, now) => release(room, reservation_id, why, now, epoch));
  }

  doubt(reservation_id: string, doubt_ttl_ms: number): void {
    this.at((room, now) => doubt(room, reservation_id, doubt_ttl_ms, now));
  }

  fence(lead_id: string, epoch: number): FenceReply[] {
    return this.at((room, now) => fence(room, lead_id, epoch, now));
  }

  /** Health first: what drifts is of less weight, and a defect there must not keep a breaker from its counts. */
  health(
    reports: HealthReport[],
    endpoints: EndpointTerms[],
    drift: DriftReport[] = [],
    bidding: BiddingReport[] = [],
  ): void {
    this.at((room, now) => {
      learn(room, { endpoints }, now);
      for (const report of reports) mergeHealth(room, report, now);
    });
    if (drift.length > 0)
      this.at((room, now) => {
        for (const report of drift) mergeDrift(room, report, now);
      });
    if (bidding.length > 0)
      this.at((room, now) => {
        for (const report of bidding) mergeBidding(room, report, now);
      });
  }

  drift(contract_id: string, rules: DriftRules): DriftView[] {
    return this.at((room, now) => driftOf(room, contract_id, rules, now));
  }

  acceptDrift(contract_id: string, ids: string[] | null, author: string): number {
    return this.at((room, now) => acceptDrift(room, contract_id, ids, author, now));
  }

  terms(terms: NewTerms): void {
    this.at((room, now) => learn(room, terms, now));
  }

  entry(wanted: Entry): ReturnType<typeof entry> {
    return this.at((room, now) => entry(room, wanted, now));
  }

  resetBreaker(endpoint_id: string, phase: Phase, author: string): void {
    this.at((room, now) => resetBreaker(room, endpoint_id, phase, author, now));
  }

  refund(command: RefundCommand): RefundReply {
    return this.at((room, now) => refund(room, command, now));
  }

  reservations(after: string | null, limit: number): ReservationPage {
    return this.at((room) => reservations(room, after, limit));
  }

  reservationsById(ids: string[]): ReservationFact[] {
    return this.at((room) => reservationsById(room, ids));
  }

  republish(ids: string[], entries: boolean): number {
    return this.at((room, now) => republish(room, ids, entries, now));
  }

  forget(lead_ids: string[]): void {
    this.at((room) => forget(room, lead_ids));
  }

  token(command: TokenCommand): Promise<TokenReply> {
    return this.tokens.token(command);
  }

  view(): AccountView {
    return view(this.room, this.now());
  }

  glance(): AccountGlance {
    return glance(this.room, this.now());
  }

  /** Epoch ms of the next thing to do; null = nothing. */
  next(): number | null {
    return this.room.due.next();
  }

  /** Does what is due. Never throws: what fails is tried again later. */
  work(ports: Omit<Ports, "tokens">): Promise<void> {
    return work(this.room, { ...ports, tokens: this.tokens }, this.now);
  }
}
