import type { Hono } from "hono";
import type { Board } from "../../../durable-objects/alert-board-rules.ts";
import type { ConfigKind, ConfigTypes } from "../../../schema/config/index.ts";
import type { OperatorRole } from "../../../schema/lists.ts";
import type { AccountPort } from "../../../schema/rpc/account.ts";
import type { KeeperPort } from "../../../schema/rpc/keeper.ts";
import type { Started } from "../../flows/oauth-setup.ts";
import type { StoredConfig } from "../../ledger/config-store.ts";
import type { OperatorToken } from "./identity.ts";

/** Kinds whose terms a buyer's object enforces by itself. */
export type TermsKind = "buyer" | "endpoint" | "contract";

/** What the operator's calls may use, one per request. The Worker builds it; tests bring their own. */
export interface AdminContext {
  db: D1Database;
  /** Operator's name -> SHA-256 of the token (lower-case hex) and role. The name is the author of changes. */
  tokens: Record<string, OperatorToken>;
  account(buyer_id: string): AccountPort;
  /** What the isolate's snapshot knows of a record: lets a pause work while D1 is away. null = nothing. */
  known<K extends TermsKind>(kind: K, id: string): Promise<{ version: number; body: ConfigTypes[K] } | null>;
  /** Does long work; absent = nobody does. */
  keeper?(): KeeperPort;
  /** Who has seen which alert, and what is muted; absent = nobody keeps it. */
  board?(): Promise<Board>;
  /** Epoch ms. */
  now(): number;
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
  /** Seals with the gateway's newest key; `owner` binds the text to its place (worker/flows/secrets.ts). */
  sealText(plain: string, owner: string): Promise<string>;
  sha256Hex(text: string): string;
  /** Of the SHA-256 (hex) of a normalised phone or e-mail address. */
  suppressionHash(kind: "phone" | "email", sha256: string): string;
  /** Of a key that a publisher's own system sends to its inbound address. */
  inboundDigest(id: string, key: string): string;
  /** The gateway has a public address, so that posts can carry one for callbacks. Absent = it has. */
  callbacks?: boolean;
  /** Records (wire form, secrets sealed) as they will be once an import is written; checks look here. Absent: the ledger. */
  draft?: ReadonlyMap<ConfigKind, ReadonlyMap<string, Record<string, unknown>>>;
  /** Is there a binding of this name for a client certificate (mTLS)? Absent = there is none. */
  certificate?(name: string): boolean;
  /** Begins the set-up of an endpoint's refresh token by consent; absent = it cannot be done here. */
  startOAuth?(stored: StoredConfig, by: { author: string; test: boolean }): Promise<Started>;
  /** One machine: plain http and loopback URLs are allowed. */
  local: boolean;
  /** This isolate reads the change at its next request; the others within two seconds. */
  refreshSnapshot(): void;
}

export type AdminEnv = { Variables: { author: string; role: OperatorRole; ctx: AdminContext } };
export type AdminApp = Hono<AdminEnv>;
/** One context for all requests (tests), or a maker of one per request. */
export type AdminSource<E> = AdminContext | ((env: E, execution: ExecutionContext) => AdminContext);
