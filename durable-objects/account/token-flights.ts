import type { TokenCommand, TokenReply } from "../../schema/rpc/account.ts";
import type { TokenFetched } from "../token-rules.ts";
import { keptToken, type TokenOf, tokenKey } from "./endpoint-status.ts";
import type { Room } from "./room.ts";
import { beginFetch, endFetch, type FetchToken, replyOf, tokenAtHand } from "./tokens.ts";

/** A buyer's tokens, fetched one at a time an endpoint however many ask: what the object keeps in memory of it. */
export class Tokens {
  private readonly flights = new Map<string, Promise<void>>();
  private readonly room: Room;
  private readonly fetchToken: FetchToken;
  private readonly now: () => number;

  constructor(room: Room, fetchToken: FetchToken, now: () => number) {
    this.room = room;
    this.fetchToken = fetchToken;
    this.now = now;
  }

  /** The token for a caller; waits for the fetch that it begins or finds under way. */
  async token(command: TokenCommand): Promise<TokenReply> {
    const { room } = this;
    const at_hand = room.sql.transaction(() => tokenAtHand(room, command, this.now()));
    if (at_hand) return at_hand;
    await this.renew(command);
    return replyOf(keptToken(room, command), this.now(), command.refused);
  }

  /** Fetches another one, whatever is there. */
  renew(of: TokenOf & { refused?: number }): Promise<void> {
    const key = tokenKey(of);
    const known = this.flights.get(key);
    if (known) return known;
    const flight = this.fly(of).finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  private async fly(of: TokenOf & { refused?: number }): Promise<void> {
    const { room } = this;
    const order = room.sql.transaction(() => beginFetch(room, of, this.now()));
    const broken: TokenFetched = { kind: "failed", why: "the fetch broke off" };
    const fetched = await this.fetchToken(order).catch(() => broken);
    room.sql.transaction(() => endFetch(room, of, fetched, this.now()));
  }
}
