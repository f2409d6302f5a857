import type { BreakerSettings, Cap, Pacing } from "../config/buyer.ts";
import type { MaintenanceWindow } from "../config/maintenance.ts";
import type { Phase, ReservationState, ReserveRefusal } from "../lists.ts";
import type { Money } from "../money.ts";
import type { BiddingReport } from "../rollups/bidding.ts";
import type { AccountGlance, AccountView } from "./account-view.ts";
import type { DriftReport, DriftRules, DriftView } from "./drift.ts";

export type { AccountGlance, AccountView } from "./account-view.ts";

/** Terms that the account enforces. The newest version that any call brought is the one in force. */
export interface ContractTerms {
  contract_id: string;
  /** `version` of the contract's configuration record. */
  version: number;
  paused: boolean;
  caps: Cap[];
  time_zone: string;
  duplicate_window_ms: number;
  pacing?: Pacing;
  /** An open post breaker may be tried with a real lead of this contract. */
  probe_with_lead: boolean;
  /** What it posts through; absent: not known, so nobody waits for a lead of this contract to try that endpoint. */
  endpoint_id?: string;
}
export interface BuyerTerms {
  version: number;
  paused: boolean;
  /** null = no limit. */
  credit_limit: Money | null;
  /** Planned: within one of them nothing is reserved. Absent: none is known. */
  maintenance?: MaintenanceWindow[];
}
export interface EndpointTerms {
  endpoint_id: string;
  version: number;
  paused: boolean;
  breaker: BreakerSettings;
  /** It needs a token that is fetched beforehand: of its credentials, of its test credentials. */
  tokens?: ("live" | "test")[];
  /** As of the buyer, for this endpoint alone. */
  maintenance?: MaintenanceWindow[];
}

/** Asks for the token of an endpoint; the object fetches one if it has none. */
export interface TokenCommand {
  v: 1;
  endpoint_id: string;
  /** The one of the test credentials. */
  test: boolean;
  /** Serial of the token that the buyer did not take: another one is wanted. */
  refused?: number;
}
export type TokenReply =
  /** Sealed with the keyring for `tokenOwner` (worker/flows/tokens.ts). */
  | { kind: "token"; sealed: string; serial: number; expires_in_ms: number }
  /** `why` begins with `refused: ` (our credentials are wrong) or `failed: ` (another try may help) and names no secret. */
  | { kind: "none"; why: string; retry_in_ms: number };

export interface Terms {
  buyer: BuyerTerms;
  contract: ContractTerms;
  endpoint: EndpointTerms;
}

export interface ReserveCommand {
  v: 1;
  /** (lead, contract, leg, round): the same id again is the same reservation. */
  reservation_id: string;
  lead_id: string;
  epoch: number;
  /** Publisher, for caps by source. */
  source: string;
  /** HMACs of the consumer for the buyer's duplicate window. */
  consumer_keys: string[];
  amount: Money;
  /** A post may begin within so many ms of this call. */
  dispatch_in_ms: number;
  /** How long the hold lasts without a settlement before it becomes in_doubt. */
  hold_ms: number;
  terms: Terms;
}
export type ReserveReply =
  | { kind: "held"; dispatch_in_ms: number; probe: boolean }
  /** The reservation exists and was captured earlier: only close. */
  | { kind: "captured"; price: Money }
  /** `reopens_in_ms`: of `cap_reached` and `paced`, ms until it can take the next; absent = never, or unknown. */
  | { kind: "refused"; code: ReserveRefusal; detail?: string; reopens_in_ms?: number };

export interface CaptureCommand {
  v: 1;
  reservation_id: string;
  /** At most the hold; less only when the contract keeps lower prices. */
  price: Money;
  attempt_id: string;
}
/** `contested`: the hold had been released or had expired; nothing was charged. */
export type CaptureReply = { kind: "captured"; price: Money } | { kind: "contested"; state: ReservationState | "none" };

export type FenceState = "none" | "held" | "captured" | "released";
export interface FenceReply {
  reservation_id: string;
  state: FenceState;
  price?: Money;
}

