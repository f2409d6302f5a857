/** Contracts that an isolate counts the offers of, and offers of each: with more, one with few places left is hardly asked anyway. */
const CONTRACTS = 500;
const OFFERS = 256;

/**
 * Offers that an isolate has made (the winner of each answered ping) and that are neither posted nor over. Plain data, bounded; what is
 * lost, or posted through another isolate, only makes the pings of contracts with few places left a little too many or too few.
 */
export class Offers {
  /** By contract: ping ids with the epoch ms when their offer ends, oldest first. */
  private readonly live = new Map<string, Map<string, number>>();
  /** Whose offer a ping's is. */
  private readonly contracts = new Map<string, string>();

  made(contract_id: string, ping_id: string, until: number): void {
    const own = this.live.get(contract_id) ?? new Map<string, number>();
    // Put again, so that the contract that has made no offer for longest leaves first.
    this.live.delete(contract_id);
    this.live.set(contract_id, own.set(ping_id, until));
    this.contracts.set(ping_id, contract_id);
    if (own.size > OFFERS) this.drop(own, first(own));
    if (this.live.size <= CONTRACTS) return;
    const oldest = first(this.live);
    for (const ping of this.live.get(oldest)?.keys() ?? []) this.contracts.delete(ping);
    this.live.delete(oldest);
  }

  posted(ping_id: string): void {
    const own = this.live.get(this.contracts.get(ping_id) ?? "");
    if (own) this.drop(own, ping_id);
  }

  /** How many live at `now` (epoch ms). */
  outstanding(contract_id: string, now: number): number {
    const own = this.live.get(contract_id);
    if (!own) return 0;
    for (const [ping_id, until] of own) {
      if (until > now) break;
      this.drop(own, ping_id);
    }
    return own.size;
  }

  private drop(own: Map<string, number>, ping_id: string): void {
    own.delete(ping_id);
    this.contracts.delete(ping_id);
  }
}

function first(map: ReadonlyMap<string, unknown>): string {
  for (const key of map.keys()) return key;
  return "";
}
