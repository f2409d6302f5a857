import * as z from "zod";
import type { TokenReply } from "../../schema/rpc/account.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import type { TokenSource } from "../buyers/channel.ts";
import { openWithRing } from "../crypto/seal.ts";
import { within } from "../deps.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { hasTestCredentials, tokenOwner } from "./secrets.ts";

/** A token in the clear, in memory only. */
export interface Token {
  serial: number;
  values: Record<string, string>;
  expires_at: number;
}

const valuesSchema = z.record(z.string(), z.string());

/** A post waits so long for its token: it must still begin in time. */
export const TOKEN_WAIT_MS = 2_000;
/** An isolate asks the object in the background at most so often. */
const ASK_EVERY_MS = 1_000;

/** What an isolate knows of tokens: those that it opened, and those that the buyer did not take. */
export class TokenMemory {
  private readonly known = new Map<string, Token>();
  private readonly refusedSerials = new Map<string, number>();
  private readonly askedAt = new Map<string, number>();

  get(key: string): Token | undefined {
    return this.known.get(key);
  }
  put(key: string, token: Token): void {
    this.known.set(key, token);
  }
  refuse(key: string, serial: number): void {
    this.refusedSerials.set(key, Math.max(serial, this.refusedSerials.get(key) ?? 0));
  }
  refused(key: string): number | undefined {
    return this.refusedSerials.get(key);
  }
  mayAsk(key: string, now: number): boolean {
    if (now - (this.askedAt.get(key) ?? 0) < ASK_EVERY_MS) return false;
    this.askedAt.set(key, now);
    return true;
  }
}

interface Place {
  g: Gateway;
  contract: CompiledContract;
  test: boolean;
  key: string;
}

function placeOf(g: Gateway, contract: CompiledContract, test: boolean): Place {
  const own = test && hasTestCredentials(contract.endpoint);
  return { g, contract, test: own, key: `${contract.endpoint.id}/${own ? "test" : "live"}` };
}

/**
 * The token for a ping, which waits for none: from memory or from the status row. null: there is none, and the buyer's object is asked
 * for one in the background.
 */
export async function tokenForPing(
  g: Gateway,
  snapshot: Snapshot,
  contract: CompiledContract,
  test: boolean,
): Promise<Token | null> {
  const place = placeOf(g, contract, test);
  const token = await atHand(place, snapshot);
  if (token === null) askLater(place);
  return token;
}

/** The buyer answered a ping that this token is not good: nobody here uses it again, and the object fetches another one. */
export function refuseToken(g: Gateway, contract: CompiledContract, test: boolean, serial: number): void {
  const place = placeOf(g, contract, test);
  g.isolate.tokens.refuse(place.key, serial);
  askLater(place);
}

export type PostToken =
  | { kind: "ready"; source: TokenSource }
  /** `refused`: our credentials are wrong; else another try may help. */
  | { kind: "none"; refused: boolean; reason: string };

/** The token for a post or a status call: from memory, or from the buyer's object, which is waited for. */
export async function tokenForPost(
  g: Gateway,
  snapshot: Snapshot,
  contract: CompiledContract,
  test: boolean,
  wait_ms: number,
): Promise<PostToken> {
  const place = placeOf(g, contract, test);
  const token = (await atHand(place, snapshot)) ?? (await ask(place, Math.max(0, wait_ms)));
  if ("why" in token)
    return { kind: "none", refused: token.why.startsWith("refused: "), reason: `token: ${token.why}` };
  return { kind: "ready", source: sourceOf(place, token) };
}

function sourceOf(place: Place, first: Token): TokenSource {
  let token = first;
  return {
    current: () => token.values,
    renew: async () => {
      place.g.isolate.tokens.refuse(place.key, token.serial);
      const next = await ask(place, TOKEN_WAIT_MS);
      if ("why" in next) return false;
      token = next;
      return true;
    },
  };
}

/** The newest token that is here, good for a while, and not refused. */
async function atHand({ g, contract, test, key }: Place, snapshot: Snapshot): Promise<Token | null> {
  const now = g.deps.now();
  const { tokens } = g.isolate;
  const told = snapshot.endpointStatus(contract.endpoint.id)?.[test ? "test_token" : "token"];
  const known = tokens.get(key);
  const good = (token: { serial: number; expires_at: number }) =>
    token.expires_at > now + 1_000 && token.serial > (tokens.refused(key) ?? 0);
  if (told && good(told) && told.serial > (known?.serial ?? 0)) {
    const opened = await open(g, contract.endpoint.id, test, told).catch(() => null);
    if (opened) tokens.put(key, opened);
    return opened;
  }
  return known && good(known) ? known : null;
}

async function open(
  g: Gateway,
  endpoint_id: string,
  test: boolean,
  { sealed, serial, expires_at }: { sealed: string; serial: number; expires_at: number },
): Promise<Token> {
  const text = await openWithRing(await g.ring(), sealed, tokenOwner(endpoint_id, test));
  return { serial, values: valuesSchema.parse(JSON.parse(text)), expires_at };
}

async function ask({ g, contract, test, key }: Place, wait_ms: number): Promise<Token | { why: string }> {
  const endpoint_id = contract.endpoint.id;
  const refused = g.isolate.tokens.refused(key);
  const command = { v: 1, endpoint_id, test, ...(refused === undefined ? {} : { refused }) } as const;
  try {
    const reply: TokenReply = await within(g.deps, wait_ms, g.account(contract.buyer.id).token(command));
    if (reply.kind === "none") return { why: reply.why };
    const token = await open(g, endpoint_id, test, { ...reply, expires_at: g.deps.now() + reply.expires_in_ms });
    g.isolate.tokens.put(key, token);
    return token;
  } catch {
    return { why: "failed: the buyer's object did not bring one in time" };
  }
}

function askLater(place: Place): void {
  const { g, key } = place;
  if (g.isolate.tokens.mayAsk(key, g.deps.now())) g.waitUntil(ask(place, 10_000));
}
