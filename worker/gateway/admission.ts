/** Posts and one-step leads carry money that somebody waits for; a ping that is refused costs its publisher one offer. */
export type Load = "ping" | "post";

/** A request that is being worked on. Call once, when its answer is given; what never calls is forgotten after {@link LONGEST_MS}. */
export type Leave = () => void;

export interface AdmissionLimits {
  /** Requests that one isolate works on at a time: what its memory (128 MB) and its connections carry. */
  in_flight: number;
}

interface Inside {
  load: Load;
  publisher: string;
  until: number;
}

/** Share of the room that pings may use: the rest is kept for posts. */
const PINGS_SHARE = 0.75;
/** Above this share of their room pings are shared out evenly among the publishers that are there. */
const FAIR_FROM = 0.5;
/** Longer than any deadline: a request of a context that the platform cut off never says that it has left. */
const LONGEST_MS = 65_000;
/** How late timers may ring, on average, before the isolate counts as saturated: its own work keeps it from hearing buyers in time. */
export const LATE_MS = 40;
/** The room goes down by what the isolate is late, to such a part of what is there at most and at least. */
const DOWN = { most: 1 / 3, least: 4 / 5 };
/** And up again by such a part of itself in each quarter of a second: by a part of the whole it would be over what it carries at once. */
const UP = 1 / 8;
/** Share of buyer calls without a connection from which the dialers count as saturated. */
const UNDIALLED = 0.2;
const PERIOD_MS = 250;
const LEAST_PINGS = 8;

/**
 * How much one isolate takes on. Pings give way to posts, a loud publisher to quiet ones, and the room for pings shrinks while the
 * isolate is late or buyers cannot be dialled, and grows again afterwards, both by parts of what it is.
 */
export class Admission {
  private readonly inside = new Map<number, Inside>();
  private readonly pings = new Map<string, number>();
  private readonly held: Record<Load, number> = { ping: 0, post: 0 };
  private next = 0;
  private room: number;
  private period = newPeriod(0);
  private late = false;

  constructor(private readonly limits: AdmissionLimits) {
    this.room = this.most;
  }

  /** Seconds after which trying again makes sense; null: there is room. Cheap, for a look before anything is read. */
  refuses(load: Load, publisher: string, now: number): number | null {
    if (this.inside.size >= this.limits.in_flight) this.forget(now);
    // Posts alone, too, must tell when the isolate is late no more.
    this.adapt(now);
    if (load === "post") return this.inside.size < this.limits.in_flight ? null : 1;
    if (this.inside.size >= this.most || this.held.ping >= this.room) return 1;
    if (this.held.ping < this.room * FAIR_FROM) return null;
    const mine = this.pings.get(publisher) ?? 0;
    const others = this.pings.size + (mine === 0 ? 1 : 0);
    return mine < Math.max(1, Math.floor(this.room / others)) ? null : 1;
  }

  enter(load: Load, publisher: string, now: number): Leave | null {
    if (this.refuses(load, publisher, now) !== null) return null;
    const id = this.next++;
    this.inside.set(id, { load, publisher, until: now + LONGEST_MS });
    this.held[load]++;
    if (load === "ping") this.pings.set(publisher, (this.pings.get(publisher) ?? 0) + 1);
    return () => this.leave(id);
  }

  /** What an auction noticed of our own load: how late its end rang, and for how many of its buyers there was no connection. */
  noticed(late_ms: number, dialled: number, undialled: number): void {
    if (late_ms > 0) this.rang(late_ms);
    this.period.dialled += dialled;
    this.period.undialled += undialled;
  }

  /** How late a timer of our own rang. The gatherer's tells it fifty times a second, whether or not any buyer times out. */
  rang(late_ms: number): void {
    this.period.late_ms += late_ms;
    this.period.rang++;
  }

  /** Whether buyers that seem late may only have been heard late. */
  get isLate(): boolean {
    return this.late || this.period.late_ms > LATE_MS * Math.max(1, this.period.rang);
  }

  gauges(): Record<string, number> {
    return { pings_in_flight: this.held.ping, posts_in_flight: this.held.post, ping_room: Math.floor(this.room) };
  }

  private get most(): number {
    return Math.max(1, Math.floor(this.limits.in_flight * PINGS_SHARE));
  }

  private adapt(now: number): void {
    const { ends, rang, dialled, undialled } = this.period;
    if (now < ends) return;
    // Pings are refused long before the isolate is full: those that never left would keep their room for ever.
    this.forget(now);
    const late_ms = this.period.late_ms / Math.max(1, rang);
    const late = late_ms > LATE_MS;
    // One pause (a collection of garbage, a neighbour's work) is no load: it must last into a second period that has something to tell.
    const saturated = (late && this.late) || undialled > UNDIALLED * (dialled + undialled);
    if (rang > 0) this.late = late;
    const down = Math.max(DOWN.most, Math.min(DOWN.least, LATE_MS / late_ms));
    // Down from what is really there: room that nobody uses says nothing.
    if (saturated) this.room = Math.max(LEAST_PINGS, Math.min(this.room, this.held.ping + 1) * down);
    else this.room += Math.max(1, this.room * UP);
    this.room = Math.min(this.room, this.most);
    this.period = newPeriod(now + PERIOD_MS);
  }

  private leave(id: number): void {
    const gone = this.inside.get(id);
    if (!gone) return;
    this.inside.delete(id);
    this.held[gone.load]--;
    if (gone.load === "post") return;
    const left = (this.pings.get(gone.publisher) ?? 1) - 1;
    if (left > 0) this.pings.set(gone.publisher, left);
    else this.pings.delete(gone.publisher);
  }

  private forget(now: number): void {
    for (const [id, { until }] of this.inside) if (until <= now) this.leave(id);
  }
}

const newPeriod = (ends: number) => ({ ends, late_ms: 0, rang: 0, dialled: 0, undialled: 0 });
