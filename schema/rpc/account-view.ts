import type { Cap } from "../config/buyer.ts";
import type { BreakerState, Phase, ReservationState } from "../lists.ts";
import type { Money } from "../money.ts";

/** What an operator's pages show of an account: cheap, however many reservations there have been. */
export interface AccountGlance {
  buyer_id: string;
  balance: Money;
  /** All open holds; those in doubt among them. */
  held: Money;
  /** What a lead may cost at most: balance plus credit minus holds; null = no limit. */
  available: Money | null;
  paused: boolean;
  /** Reservations that have not ended. */
  open: { held: number; in_doubt: number; in_doubt_money: Money; oldest_in_doubt_ms: number };
  caps: {
    contract_id: string;
    cap: Cap;
    source: string | null;
    used_count: number;
    used_money: Money;
    resets_at: number | null;
  }[];
  breakers: {
    endpoint_id: string;
    phase: Phase;
    state: BreakerState;
    failures: number;
    opened_at: number | null;
    until: number | null;
    pauses: number;
  }[];
  /** Planned windows that last now, as the object knows them; `endpoint_id` null: of the whole buyer. */
  maintenance: { endpoint_id: string | null; id: string; reason: string; until: number }[];
  outbox: number;
  outbox_lag_ms: number;
  /** When it was so, by the object's clock. */
  at: number;
}

/** The same, and how all its reservations ended: counted one by one. */
export interface AccountView extends AccountGlance {
  reservations: Record<ReservationState, number>;
  oldest_in_doubt_ms: number;
}