/** Counts of one isolate since its last report. `streak`: failures since the last success, `-1` = there was a success after them. */
export interface HealthReport {
  endpoint_id: string;
  phase: Phase;
  ok: number;
  failed: number;
  /** Failures after the last success in this report. */
  streak: number;
  /** Calls, failed or not, that took longer than the endpoint's `slow_ms`. */
  slow: number;
  /** Ms since the newest of these calls ended; absent = just now. */
  age_ms?: number;
}

/** A charge that is given back after the sale. The same `id` again is the same refund. */
export interface RefundCommand {
  v: 1;
  id: string;
  reservation_id: string;
  reason: string;
  author: string;
  /** The place under the caps is free again. */
  free_place: boolean;
}
export type RefundReply =
  | { kind: "refunded"; amount: Money; repeated: boolean }
  | { kind: "refused"; state: ReservationState | "none" };

/** One reservation as reconcile reads it. Amount: the price once captured, the hold before. */
export interface ReservationFact {
  reservation_id: string;
  lead_id: string;
  contract_id: string;
  state: ReservationState;
  amount: Money;
  refunded: Money;
  at: number;
}
export interface ReservationPage {
  facts: ReservationFact[];
  /** Hand it in for the next page; null = that was the last. */
  next: string | null;
  balance: Money;
  held: Money;
}

/** Port of one buyer's object. */
export interface AccountPort {
  reserve(command: ReserveCommand): Promise<ReserveReply>;
  capture(command: CaptureCommand): Promise<CaptureReply>;
  /**
   * A definite no. Idempotent; a captured reservation stays captured (returned false). `epoch`: the caller's; one that was overtaken
   * meanwhile releases nothing (returned false too): its successor may be asking the same buyer under the same reservation.
   */
  release(reservation_id: string, why: string, epoch?: number): Promise<boolean>;
  /** The hold's outcome is unknown: it stays, and its time starts. */
  doubt(reservation_id: string, doubt_ttl_ms: number): Promise<void>;
  /** From now on, nothing of this lead is reserved below `epoch`; returns what exists for it. */
  fence(lead_id: string, epoch: number): Promise<FenceReply[]>;
  /** Did a post attempt (or a probe) fail or succeed, for the breakers; how requests and answers looked; what contracts did in auctions. */
  health(
    buyer_id: string,
    reports: HealthReport[],
    endpoints: EndpointTerms[],
    drift?: DriftReport[],
    bidding?: BiddingReport[],
  ): Promise<void>;
  /** What is known of the shape of a contract's requests and answers, and what in it has changed. */
  drift(contract_id: string, rules: DriftRules): Promise<DriftView[]>;
  /** The changes (null = all that are open) are how it shall be. Returns how many there were. */
  acceptDrift(contract_id: string, ids: string[] | null, author: string): Promise<number>;
  /** Push new terms at once (pause, caps, limits), before the snapshots have them. */
  terms(
    buyer_id: string,
    terms: { buyer?: BuyerTerms; contracts?: ContractTerms[]; endpoints?: EndpointTerms[] },
  ): Promise<void>;
  entry(
    buyer_id: string,
    entry: { id: string; kind: "deposit" | "credit" | "adjustment"; amount: Money; reason: string; author: string },
  ): Promise<{ balance: Money; repeated: boolean }>;
  resetBreaker(endpoint_id: string, phase: Phase, author: string): Promise<void>;
  /** Gives a captured charge back. Anything else is refused: what is held or in doubt is released. */
  refund(command: RefundCommand): Promise<RefundReply>;
  /** Reconcile: reservations after `after` (null = from the first), at most `limit`, and those of the given ids. */
  reservations(after: string | null, limit: number): Promise<ReservationPage>;
  reservationsById(ids: string[]): Promise<ReservationFact[]>;
  /** Rebuild: writes rows of these reservations (and their movements) to the outbox again; `entries` also all account entries. */
  republish(ids: string[], entries: boolean): Promise<number>;
  /** Erasure: forgets the consumer marks of these leads. */
  forget(lead_ids: string[]): Promise<void>;
  /** The endpoint's token; waits for a fetch, of which there is one at a time however many ask. */
  token(command: TokenCommand): Promise<TokenReply>;
  view(): Promise<AccountView>;
  glance(): Promise<AccountGlance>;
}
