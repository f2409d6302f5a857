/** What one buyer did with one consumer, in its own books: the truth that the gateway's ledger is held against. */
export interface Dealing {
  buyer_id: string;
  phone: string;
  lead_id: string;
  /** The buyer has the lead and would work with it, whatever became of its answer. */
  kept: boolean;
  /** Its decision, once it has made one: a "no" was said for certain. */
  verdict: "accepted" | "rejected" | null;
  price: number;
  /** Requests that reached it, by idempotency key. */
  requests: Map<string, number>;
  /** Answers that left over a living connection. */
  answers: string[];
  /** Epoch ms of the first and the last request. */
  first_at: number;
  last_at: number;
}

/** Everything that reached the buyers. Independent of the gateway: it holds only what came in over HTTP. */
export class BuyerBook {
  readonly #dealings = new Map<string, Dealing>();
  /** Posts that reached a buyer and are not answered yet. */
  readonly in_flight = new Set<string>();
  /** Each is a violation, in words. */
  readonly overshoots: string[] = [];
  readonly #limits = new Map<string, number>();
  readonly #kept = new Map<string, number>();

  /** From now on the buyer may hold so many leads. A limit only grows, so that a late check never accuses wrongly. */
  allow(buyer_id: string, count: number): void {
    this.#limits.set(buyer_id, Math.max(count, this.#limits.get(buyer_id) ?? 0));
  }

  limitOf(buyer_id: string): number | null {
    return this.#limits.get(buyer_id) ?? null;
  }

  kept(buyer_id: string): number {
    return this.#kept.get(buyer_id) ?? 0;
  }

  request(buyer_id: string, post: { phone: string; lead_id: string; key: string; price: number }): Dealing {
    const id = `${buyer_id} ${post.phone}`;
    const now = Date.now();
    const dealing: Dealing = this.#dealings.get(id) ?? {
      ...{ buyer_id, phone: post.phone, lead_id: post.lead_id, kept: false, verdict: null, price: post.price },
      ...{ requests: new Map(), answers: [], first_at: now, last_at: now },
    };
    this.#dealings.set(id, dealing);
    dealing.last_at = now;
    dealing.requests.set(post.key, (dealing.requests.get(post.key) ?? 0) + 1);
    return dealing;
  }

  /** The buyer takes the lead into its own system. Checked against its cap at this very moment. */
  keep(dealing: Dealing): void {
    if (dealing.kept) return;
    dealing.kept = true;
    const count = this.kept(dealing.buyer_id) + 1;
    this.#kept.set(dealing.buyer_id, count);
    const limit = this.limitOf(dealing.buyer_id);
    if (limit !== null && count > limit)
      this.overshoots.push(`${dealing.buyer_id} has ${count} leads of ${limit} (lead ${dealing.lead_id})`);
  }

  all(): Dealing[] {
    return [...this.#dealings.values()];
  }
}
