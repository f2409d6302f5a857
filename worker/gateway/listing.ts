/** Auctions that nobody has posted yet and that get a row in the ledger: so many at once, and one more every so many ms. */
const BURST = 200;
const EVERY_MS = 4_000;

/**
 * An isolate lists unposted pings in the ledger up to a rate. Nobody reads more of them, and their rows would cost more than all else of a
 * ping (docs/costs.md). Those beyond it are counted all the same, stay in their book for a week, and are listed once they are posted.
 */
export class Listing {
  private left = BURST;
  private filled_at: number;

  constructor(now: number) {
    this.filled_at = now;
  }

  /** true: this one has its row. */
  take(now: number): boolean {
    const more = Math.floor((now - this.filled_at) / EVERY_MS);
    if (more > 0) {
      this.left = Math.min(BURST, this.left + more);
      this.filled_at += more * EVERY_MS;
    }
    if (this.left === 0) return false;
    this.left--;
    return true;
  }
}
