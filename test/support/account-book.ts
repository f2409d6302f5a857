import { AccountCore } from "../../durable-objects/account/core.ts";
import type { Ports } from "../../durable-objects/account/work.ts";
import type { ProbeResult } from "../../durable-objects/breaker-rules.ts";
import type { LedgerEvent, LedgerTable, NumberedEvent } from "../../schema/events.ts";
import type { Phase } from "../../schema/lists.ts";
import { money } from "../../schema/money.ts";
import { START } from "./account-commands.ts";
import { nodeSql } from "./node-sql.ts";

export { command, START, terms, usd } from "./account-commands.ts";

type RowOf<T extends LedgerTable> = Extract<LedgerEvent, { table: T }>["row"];

/** An account in memory with a clock that the test moves, and everything that it sent to the ledger. */
export class AccountBook {
  now = START;
  readonly events: NumberedEvent[] = [];
  readonly probed: string[] = [];
  probe: ProbeResult = "ok";
  ledgerAway = false;
  readonly sql = nodeSql();
  readonly core = new AccountCore(this.sql, "acme", () => this.now);

  readonly ports: Omit<Ports, "tokens"> = {
    project: async (_object, events) => {
      if (this.ledgerAway) throw new Error("D1 is away");
      this.events.push(...events);
      return { refused: [] };
    },
    probes: {
      ping: async (endpoint_id) => this.probing("ping", endpoint_id),
      post: async (endpoint_id) => this.probing("post", endpoint_id),
    },
  };

  private probing(phase: Phase, endpoint_id: string): ProbeResult {
    this.probed.push(`${phase} ${endpoint_id}`);
    return this.probe;
  }

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

  rows<T extends LedgerTable>(table: T): RowOf<T>[] {
    return this.events.flatMap((event) => (event.table === table ? [event.row as RowOf<T>] : []));
  }

  /** The newest status row of a record. */
  status(kind: string, id: string): unknown {
    const rows = this.rows("status").filter((row) => row.kind === kind && row.id === id);
    const last = rows[rows.length - 1];
    return last && JSON.parse(last.body);
  }
}
