import type { TokenCommand, TokenReply } from "../../schema/rpc/account.ts";
import { afterFetch, dropped, fetchIn, isUsable, type KeptToken, NO_TOKEN, type TokenFetched } from "../token-rules.ts";
import { keptToken, publishEndpoint, type TokenOf, tokenKey } from "./endpoint-status.ts";
import { buyerTerms, endpointTerms, maintenanceOf } from "./known-terms.ts";
import { type Room, tell } from "./room.ts";

/** What a fetch has to go by. */
export interface TokenOrder extends TokenOf {
  /** The least version of the endpoint that it may be fetched with. */
  version: number;
  refresh: KeptToken["refresh"];
}

/** Makes the one call that fetches a token. Never rejects for long; what it throws is a failure. */
export type FetchToken = (order: TokenOrder) => Promise<TokenFetched>;

/** A paused endpoint's token is looked after so often. */
const PAUSED_MS = 900_000;

const ofTokenKey = (key: string): TokenOf =>
  key.startsWith("test/") ? { endpoint_id: key.slice("test/".length), test: true } : { endpoint_id: key, test: false };

function keep(room: Room, of: TokenOf, kept: KeptToken): void {
  room.sql.run(
    "INSERT INTO tokens (key, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    tokenKey(of),
    JSON.stringify(kept),
  );
}

/** After new terms: the endpoint may need a token, or none any more. The one that is there serves until its successor is. */
export function tokensWanted(room: Room, endpoint_id: string, now: number): void {
  const wanted = endpointTerms(room, endpoint_id).tokens ?? [];
  for (const test of [false, true]) {
    const of = { endpoint_id, test };
    if (wanted.includes(test ? "test" : "live")) {
      const kept = keptToken(room, of);
      // What failed may have been mended.
      if (kept.failures > 0) keep(room, of, { ...kept, failures: 0 });
      room.due.put("token", tokenKey(of), now);
    } else if (isAnything(keptToken(room, of))) forgetToken(room, of, now);
  }
}

const isAnything = ({ sealed, failures, refresh }: KeptToken): boolean =>
  sealed !== null || failures > 0 || refresh !== null;

/** Its count goes on: isolates remember which of its tokens were refused. */
function forgetToken(room: Room, of: TokenOf, now: number): void {
  room.due.drop("token", tokenKey(of));
  keep(room, of, { ...NO_TOKEN, serial: keptToken(room, of).serial });
  publishEndpoint(room, of.endpoint_id, now);
}

/** What a caller gets without a fetch; null: fetch one. A token that the buyer did not take is nobody's any more. */
export function tokenAtHand(room: Room, command: TokenCommand, now: number): TokenReply | null {
  const { refused } = command;
  const kept = keptToken(room, command);
  const replied = replyOf(kept, now, refused);
  if (replied.kind === "token") return replied;
  const retry_in_ms = fetchIn(kept, now, refused);
  return retry_in_ms > 0 ? { kind: "none", why: kept.why ?? "refused: the buyer took no token", retry_in_ms } : null;
}

export function replyOf(kept: KeptToken, now: number, refused?: number): TokenReply {
  const { sealed, serial, expires_at, why } = kept;
  if (sealed !== null && isUsable(kept, now, refused))
    return { kind: "token", sealed, serial, expires_in_ms: expires_at - now };
  return { kind: "none", why: why ?? "failed: no token was fetched", retry_in_ms: fetchIn(kept, now, refused) };
}

/** A fetch begins: what it goes by. The token that was refused is told to nobody from now on. */
export function beginFetch(room: Room, of: TokenOf & { refused?: number }, now: number): TokenOrder {
  const kept = keptToken(room, of);
  if (of.refused !== undefined && kept.serial === of.refused) {
    keep(room, of, dropped(kept, of.refused));
    publishEndpoint(room, of.endpoint_id, now);
  }
  const { version } = endpointTerms(room, of.endpoint_id);
  return { endpoint_id: of.endpoint_id, test: of.test, version: Math.floor(version), refresh: kept.refresh };
}

/** What a fetch brought is kept, told to the snapshots, and followed by the next in time. */
export function endFetch(room: Room, of: TokenOf, fetched: TokenFetched, now: number): void {
  if (fetched.kind === "unneeded") {
    forgetToken(room, of, now);
    return;
  }
  const before = keptToken(room, of);
  const jitter = jitterOf(`${room.buyer}/${tokenKey(of)}/${before.serial}`);
  const version = Math.floor(endpointTerms(room, of.endpoint_id).version);
  const { kept, due, alert } = afterFetch(before, fetched, now, { jitter, version });
  keep(room, of, kept);
  room.due.put("token", tokenKey(of), due);
  publishEndpoint(room, of.endpoint_id, now);
  if (alert === null) return;
  const { endpoint_id, test } = of;
  const what = `token of ${endpoint_id}${test ? " (test)" : ""}`;
  const message = alert === "failed" ? `${what} cannot be had: ${kept.why}` : `${what} is there again`;
  const row = {
    id: `token:${room.buyer}:${tokenKey(of)}:${alert}:${kept.serial}:${now}`,
    at: now,
    kind: alert === "failed" ? ("token_failed" as const) : ("token_restored" as const),
    subject: `endpoint:${endpoint_id}`,
    message,
  };
  tell(room, [{ table: "alerts", row }], now);
}

/** Work of a due row `token`: what is to be fetched now, or null. A token that is still good is looked at again when it was due. */
export function dueFetch(room: Room, key: string, now: number): TokenOf | null {
  const of = ofTokenKey(key);
  const terms = endpointTerms(room, of.endpoint_id);
  if (!terms.tokens?.includes(of.test ? "test" : "live")) {
    room.due.drop("token", key);
    return null;
  }
  // Moved on before the call: should it die with its object, it is made again.
  const paused = terms.paused || buyerTerms(room).paused;
  const maintained = maintenanceOf(room, of.endpoint_id, now);
  const off = paused ? PAUSED_MS : maintained ? Math.min(PAUSED_MS, Math.max(1_000, maintained.until - now)) : null;
  room.due.put("token", key, now + (off ?? 60_000));
  return off === null ? of : null;
}

/** In [0, 1), the same for the same text: endpoints that were set up together are not refreshed together. */
function jitterOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
