import { type Money, money } from "../../schema/money.ts";
import type { ReserveCommand, Terms } from "../../schema/rpc/account.ts";

export const START = Date.parse("2026-11-20T15:30:00Z");

/** Terms without any limit; a test says what differs. */
export function terms(changes: { buyer?: object; contract?: object; endpoint?: object } = {}): Terms {
  return {
    buyer: { version: 1, paused: false, credit_limit: null, ...changes.buyer },
    contract: {
      contract_id: "c1",
      version: 1,
      paused: false,
      caps: [],
      time_zone: "America/New_York",
      duplicate_window_ms: 0,
      probe_with_lead: false,
      ...changes.contract,
    },
    endpoint: {
      endpoint_id: "e1",
      version: 1,
      paused: false,
      breaker: {
        failures: 3,
        within_s: 60,
        failure_rate: 100,
        slow_rate: 100,
        window_s: 60,
        min_calls: 20,
        pause_s: 10,
        max_pause_s: 35,
      },
      ...changes.endpoint,
    },
  };
}

/** A reservation of 10.00 for a lead of its own. */
export function command(id: string, changes: Partial<ReserveCommand> = {}): ReserveCommand {
  return {
    v: 1,
    reservation_id: id,
    lead_id: `lead-${id}`,
    epoch: 1,
    source: "pub",
    consumer_keys: [`consumer-${id}`],
    amount: money(100_000),
    dispatch_in_ms: 500,
    hold_ms: 30_000,
    terms: terms(),
    ...changes,
  };
}

export const usd = (units: number): Money => money(Math.round(units * 10_000));
