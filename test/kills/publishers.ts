import { between } from "../support/random.ts";
import { person } from "./people.ts";
import { CAMPAIGN } from "./world.ts";

/** One answer that decides something: HTTP 200 with a lead. */
export interface Told {
  result: "accepted" | "rejected" | "pending";
  lead_id: string | null;
  price: number;
  code?: string;
}
/** One lead as its publisher knows it. */
export interface Errand {
  n: number;
  publisher: string;
  phone: string;
  way: "two_step" | "one_step";
  /** The request that sells it: the same bytes each time. */
  path: string;
  body: string;
  headers: Record<string, string>;
  /** Every decisive answer, in order. */
  told: Told[];
  /** Requests without an answer: broken connections, own hang-ups, 5xx. */
  broken: number;
  began: number;
  /** Why it never became a lead. */
  gave_up: string | null;
}

const TRIES = 90;

/** Publishers who work as their systems would: after any doubt the same request again, a second later at most. */
export class Publishers {
  readonly errands: Errand[] = [];
  readonly statuses = new Map<string, number>();
  /** Broken connections that must not surprise: a kill or a restart is under way. */
  stopping = false;
  readonly #gateway: string;
  readonly #keys: Record<string, string>;
  readonly #random: () => number;
  readonly #most: number;
  #next = 0;

  constructor(gateway: string, keys: Record<string, string>, most: number, random: () => number) {
    this.#gateway = gateway;
    this.#keys = keys;
    this.#random = random;
    this.#most = most;
  }

  get exhausted(): boolean {
    return this.#next >= this.#most;
  }

  /** `count` clients at once, each one lead after the other, until told to stop. Resolves when the last has its answer. */
  async work(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#client()));
  }

  async #client(): Promise<void> {
    while (!this.stopping && !this.exhausted) {
      const errand = await this.#begin(this.#next++);
      if (errand) await this.sell(errand);
      else await pause(between(this.#random, 50, 300));
    }
  }

  /** A lead with its request; for two steps a ping comes first. null: nobody bid, or the gateway is down this moment. */
  async #begin(n: number): Promise<Errand | null> {
    const who = person(n);
    const names = Object.keys(this.#keys);
    const publisher = names[Math.floor(this.#random() * names.length)] ?? "";
    const headers = { authorization: `Bearer ${this.#keys[publisher]}`, "content-type": "application/json" };
    const lead = { ...who.facts, ...who.personal };
    const base = { n, publisher, phone: who.phone, told: [], broken: 0, began: Date.now(), gave_up: null };
    if (this.#random() < 0.4) {
      const errand: Errand = {
        ...{ ...base, way: "one_step", path: "/v1/leads" },
        body: JSON.stringify({ campaign: CAMPAIGN.id, lead }),
        headers: { ...headers, "idempotency-key": `order-${n}` },
      };
      this.errands.push(errand);
      return errand;
    }
    const ping = JSON.stringify({ campaign: CAMPAIGN.id, lead: who.facts, phone_hash: who.phone_hash });
    const offer = await this.#call("/v1/pings", ping, headers, 3_000);
    if (offer?.status !== 200 || offer.body.result !== "accepted") return null;
    const errand: Errand = {
      ...{ ...base, way: "two_step", path: "/v1/posts" },
      body: JSON.stringify({ ping_id: offer.body.ping_id, lead: who.personal, campaign: CAMPAIGN.id }),
      headers,
    };
    this.errands.push(errand);
    return errand;
  }

  /** Until there is an answer. A "pending" is one; what comes of it is told by postback. */
  async sell(errand: Errand): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      // One in twenty hangs up before the answer, as a browser does whose visitor leaves.
      const patience = errand.told.length === 0 && this.#random() < 0.05 ? 300 : 9_000;
      const reply = await this.#call(errand.path, errand.body, errand.headers, patience);
      if (reply?.status === 200) return void errand.told.push(reply.body as unknown as Told);
      if (reply && reply.status < 500 && reply.status !== 429) {
        errand.gave_up = `${reply.status} ${String(reply.body.code)}`;
        return;
      }
      errand.broken++;
      if (reply?.body.code === "ping_lost" && tries >= 5) {
        errand.gave_up = "503 ping_lost";
        return;
      }
      await pause(between(this.#random, 200, 1_000));
    }
    errand.gave_up = "no answer at all";
  }

  async #call(
    path: string,
    body: string,
    headers: Record<string, string>,
    patience_ms: number,
  ): Promise<{ status: number; body: Record<string, unknown> } | null> {
    try {
      const signal = AbortSignal.timeout(patience_ms);
      const response = await fetch(`${this.#gateway}${path}`, { method: "POST", headers, body, signal });
      this.statuses.set(`${response.status}`, (this.statuses.get(`${response.status}`) ?? 0) + 1);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    } catch {
      this.statuses.set("broken", (this.statuses.get("broken") ?? 0) + 1);
      return null;
    }
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
