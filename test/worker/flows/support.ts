import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { replaceDeps } from "../../../worker/deps.ts";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { bookOf } from "../../support/flow/case.ts";
import { phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { type BuyerAnswer, call, dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";

/** A dialect with a status call, read by `state`. */
export const askable = (name: string) => ({
  ...dialect(name),
  status: {
    request: {
      url: `http://127.0.0.1/${name}/status`,
      body: { order: "{{gateway.reservation_id}}", lead: "{{gateway.lead_id}}", ref: "{{bid.ref}}" },
    },
    answer: {
      rules: [
        { when: { path: "state", equals: "bought" }, outcome: "accepted" },
        { when: { path: "state", equals: "refused" }, outcome: "rejected" },
        { when: { path: "state", equals: "never seen" }, outcome: "not_taken" },
      ],
    },
  },
});

let people = 0;

/** A world whose queue is the test: leads are woken by hand, with the clock ahead. */
export class LaterWorld extends World {
  private readonly stop: () => void;

  constructor() {
    super();
    this.stop = replaceDeps({
      random: () => 0.5,
      crash: (point) => {
        if (point === "before-lease" && !this.waking) throw new Error("the tests wake leads themselves");
        if (point === this.dying) throw new Error(`died ${point}`);
      },
    });
  }
  private waking = false;
  private dying: string | null = null;

  override end(): void {
    this.stop();
    super.end();
  }

  on(buyer: string, phase: "ping" | "post" | "status", answer: BuyerAnswer): void {
    this.buyers.set(buyer, { ...this.buyers.get(buyer), [phase]: answer });
  }

  sent(buyer: string, phase: "ping" | "post" | "status") {
    return this.to(buyer, phase as "post");
  }

  campaign(id: string, changes: object = {}, publisher: object = {}): Promise<string> {
    return seedCampaign(smallCampaign(id, { deadlines: { post_ms: 3_000 }, ...changes }), {
      id: `${id}_pub`,
      mode: "pending",
      allow_below_promise: true,
      ...publisher,
    });
  }

  /** Answers pings with `price`; posts and status calls as said later. */
  async buyer(
    id: string,
    campaign: string,
    price: number,
    contract: object = {},
    endpoint: object = {},
  ): Promise<void> {
    await seedBuyer(id, campaign, {
      endpoint: { ping_timeout_ms: 5_000, dialect: askable(id), ...endpoint },
      contract: { retry: { attempts: 3, first_delay_s: 10, max_delay_s: 10 }, ...contract },
    });
    this.on(id, "ping", () => Response.json({ result: "bid", price, ref: `ref of ${id}` }));
  }

  /** A ping's id. */
  async ping(key: string, campaign: string): Promise<unknown> {
    return (await call(key, "/v1/pings", { campaign, lead: { zip: "78704" } })).body.ping_id;
  }

  /** Its post, of a consumer whom nobody has seen. */
  async postOf(key: string, ping_id: unknown, who: object = {}): Promise<Record<string, unknown>> {
    const phone = phoneOf(700_000 + people++);
    const person = { first_name: "Ann", last_name: "Personal", phone, email: `a${phone.slice(1)}@example.com` };
    return (await call(key, "/v1/posts", { ping_id, lead: { ...person, ...who } })).body;
  }

  async post(key: string, campaign: string, who: object = {}): Promise<Record<string, unknown>> {
    return this.postOf(key, await this.ping(key, campaign), who);
  }

  /** Workers die at this point from now on; null = no more. */
  dieAt(point: string | null): void {
    this.dying = point;
  }

  readonly gateway = () => realGateway(env, createExecutionContext());

  /** The queue's part, `ms` later. The worker may die on the way. */
  wake(lead_id: unknown, ms: number, dies: string | null = null): Promise<void> {
    return this.awake(ms, async () => {
      this.dying = dies;
      await wakeLead(this.gateway(), String(lead_id));
    });
  }

  /** Whatever else the queue does, `ms` later. */
  async awake(ms: number, work: () => Promise<void>): Promise<void> {
    this.moveClock(ms);
    this.waking = true;
    try {
      await work();
    } finally {
      this.waking = false;
      this.dying = null;
    }
  }

  async story(lead_id: unknown) {
    const story = await bookOf(String(lead_id)).story(String(lead_id));
    if (!story) throw new Error("the lead is lost");
    return story;
  }
}

export const down: BuyerAnswer = () => new Response("<h1>Bad gateway</h1>", { status: 502 });
export const says =
  (state: string): BuyerAnswer =>
  () =>
    Response.json({ state });
