import type { Buyer, Contract, Endpoint } from "../../schema/config/buyer.ts";
import type { Campaign } from "../../schema/config/campaign.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import type { ContractStatus, EndpointStatus } from "../../schema/status.ts";
import type { CompiledFilter } from "./filters.ts";
import type { Lateness } from "./shaping.ts";

/** One thing wrong with the caller's input: `field` is the name it used, `message` says what to do. */
export interface FieldProblem {
  field: string;
  message: string;
  code: "required" | "invalid" | "unknown" | "not_in_ping" | "conflict";
}
export type Parsed = { ok: true; fields: Fields } | { ok: false; problems: FieldProblem[] };

/** A campaign compiled once per version. Both parsers accept strings for every type (forms) and normalise. */
export interface CompiledCampaign {
  config: Campaign;
  version: number;
  /** Public, quasi and hashed fields; a personal field is a problem. */
  parsePing(input: Record<string, unknown>, options?: { unknown_fields?: "reject" | "ignore" }): Parsed;
  /** All fields, consent included; `required: ping` fields may be missing when `known` (from the ping) has them. */
  parsePost(input: Record<string, unknown>, known: Fields, options?: { unknown_fields?: "reject" | "ignore" }): Parsed;
  classOf(field: string): "public" | "quasi" | "hashed" | "personal" | undefined;
}

/** A contract with everything that eligibility, fan-out and reserve need, compiled once per version. */
export interface CompiledContract {
  /** Without its filter: that is below, compiled, and its lists are large. */
  config: Omit<Contract, "filter">;
  version: number;
  filter?: CompiledFilter;
  buyer: Buyer;
  buyer_version: number;
  endpoint: Endpoint;
  endpoint_version: number;
  matches(facts: Fields): boolean;
  /** Schedule, by the contract's time zone. */
  openAt(now: number): boolean;
  takesSource(publisher_id: string, sub_id1: string | undefined): boolean;
  /** Its standing price for a lead with these facts; null: it bids, or has none for this lead. */
  priceAt(facts: Fields): Money | null;
}

/** What the snapshots know of a contract's standing; hints, `reserve` is exact. */
export interface Standing {
  contract: ContractStatus | undefined;
  endpoint: EndpointStatus | undefined;
  available: Money | null | undefined;
  /** The isolate's own fast breaker. */
  tripped: boolean;
  /** Offers of the isolate for this contract that live and were not posted yet; absent: nobody counts them. */
  outstanding?: number;
  /** How often the endpoint was too late for auctions that gave it as much time; absent: nobody counts. */
  lateness?(): Lateness;
}
