import type { Dice } from "../core/dice.ts";
import type { Tally } from "../core/journal.ts";
import type { Conduct, Mood } from "./moods.ts";
import { type Arrived, answer, type Deed, type Reply, shaken } from "./replies.ts";

/** A buyer with a mind of its own. Its books (`keeps`) are the truth about what it bought. */
export class SimBuyer {
  /** Leads that it believes to have bought, with the price that its first yes named (null = the bid's). */
  readonly keeps = new Map<number, number | null>();
  /** Leads that it had from elsewhere: every answer about them is "duplicate". */
  readonly hadBefore = new Set<number>();
  readonly bids = new Map<number, number>();
  private readonly refused = new Set<string>();
  /** Keys of which it has said for good that it does not have them, and leads that it gave up after it had bought them. */
  private readonly declined = new Set<string>();
  private readonly failed = new Set<number>();
  /** Keys of what somebody is still to look at. */
  private readonly looking = new Set<string>();
  /** Leads by the keys under which they came. */
  private readonly keys = new Map<string, number>();

  constructor(
    readonly id: string,
    readonly mood: Mood,
    private readonly idempotent: boolean,
    private readonly post_timeout_ms: number,
    private readonly dice: Dice,
    private readonly conducts: Tally,
    private readonly elapsed: () => number,
  ) {}

  ping(request: Arrived): Reply {
    const { dice, mood } = this;
    const { n } = JSON.parse(request.body) as { n: string };
    const bad = this.badTime(false);
    if (bad) return bad;
    const after = dice.between(10, 120);
    if (dice.chance(mood.no_answer)) return { kind: "silence" };
    if (dice.chance(mood.no_bid)) return answer(after, { no: true });
    // Asked again about the same lead it offers the same.
    const price = this.bids.get(Number(n.slice(1))) ?? Math.round(dice.between(0.5, 30) * 100) / 100;
    const late = dice.chance(mood.late_bid);
    this.bids.set(Number(n.slice(1)), price);
    return answer(late ? 450 : after, { bid: price });
  }

  /** A breaker's probe: no real lead. */
  probe(path: string): Reply {
    const after = this.dice.between(10, 120);
    return this.badTime(path !== "/ping") ?? answer(after, path === "/ping" ? { no: true } : {});
  }

  post(request: Arrived): Deed {
    const { n: name, key } = JSON.parse(request.body) as { n: string; key: string };
    const n = Number(name.slice(1));
    const done = (conduct: string, reply: Reply): Deed => {
      this.conducts.add(conduct);
      return { n, key, conduct, reply };
    };
    const bad = this.badTime(true);
    if (bad) return done("bad_time", bad);
    this.keys.set(key, n);
    const after = this.dice.between(30, 900);
    if (!this.keeps.has(n) && this.dice.chance(0.01)) this.hadBefore.add(n);
    if (this.hadBefore.has(n)) return done("had_before", answer(after, { status: "duplicate" }));
    if (this.declined.has(key) || this.failed.has(n))
      return done("refuses_again", answer(after, { status: "rejected" }));
    const again = this.keeps.has(n) || (this.idempotent && this.refused.has(key));
    if (again && this.dice.chance(this.mood.shaky)) return done("shaky", shaken(this.dice, after));
    if (this.keeps.has(n)) return done("knows_it", this.known(n, after));
    if (again) return done("refuses_again", answer(after, { status: "rejected" }));
    const conduct = this.dice.weighted(this.mood.weights);
    return done(conduct, this.act(conduct, n, key, after));
  }

  status(request: Arrived): Deed {
    const { key } = JSON.parse(request.body) as { key: string };
    // A key that never came is nobody's lead.
    const n = this.keys.get(key) ?? -1;
    const bad = this.badTime(true);
    const after = this.dice.between(20, 300);
    if (bad) return { n, key, conduct: "status_bad_time", reply: bad };
    if (this.dice.chance(this.mood.shaky)) return { n, key, conduct: "status_shaky", reply: shaken(this.dice, after) };
    const state = this.stateOf(n, key);
    const price = this.keeps.get(n);
    this.conducts.add(`status_${state}`);
    return { n, key, conduct: `status_${state}`, reply: answer(after, price == null ? { state } : { state, price }) };
  }

