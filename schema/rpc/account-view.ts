import type { Cap } from "../config/buyer.ts";
import type { BreakerState, Phase, ReservationState } from "../lists.ts";
import type { Money } from "../money.ts";

/** What an operator sees of a buyer's account. */
export interface AccountView {
  buyer_id: string;
  balance: Money;
  held: Money;
  available: Money | null;
  paused: boolean;
  reservations: Record<ReservationState, number>;
  oldest_in_doubt_ms: number;
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
}
