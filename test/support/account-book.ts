import { AccountCore } from "../../durable-objects/account/core.ts";
import type { Ports } from "../../durable-objects/account/work.ts";
import type { LedgerEvent, NumberedEvent } from "../../schema/events.ts";
import { type Money, money } from "../../schema/money.ts";
import type { ReserveCommand, Terms } from "../../schema/rpc/account.ts";
import { nodeSql } from "./node-sql.ts";

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
      ...changes.contract,
    },
    endpoint: {
      endpoint_id: "e1",
      version: 1,
      paused: false,
      breaker: { failures: 3, within_s: 60, pause_s: 10, max_pause_s: 35 },
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

/** An account in memory with a clock that the test moves, and everything that it sent to the ledger. */
export class AccountBook {
  now = START;
  readonly events: NumberedEvent[] = [];
  readonly probed: string[] = [];
  probe: "ok" | "failed" | "unavailable" = "ok";
  ledgerAway = false;
  readonly core = new AccountCore(nodeSql(), "acme", () => this.now);

  readonly ports: Ports = {
    project: async (_object, events) => {
      if (this.ledgerAway) throw new Error("D1 is away");
      this.events.push(...events);
      return { refused: [] };
    },
    probes: {
      ping: async (endpoint_id) => {
        this.probed.push(endpoint_id);
        return this.probe;
      },
    },
  };

  deposit(amount: number, id = "d1"): void {
    this.core.entry({ id, kind: "deposit", amount: money(amount), reason: "by wire", author: "alice" });
  }

  capture(id: string, price: number) {
    return this.core.capture({ v: 1, reservation_id: id, price: money(price), attempt_id: `${id}_1` });
  }

  /** Lets time pass, ringing the alarm whenever something is due. */
  async pass(ms: number): Promise<void> {
    const end = this.now + ms;
    for (let at = this.core.next(); at !== null && at <= end; at = this.core.next()) {
      this.now = Math.max(this.now, at);
      await this.core.work(this.ports);
    }
    this.now = end;
  }

  rows<T extends LedgerEvent["table"]>(table: T): Extract<LedgerEvent, { table: T }>["row"][] {
    const is = (event: LedgerEvent): event is Extract<LedgerEvent, { table: T }> => event.table === table;
    const found: LedgerEvent[] = this.events;
    return found.filter(is).map((event) => event.row);
  }

  /** The newest status row of a record. */
  status(kind: string, id: string): unknown {
    const rows = this.rows("status").filter((row) => row.kind === kind && row.id === id);
    const last = rows[rows.length - 1];
    return last && JSON.parse(last.body);
  }
}

export const usd = (units: number): Money => money(Math.round(units * 10_000));
