import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { expect } from "vitest";
import type { Money } from "../../../schema/money.ts";
import type { AccountPort, AccountView } from "../../../schema/rpc/account.ts";
import { sha256Hex, suppressionHash } from "../../../worker/crypto/hash.ts";
import type { AdminContext } from "../../../worker/routes/admin/context.ts";
import { adminApp } from "../../../worker/routes/admin/index.ts";
import { BUYER, CAMPAIGN, CONTRACT, ENDPOINT, PUBLISHER } from "./fixtures.ts";

export * from "./fixtures.ts";

export const db: D1Database = (env as unknown as { DB: D1Database }).DB;
export const AT = Date.UTC(2026, 10, 20, 15, 4, 5);
export const TOKEN = "token-of-alice-0123456789";

export type Body = Record<string, unknown>;
export interface World {
  ctx: AdminContext;
  /** Calls of buyers' objects, in order, with what the ledger's version was then. */
  calls: { buyer: string; call: string; args: unknown }[];
  refreshed: number;
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Body; headers: Headers }>;
}

const VIEW: AccountView = {
  buyer_id: "acme",
  balance: 211_050 as Money,
  held: 95_000 as Money,
  available: null,
  paused: false,
  reservations: { held: 1, captured: 0, released: 0, in_doubt: 0, expired: 0 },
  oldest_in_doubt_ms: 0,
  open: { held: 1, in_doubt: 0, in_doubt_money: 0 as Money, oldest_in_doubt_ms: 0 },
  caps: [
    {
      contract_id: "acme_auto",
      cap: { per: "day", count: 5, money: 1_000_000 as Money },
      source: null,
      used_count: 1,
      used_money: 95_000 as Money,
      resets_at: AT,
    },
  ],
  breakers: [
    { endpoint_id: "acme_http", phase: "ping", state: "open", failures: 10, opened_at: AT, until: null, pauses: 1 },
  ],
  maintenance: [],
  outbox: 0,
  outbox_lag_ms: 0,
  at: 0,
};

function fakeAccount(calls: World["calls"], buyer: string): AccountPort {
  const note = (call: string, args: unknown) => void calls.push({ buyer, call, args });
  const port: Partial<AccountPort> = {
    terms: async (_id, terms) => note("terms", terms),
    entry: async (_id, entry) => {
      note("entry", entry);
      if (entry.id === "taken") throw new Error("entry_conflict: this id was booked with another amount");
      return { balance: entry.amount, repeated: entry.id === "again" };
    },
    resetBreaker: async (...args) => note("resetBreaker", args),
    view: async () => VIEW,
    glance: async () => VIEW,
  };
  return port as AccountPort;
}

export function world(changes: Partial<AdminContext> = {}): World {
  const calls: World["calls"] = [];
  let byte = 0;
  const ctx: AdminContext = {
    db,
    tokens: {
      alice: { sha256: sha256Hex(TOKEN), role: "admin" },
      bob: { sha256: sha256Hex("token-of-bob"), role: "admin" },
      olga: { sha256: sha256Hex("token-of-olga"), role: "operator" },
      victor: { sha256: sha256Hex("token-of-victor"), role: "viewer" },
    },
    account: (buyer_id) => fakeAccount(calls, buyer_id),
    known: async () => null,
    now: () => AT,
    bytes: (count) => Uint8Array.from({ length: count }, () => byte++ % 256),
    sealText: async (plain, owner) => `sealed(${owner}:${plain.length})`,
    sha256Hex,
    inboundDigest: (id, key) => `digest(${id}:${key.length})`,
    suppressionHash: (kind, sha256) => suppressionHash("s".repeat(32), kind, sha256),
    local: false,
    refreshSnapshot: () => {
      w.refreshed++;
    },
    ...changes,
  };
  const app = new Hono().route("/v1/admin", adminApp(ctx));
  const w: World = {
    ctx,
    calls,
    refreshed: 0,
    call: async (method, path, body, headers = {}) => {
      const response = await app.request(`/v1/admin${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        body: text.startsWith("{") ? (JSON.parse(text) as Body) : { text },
        headers: response.headers,
      };
    },
  };
  return w;
}

/** A database that answers nothing. */
export const awayDb = {
  prepare: () => {
    throw new Error("D1_ERROR: Network connection lost.");
  },
  batch: async () => {
    throw new Error("D1_ERROR: Network connection lost.");
  },
} as unknown as D1Database;

/** An empty ledger, with the records named above. */
export async function seeded(changes: Partial<AdminContext> = {}): Promise<World> {
  await emptied();
  const w = world(changes);
  for (const [path, body] of [
    ["/campaigns", CAMPAIGN],
    ["/buyers", BUYER],
    ["/publishers", PUBLISHER],
    ["/endpoints", ENDPOINT],
    ["/contracts?force=test+world", CONTRACT],
  ] as const) {
    const { status, body: answer } = await w.call("POST", path, body);
    expect([path, status, answer.errors]).toEqual([path, 201, undefined]);
  }
  w.calls.length = 0;
  w.refreshed = 0;
  return w;
}

export async function emptied(): Promise<void> {
  await db.batch(
    ["config", "config_history", "contract_checks", "suppressions", "audit", "leads"].map((table) =>
      db.prepare(`DELETE FROM ${table}`),
    ),
  );
}

export const fieldsOf = (body: Body): string[] =>
  ((body.errors ?? []) as { field: string }[]).map((error) => error.field);
/** A PUT that must be refused for these fields, and must change nothing. A second buyer, without a ping, is there for comparison. */
export async function refusedPut(path: string, body: object, fields: string[]): Promise<void> {
  const w = await seeded();
  await w.call("PUT", "/buyers/beta", { name: "Beta" });
  const fixed = {
    version: 1,
    post: { request: { url: "https://beta.example/post", body: { zip: "{{zip}}" } } },
  };
  const beta = await w.call("PUT", "/endpoints/beta_http", { buyer_id: "beta", name: "B", dialect: fixed });
  expect(beta.status).toBe(201);
  const before = (await w.call("GET", path)).body;
  w.calls.length = 0;
  const answer = await w.call("PUT", path, body);
  expect(answer.body).toMatchObject({ status: 422, code: "invalid_fields" });
  expect(fieldsOf(answer.body)).toEqual(fields);
  expect((await w.call("GET", path)).body).toEqual(before);
  expect(w.calls).toEqual([]);
}
