import { PHASES, type Phase } from "../../schema/lists.ts";
import type { EndpointStatus } from "../../schema/status.ts";
import { type Breaker, CLOSED } from "../breaker-rules.ts";
import { type KeptToken, NO_TOKEN } from "../token-rules.ts";
import type { Room } from "./room.ts";
import { publish } from "./status.ts";

export interface KeptBreaker {
  breaker: Breaker;
  changes: number;
}

export function keptBreaker(room: Room, endpoint_id: string, phase: Phase): KeptBreaker {
  const row = room.sql.all<{ body: string; changes: number }>(
    "SELECT body, changes FROM breakers WHERE endpoint_id = ? AND phase = ?",
    endpoint_id,
    phase,
  )[0];
  // What an earlier version kept lacks what it did not know.
  const breaker = row ? { ...CLOSED, ...(JSON.parse(row.body) as Partial<Breaker>) } : CLOSED;
  return { breaker, changes: row?.changes ?? 0 };
}

export const breakerOf = (room: Room, endpoint_id: string, phase: Phase): Breaker =>
  keptBreaker(room, endpoint_id, phase).breaker;

/** Which token of an endpoint: the one of live leads, or that of the test credentials. */
export interface TokenOf {
  endpoint_id: string;
  test: boolean;
}
export const tokenKey = ({ endpoint_id, test }: TokenOf): string => (test ? `test/${endpoint_id}` : endpoint_id);

export function keptToken(room: Room, of: TokenOf): KeptToken {
  const row = room.sql.all<{ body: string }>("SELECT body FROM tokens WHERE key = ?", tokenKey(of))[0];
  return row ? { ...NO_TOKEN, ...(JSON.parse(row.body) as Partial<KeptToken>) } : NO_TOKEN;
}

/** Tells the snapshots how an endpoint stands: its breakers, and the token that its requests need, sealed. */
export function publishEndpoint(room: Room, endpoint_id: string, now: number): void {
  const [ping, post] = PHASES.map((phase) => breakerOf(room, endpoint_id, phase));
  const told = (breaker: Breaker = CLOSED) => ({ state: breaker.state, until: breaker.until });
  const token = (test: boolean) => {
    const { sealed, serial, expires_at } = keptToken(room, { endpoint_id, test });
    return sealed === null ? undefined : { sealed, serial, expires_at };
  };
  const status: EndpointStatus = { ping: told(ping), post: told(post), token: token(false), test_token: token(true) };
  publish(room, "endpoint", endpoint_id, status, now);
}
