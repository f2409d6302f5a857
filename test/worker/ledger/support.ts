import { env } from "cloudflare:workers";
import type { LedgerRows, LedgerTable, NumberedEvent } from "../../../schema/events.ts";

export const db: D1Database = (env as unknown as { DB: D1Database }).DB;
export const AT = Date.UTC(2026, 10, 20, 15, 4, 5);

export async function rows<T = Record<string, unknown>>(sql: string, ...bindings: (string | number)[]): Promise<T[]> {
  return (
    await db
      .prepare(sql)
      .bind(...bindings)
      .all<T>()
  ).results;
}

type Row<T extends LedgerTable> = Omit<LedgerRows[T], "n" | "seq" | "tenant" | "month">;
const event = <T extends LedgerTable>(table: T, row: Row<T>, n: number): NumberedEvent =>
  ({ table, row, n }) as unknown as NumberedEvent;

export const lead = (lead_id: string, n: number, changes: Partial<Row<"leads">> = {}): NumberedEvent =>
  event(
    "leads",
    {
      lead_id,
      at: AT,
      publisher_id: "pub",
      campaign_id: "auto",
      test: 0,
      mode: "final",
      state: "open",
      payout: 0,
      price: 0,
      sealed: "l.x",
      wrapped_key: "k1.x",
      ...changes,
    },
    n,
  );

export const sale = (lead_id: string, n: number, price = 211_050): NumberedEvent =>
  event(
    "sales",
    {
      sale_id: `${lead_id}:1`,
      at: AT,
      lead_id,
      publisher_id: "pub",
      campaign_id: "auto",
      contract_id: "acme_auto",
      buyer_id: "acme",
      reservation_id: `${lead_id}_r`,
      price,
      payout: Math.floor(price * 0.8),
      margin: price - Math.floor(price * 0.8),
    },
    n,
  );

export const movement = (id: string, n: number, amount: number, ref = "r1", account = "house"): NumberedEvent =>
  event("money_movements", { id, at: AT, account, kind: "capture", amount, ref }, n);

export const status = (id: string, n: number, body = "{}"): NumberedEvent =>
  event("status", { kind: "contract", id, body, at: AT }, n);

export const delivery = (attempt_id: string, lead_id: string, n: number, at = AT): NumberedEvent =>
  event(
    "deliveries",
    {
      attempt_id,
      at,
      lead_id,
      test: 0,
      contract_id: "acme_auto",
      buyer_id: "acme",
      endpoint_id: "acme_http",
      reservation_id: "r1",
      round: 1,
      attempt: 1,
      outcome: "accepted",
      class: "ok",
      ms: 12,
    },
    n,
  );

export const auction = (ping_id: string, record: string, n: number): NumberedEvent =>
  event(
    "auctions",
    {
      ping_id,
      at: AT,
      publisher_id: "pub",
      campaign_id: "auto",
      test: 0,
      result: "accepted",
      price: 7,
      took_ms: 5,
      bidders: 1,
      bids: 1,
      config_seq: 1,
      record,
    },
    n,
  );

/** An auction that the ledger has no row of. */
export const unlisted = (ping_id: string, n: number): NumberedEvent => {
  const told = { publisher_id: "pub", campaign_id: "auto", test: 0, result: "rejected", code: "no_bids" };
  return event("unlisted", { ping_id, at: AT, price: 0, took_ms: 12, ...told }, n);
};

/** The auction's event once its page has been counted. */
export const counted = (made: NumberedEvent): NumberedEvent =>
  made.table === "auctions" ? { ...made, row: { ...made.row, counted: 1 } } : made;