  /** What it finds when somebody looks after a post of which its system answered nothing clear. What it says then, it stands to. */
  word(n: number, key: string, byHand: boolean): "accepted" | "rejected" {
    if (byHand && !this.declined.has(key) && this.dice.chance(0.5)) this.keeps.set(n, this.keeps.get(n) ?? null);
    if (this.keeps.has(n)) return "accepted";
    this.declined.add(key);
    return "rejected";
  }

  /** Against its own word: it has the lead after all. */
  takeAfterAll(n: number): void {
    this.keeps.set(n, null);
  }

  /** Bought, and no good: it does not keep it, nor take it again. */
  fail(n: number): void {
    this.keeps.delete(n);
    this.failed.add(n);
  }

  private hasRefused(n: number, key: string): boolean {
    return this.refused.has(key) || this.declined.has(key) || this.failed.has(n);
  }

  private stateOf(n: number, key: string): "taken" | "refused" | "looked_at" | "never_came" {
    if (this.keeps.has(n)) return "taken";
    if (this.hasRefused(n, key)) return "refused";
    return this.looking.has(key) ? "looked_at" : "never_came";
  }

  private act(conduct: Conduct, n: number, key: string, after: number): Reply {
    const late = this.post_timeout_ms + this.dice.between(50, 4_000);
    const store = (price: number | null = null) => void this.keeps.set(n, price);
    const refuse = () => void this.refused.add(key);
    const bid = this.bids.get(n) ?? 10;
    switch (conduct) {
      case "accepts":
        store();
        return answer(after, { status: "accepted", redirect: `https://${this.id}.example/thanks/${n}` });
      case "accepts_above":
        store(bid + 3);
        return answer(after, { status: "accepted", price: bid + 3 });
      case "accepts_below": {
        const price = Math.round(bid * 50) / 100;
        store(price);
        return answer(after, { status: "accepted", price });
      }
      case "rejects":
        refuse();
        return answer(after, { status: "rejected" });
      case "duplicate":
        this.hadBefore.add(n);
        return answer(after, { status: "duplicate" });
      case "throttled":
        return answer(after, {}, 429, { "retry-after": String(this.dice.whole(1, 20)) });
      case "busy_503":
        return answer(after, {}, 503, { "retry-after": String(this.dice.whole(1, 20)) });
      case "error_500":
        return answer(after, {}, 500);
      case "stores_then_502":
        store();
        return { kind: "answer", after_ms: after, status: 502, body: "<h1>Bad gateway</h1>" };
      case "stores_then_drops":
        store();
        return { kind: "breaks", after_ms: after };
      case "drops":
        return { kind: "breaks", after_ms: after };
      case "hangs":
        return { kind: "silence" };
      case "stores_then_hangs":
        store();
        return { kind: "silence" };
      case "stores_answers_late":
        store();
        return answer(late, { status: "accepted" });
      case "rejects_late":
        refuse();
        return answer(late, { status: "rejected" });
      case "half_answer":
        return { kind: "answer", after_ms: after, status: 200, body: '{"stat', half: true };
      case "stores_half_answer":
        store();
        return { kind: "answer", after_ms: after, status: 200, body: '{"stat', half: true };
      case "unreadable":
        return { kind: "answer", after_ms: after, status: 200, body: "<p>Hello and welcome" };
      case "stores_unreadable":
        store();
        return { kind: "answer", after_ms: after, status: 200, body: "<p>Hello and welcome" };
      case "by_hand":
        this.looking.add(key);
        return answer(after, { status: "pending review" });
    }
  }

  /** A lead that it has comes again. */
  private known(n: number, after: number): Reply {
    if (this.mood.known === "duplicate") return answer(after, { status: "duplicate" });
    if (this.mood.known === "rejects") return answer(after, { status: "rejected" });
    const price = this.keeps.get(n);
    return answer(after, price == null ? { status: "accepted" } : { status: "accepted", price });
  }

  private badTime(ofPost: boolean): Reply | null {
    const at = this.elapsed();
    const bad = this.mood.bad_times.find(({ from, to, posts }) => at >= from && at < to && (ofPost || !posts));
    if (!bad) return null;
    const after = this.dice.between(20, 200);
    switch (bad.what) {
      case "drops":
        return { kind: "breaks", after_ms: after };
      case "hangs":
        return { kind: "silence" };
      case "error_500":
        return answer(after, {}, 500);
      case "bad_key":
        return answer(after, {}, 401);
      case "gone":
        return answer(after, {}, 404);
      case "bad_request":
        return answer(after, {}, 400);
    }
  }
}
