import { seededRandom } from "../../test/support/random.ts";

/**
 * One buyer's cap over several objects, on paper: a parent holds the cap and lends places to shards for a time (leases), each shard
 * reserves out of what it has. A model, not the product: it says what such a split would cost before it is built.
 */
export interface LeasePlan {
  shards: number;
  /** Places of the cap, and posts a second that want one. */
  cap: number;
  posts_per_s: number;
  seconds: number;
  /** Places of a lease; or a share of what each shard's even part of the free places would be, so that leases shrink towards the end. */
  lease: { fixed: number } | { share: number };
  /** How long a lease lasts at its shard, and how much longer its parent waits before it lends the places again. */
  ttl_s: number;
  margin_s: number;
  /** Share of reservations that are given back after a second (the buyer said no). */
  given_back: number;
  /** Each shard loses its parent once, for so long; its clock runs slow by this share meanwhile. 0: never. */
  cut_off_s: number;
  drift: number;
  seed: number;
}

export interface LeaseOutcome {
  wanted: number;
  /** Places taken and kept at the end. */
  delivered: number;
  /** Kept beyond the cap, at the worst moment. */
  over: number;
  /** Posts that were refused although a place was free somewhere at that moment. */
  refused_early: number;
  /** Less than was wanted and the cap allowed. */
  under: number;
  /** Calls of the parent a second. */
  parent_calls_per_s: number;
}

interface Shard {
  stock: number;
  /** When its stock is worth nothing any more, by its own clock, and when its parent lends it again. */
  expires: number;
  reclaimed: number;
  /** What its parent believes it still has. */
  lent: number;
  /** Told that nothing was free, it does not ask again before. */
  asks: number;
  cut: { from: number; to: number };
}

const GIVE_BACK_AFTER_S = 1;
const ASK_AGAIN_S = 0.25;

export function simulateLeases(plan: LeasePlan): LeaseOutcome {
  return new Leases(plan).run();
}

class Leases {
  private readonly random: () => number;
  private readonly shards: Shard[];
  private readonly returns: { at: number; shard: Shard }[] = [];
  private readonly plan: LeasePlan;
  /** Places that the parent may lend. Below 0: more was taken than there was. */
  private free: number;
  private calls = 0;
  private kept = 0;
  private over = 0;

  constructor(plan: LeasePlan) {
    this.plan = plan;
    this.random = seededRandom(plan.seed);
    this.free = plan.cap;
    this.shards = Array.from({ length: plan.shards }, () => {
      const from = this.random() * plan.seconds;
      return { stock: 0, expires: 0, reclaimed: 0, lent: 0, asks: 0, cut: { from, to: from + plan.cut_off_s } };
    });
  }

  run(): LeaseOutcome {
    const { plan } = this;
    let [wanted, refused_early] = [0, 0];
    for (let now = this.gap(); now < plan.seconds; now += this.gap()) {
      wanted++;
      this.giveBack(now);
      const shard = this.shards[Math.floor(this.random() * plan.shards)];
      if (!shard || this.takes(shard, now)) continue;
      if (this.free > 0 || this.shards.some((other) => other.stock > 0 && now < other.expires)) refused_early++;
    }
    this.giveBack(plan.seconds + GIVE_BACK_AFTER_S);
    const { kept: delivered, over } = this;
    const under = Math.max(0, Math.min(plan.cap, wanted) - delivered);
    return { wanted, delivered, over, refused_early, under, parent_calls_per_s: this.calls / plan.seconds };
  }

  private gap(): number {
    return -Math.log(1 - this.random()) / this.plan.posts_per_s;
  }

  /** One post: a place of the shard's own, or of a new lease. */
  private takes(shard: Shard, now: number): boolean {
    this.reclaim(now);
    const reachable = !isCut(shard, now);
    if (now >= shard.expires) this.expire(shard, reachable);
    if (shard.stock === 0 && reachable && now >= shard.asks) this.lend(shard, now);
    if (shard.stock === 0) return false;
    shard.stock--;
    // What its parent has lent again by now comes on top of the cap.
    if (shard.lent > 0) shard.lent--;
    else this.free--;
    this.kept++;
    this.over = Math.max(this.over, this.kept - this.plan.cap);
    if (this.random() < this.plan.given_back) this.returns.push({ at: now + GIVE_BACK_AFTER_S, shard });
    return true;
  }

