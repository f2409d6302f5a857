import { RESERVE_REFUSALS, type ReservationState, type ReserveRefusal } from "../schema/lists.ts";
import { type Money, money } from "../schema/money.ts";
import type { ReserveReply, Terms } from "../schema/rpc/account.ts";
import type { ProbeResult } from "./breaker-rules.ts";

/** Everything that decides on a new reservation, read in the transaction that makes it. */
export interface Standing {
  epoch: number;
  /** The least epoch that may still reserve for this lead. */
  least_epoch: number;
  terms: Terms;
  /** The lead that has the consumer already, null = none. */
  duplicate_of: string | null;
  /** A planned window of the buyer or the endpoint. */
  maintenance: Closed | null;
  breaker: "pass" | "probe" | "refuse";
  cap: Closed | null;
  paced: Closed | null;
  amount: Money;
  /** Balance plus credit minus holds; null = no limit. */
  available: Money | null;
}
/** What keeps a lead out for a while, and for how many ms; null = for good, or nobody knows. */
export interface Closed {
  detail: string;
  reopens_in_ms: number | null;
}
export type Refusal = Extract<ReserveReply, { kind: "refused" }>;

/** Per refusal: null = does not apply, else its detail (which may be empty), or when it will not apply any more. */
const CHECKS: Record<ReserveRefusal, (standing: Standing) => string | Closed | null> = {
  stale_epoch: (s) => (s.epoch < s.least_epoch ? "fenced" : null),
  buyer_paused: (s) => (s.terms.buyer.paused ? "" : null),
  endpoint_paused: (s) => (s.terms.endpoint.paused ? "" : null),
  contract_paused: (s) => (s.terms.contract.paused ? "" : null),
  maintenance: (s) => s.maintenance,
  duplicate: (s) => s.duplicate_of,
  breaker_open: (s) => (s.breaker === "refuse" ? "" : null),
  cap_reached: (s) => s.cap,
  paced: (s) => s.paced,
  balance: (s) => (s.available !== null && s.available < s.amount ? "" : null),
};

/** The first refusal that applies, in the order of {@link RESERVE_REFUSALS}; null = reserve. */
export function refusalOf(standing: Standing): Refusal | null {
  for (const code of RESERVE_REFUSALS) {
    const found = CHECKS[code](standing);
    if (found !== null) return { kind: "refused", code, ...reasonOf(found) };
  }
  return null;
}

function reasonOf(found: string | Closed): Pick<Refusal, "detail" | "reopens_in_ms"> {
  if (typeof found === "string") return found === "" ? {} : { detail: found };
  const { detail, reopens_in_ms } = found;
  return reopens_in_ms === null ? { detail } : { detail, reopens_in_ms };
}

/**
 * The same reservation id again. A hold is held again, also in doubt: it is the same round asking the same buyer, who may have the
 * lead, so neither pause, cap nor breaker may send it elsewhere. `released` and `expired` are final: a new round has a new id.
 */
export function repeatOf(
  known: { state: ReservationState; epoch: number; price: Money | null },
  epoch: number,
  least_epoch: number,
): "again" | ReserveReply {
  if (epoch < Math.max(known.epoch, least_epoch)) return { kind: "refused", code: "stale_epoch", detail: "fenced" };
  switch (known.state) {
    case "held":
    case "in_doubt":
      return "again";
    case "captured":
      return { kind: "captured", price: known.price ?? money(0) };
    case "released":
    case "expired":
      return { kind: "refused", code: "stale_epoch", detail: known.state };
  }
}

/** Balance plus credit minus holds; null = no limit. */
export function availableOf(balance: Money, held: Money, credit_limit: Money | null): Money | null {
  return credit_limit === null ? null : money(balance + credit_limit - held);
}

/** States in which money is on hold. */
export const isOpen = (state: ReservationState): boolean => state === "held" || state === "in_doubt";

/**
 * What a release tells of the endpoint. Its reason's first word: `rejected` and `duplicate` are answers of a working system,
 * `not_taken` says that it lives but took nothing, `not_dispatched` that nobody asked it; anything else is a failure.
 */
export function releaseShows(why: string): ProbeResult {
  switch (why.split(/[\s:,]/, 1)[0]) {
    case "rejected":
    case "duplicate":
      return "ok";
    case "not_taken":
      return "undecided";
    case "not_dispatched":
      return "unused";
    default:
      return "failed";
  }
}

/**
 * Is the buyer's new `available` worth telling the snapshots? `dropped`: at once, it fell below the amount that was last asked,
 * which the snapshots believe to be there. `moved`: soon, it rose above that amount or changed by a quarter. Undefined `published` =
 * never told.
 */
export function availableNews(
  published: Money | null | undefined,
  available: Money | null,
  asked: Money,
): "dropped" | "moved" | null {
  if (published === available) return null;
  if (published === undefined || published === null || available === null) return "moved";
  if (published >= asked !== available >= asked) return available < asked ? "dropped" : "moved";
  return Math.abs(published - available) * 4 >= Math.abs(published) ? "moved" : null;
}
