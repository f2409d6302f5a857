import type { Deps } from "../../../worker/deps.ts";
import { type Stage, strikes } from "./stage.ts";

/** Somebody who calls objects and is answered: a Worker's invocation, or an object. Dead, it hears nothing any more. */
export interface Caller {
  /** A place where it may die or stand still: before each call and before each answer. */
  boundary(point: string): void;
  /** Runs `fn` unless the caller is dead; after its standstill if it stands still. */
  resume(fn: () => void): void;
  readonly dead: boolean;
}

class Died extends Error {}

/** Longest run of an invocation, in boundaries, within which its fate strikes. */
const REACH = 40;

/** Named places where a fate strikes by preference: between two steps of a sale it does the most harm. */
const PLACES = [
  "after-claim",
  "after-plan",
  "after-lease",
  "after-fence",
  "before-advance",
  "after-advance",
  "after-reserve",
  "before-dispatch",
  "after-answer",
  "after-evidence",
  "after-release",
  "after-settle",
  "after-ask",
  "before-freeze",
  "after-freeze",
  "after-capture",
  "before-close",
] as const;

/**
 * One invocation of the Worker: a live request or a queue consumer. By chance it dies at one of the places where the platform may
 * end it (a named crash point, before a call, after a call had its effect), or stands still there for a while and then goes on.
 */
export class Invocation implements Caller {
  dead = false;
  private frozenUntil = 0;
  private left = Number.POSITIVE_INFINITY;
  private place: string | null = null;
  private readonly kind: "dies" | "stalls" | null = null;
  /** Told when it dies: whoever waits for its answer never gets one. */
  onDeath: () => void = () => {};
  /** The publisher's number of the lead that it works on, for the journal. */
  lead: number | null = null;
  readonly deps: Deps;

  constructor(
    private readonly stage: Stage,
    /** Ms that this isolate's clock is ahead. */
    private readonly skew: number,
    private readonly fetch: (from: Invocation, request: { url: string; init: RequestInit }) => Promise<Response>,
  ) {
    if (stage.dice.chance(stage.weather.worker_dies)) this.kind = "dies";
    else if (stage.dice.chance(stage.weather.worker_stalls)) this.kind = "stalls";
    if (this.kind && stage.dice.chance(0.5)) this.place = stage.dice.pick(PLACES);
    else if (this.kind) this.left = stage.dice.whole(1, REACH);
    this.deps = this.makeDeps();
  }

  boundary(point: string): void {
    if (this.dead || (--this.left !== 0 && point !== this.place)) return;
    this.place = null;
    const { stage } = this;
    stage.journal.write(this.lead, `worker ${this.kind} at ${point}`);
    if (this.lead !== null) stage.disturbed(this.lead);
    if (this.kind === "dies") {
      stage.faults.add("worker_dies");
      this.die();
    } else {
      stage.faults.add("worker_stalls");
      this.frozenUntil =
        stage.time.now() + stage.dice.pick([500, 4_000, 20_000, 60_000, 240_000]) * stage.dice.between(0.5, 1.5);
    }
  }

  resume(fn: () => void): void {
    if (this.dead) return;
    const wait = this.frozenUntil - this.stage.time.now();
    if (wait <= 0) fn();
    else this.stage.time.after(wait, () => this.resume(fn));
  }

  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.onDeath();
  }

  private makeDeps(): Deps {
    const { time, dice } = this.stage;
    return {
      now: () => Math.floor(time.now() + this.skew),
      random: dice.random,
      bytes: (count) => dice.bytes(count),
      timer: (fn, ms) => time.after(ms, () => this.resume(fn)),
      fetch: (request) => this.fetch(this, request),
      crash: (point) => {
        this.boundary(point);
        if (this.dead) throw new Died(point);
      },
    };
  }
}

export interface IsolateSlot<I> {
  memory: I;
  skew: number;
}

/** Isolates in turn, each with a clock of its own; now and then one is replaced by a cold one. */
export class Isolates<I> {
  private readonly slots: IsolateSlot<I>[] = [];

  constructor(
    private readonly stage: Stage,
    private readonly count: number,
    private readonly make: (skew: number) => I,
  ) {}

  next(): IsolateSlot<I> {
    const at = this.stage.dice.whole(0, this.count - 1);
    const known = this.slots[at];
    if (known && !strikes(this.stage, "isolate_new")) return known;
    const skew = Math.round(this.stage.dice.between(-300, 300));
    this.stage.faults.add("clock_skew");
    const slot = { memory: this.make(skew), skew };
    this.slots[at] = slot;
    return slot;
  }
}