  private lend(shard: Shard, now: number): void {
    const { lease, shards, ttl_s, margin_s, drift } = this.plan;
    this.calls++;
    const size = "fixed" in lease ? lease.fixed : Math.ceil((this.free / shards) * lease.share);
    const places = Math.max(0, Math.min(this.free, size));
    if (places === 0) shard.asks = now + ASK_AGAIN_S;
    this.free -= places;
    shard.stock += places;
    shard.lent += places;
    // The shard counts from before its call, so that the way there and back only shortens what it has.
    shard.expires = now + ttl_s * (1 + drift);
    shard.reclaimed = now + ttl_s + margin_s;
  }

  /** A lease is over: what is left goes back with the next call, or is worth nothing where nobody hears it. */
  private expire(shard: Shard, reachable: boolean): void {
    if (reachable && shard.lent > 0) {
      this.free += shard.lent;
      shard.lent = 0;
    }
    shard.stock = 0;
  }

  /** The parent lends again what a shard has not been heard of for too long. */
  private reclaim(now: number): void {
    for (const shard of this.shards) {
      if (shard.lent === 0 || now < shard.reclaimed) continue;
      this.free += shard.lent;
      shard.lent = 0;
      if (!isCut(shard, now)) shard.stock = 0;
    }
  }

  /** A buyer said no: the place goes back to its shard while the lease lasts, else to the parent. */
  private giveBack(now: number): void {
    for (let next = this.returns[0]; next && next.at <= now; next = this.returns[0]) {
      this.returns.shift();
      this.kept--;
      if (next.at < next.shard.expires && next.shard.lent > 0) {
        next.shard.stock++;
        next.shard.lent++;
      } else this.free++;
    }
  }
}

const isCut = ({ cut }: Shard, now: number): boolean => now >= cut.from && now < cut.to;

const BASE: LeasePlan = {
  ...{ shards: 8, cap: 10_000, posts_per_s: 1_000, seconds: 11.1, ttl_s: 5, margin_s: 1, given_back: 0.1 },
  ...{ lease: { share: 0.5 }, cut_off_s: 0, drift: 0, seed: 1 },
};

const LARGE = { seconds: 30, lease: { fixed: 1_000 }, cut_off_s: 10 };

/** The cases of docs/scale.md. */
export const LEASE_CASES: { what: string; plan: LeasePlan }[] = [
  { what: "leases of 500", plan: { ...BASE, lease: { fixed: 500 } } },
  { what: "leases of 50", plan: { ...BASE, lease: { fixed: 50 } } },
  { what: "half of an even part", plan: BASE },
  { what: "the same, 64 shards", plan: { ...BASE, shards: 64, posts_per_s: 8_000, cap: 80_000 } },
  { what: "half; each shard cut off once for 10 s", plan: { ...BASE, cut_off_s: 10 } },
  { what: "leases of 1,000; cut off", plan: { ...BASE, ...LARGE } },
  { what: "and a clock 2.5 s late, margin 1 s", plan: { ...BASE, ...LARGE, drift: 0.5 } },
  { what: "and a clock 2.5 s late, margin 3 s", plan: { ...BASE, ...LARGE, drift: 0.5, margin_s: 3 } },
];
export const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

export interface LeaseRow {
  what: string;
  /** Largest of all seeds. */
  over: number;
  /** Means of all seeds. */
  under: number;
  refused_early: number;
  parent_calls_per_s: number;
}

export function leaseRow({ what, plan }: (typeof LEASE_CASES)[number]): LeaseRow {
  const runs = SEEDS.map((seed) => simulateLeases({ ...plan, seed }));
  const mean = (of: (run: LeaseOutcome) => number) =>
    Math.round((10 * runs.reduce((sum, run) => sum + of(run), 0)) / runs.length) / 10;
  return {
    what,
    over: Math.max(...runs.map(({ over }) => over)),
    under: mean(({ under }) => under),
    refused_early: mean(({ refused_early }) => refused_early),
    parent_calls_per_s: mean(({ parent_calls_per_s }) => parent_calls_per_s),
  };
}
