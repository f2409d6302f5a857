import { env } from "cloudflare:workers";
import { ZERO } from "../../../schema/money.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import type { PostInput } from "../../../worker/flows/answers.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { forgetIsolate } from "../../../worker/gateway/real.ts";
import { admin, dialect, seedBuyer } from "../world.ts";
import { Buyers } from "./buyers.ts";
import { FlowClock } from "./clock.ts";
import { type Fate, FlowWorker } from "./worker.ts";

export const POLICIES = ["review", "next_buyer", "treat_as_sold"] as const;
export type Policy = (typeof POLICIES)[number];

/** `final`: told "no" at the deadline; `paid`: final, the gateway carries the risk; `pending`: waits for the end. */
export const PUBLISHERS = {
  final: { mode: "final" },
  paid: { mode: "final", risk_rule: "accepted" },
  pending: { mode: "pending", postback: { url: "http://127.0.0.1/pending/postback" } },
} as const;
export type PublisherName = keyof typeof PUBLISHERS;

/** A campaign with few fields and no consent: what these tests are about is money and order. */
export const smallCampaign = (id: string, changes: object = {}) => ({
  id,
  name: id,
  vertical: "test",
  ping_ttl_s: 600,
  fields: [
    { name: "zip", type: "zip", class: "public", required: "ping", sample: "78704" },
    { name: "vehicle_year", type: "integer", class: "public", sample: 2021 },
    { name: "first_name", type: "string", class: "personal", required: "post", sample: "Maria" },
    { name: "last_name", type: "string", class: "personal", sample: "Santos" },
    { name: "phone", type: "phone", class: "personal", required: "post", sample: "(512) 555-0142" },
    { name: "email", type: "email", class: "personal", sample: "maria@example.com" },
  ],
  ...changes,
});

/** A US number for each n below 8 million. */
export const phoneOf = (n: number): string => `+1512${2_000_000 + n}`;

/** Requests before a buyer's doubt is over, and pauses that fit in a live post. */
const RETRY = { attempts: 3, first_delay_s: 1, max_delay_s: 2 };
/** One scene runs hundreds of failing posts: no breaker may open. */
const BREAKER = { failures: 1_000, within_s: 10, failure_rate: 100 };

/** The usual dialect with a session before the post, and the question what came of it. */
function inSteps(buyer: string) {
  const { post, ...usual } = dialect(buyer);
  const key = "{{gateway.reservation_id}}";
  const at = (path: string) => ({ url: `http://127.0.0.1/${buyer}/${path}`, body: { key } });
  return {
    ...usual,
    post: {
      before: [
        {
          name: "session",
          request: at("session"),
          answer: { rules: [{ go_on: "ok is true" }], carry: { token: "token" } },
        },
      ],
      request: { ...post.request, headers: { "X-Session": "{{step.session.token}}" } },
      answer: { ...post.answer, rules: [{ unknown: "result is pending" }] },
      after: [
        {
          name: "result",
          when: "result is pending",
          wait_ms: [0, 50],
          request: at("result"),
          answer: { redirect_url: "redirect" },
        },
      ],
    },
  };
}

/** A gateway on real objects, two buyers a policy (`<policy>_a` bids 20, `_b` 15), three publishers, and a clock that jumps. */
export class Scene {
  readonly clock = new FlowClock();
  readonly buyers: Buyers;
  private people = 0;
  private readonly restore: () => void;

  /** `steps`: buyers want a session before a post, and say what came of it only when they are asked. */
  constructor(private readonly steps = false) {
    const bids = POLICIES.flatMap((p): [string, number][] => [
      [`${p}_a`, 20],
      [`${p}_b`, 15],
    ]);
    this.buyers = new Buyers(Object.fromEntries(bids), steps);
    forgetIsolate();
    this.restore = replaceDeps({
      now: this.clock.now,
      fetch: this.buyers.fetch,
      // The real queue may try: here the tests are the queue.
      crash: (point) => {
        if (point === "before-lease") throw new Error("the tests wake leads themselves");
      },
    });
    this.clock.start();
  }

  end(): void {
    this.clock.stop();
    this.restore();
  }

  async seed(): Promise<void> {
    for (const policy of POLICIES) {
      await admin("POST", "/campaigns", smallCampaign(policy));
      for (const buyer of [`${policy}_a`, `${policy}_b`]) {
        await seedBuyer(buyer, policy, {
          endpoint: {
            ...{ post_timeout_ms: 1_000, ping_timeout_ms: 1_000, breaker: BREAKER },
            ...(this.steps ? { dialect: inSteps(buyer) } : {}),
          },
          contract: { on_unknown: policy, retry: RETRY },
        });
      }
    }
    for (const [id, settings] of Object.entries(PUBLISHERS)) {
      await admin("POST", "/publishers", {
        id,
        name: id,
        campaigns: [...POLICIES],
        allow_below_promise: true,
        ...settings,
      });
    }
  }

  /** A consumer whom nobody has seen. */
  person(): string {
    return phoneOf(this.people++);
  }

  worker(fate?: Fate, onCall?: ConstructorParameters<typeof FlowWorker>[3]): FlowWorker {
    return new FlowWorker(this.clock, this.buyers.fetch, fate, onCall);
  }

  /** The ping of a consumer, in its book. */
  async ping(publisher: PublisherName, policy: Policy): Promise<string> {
    const worker = this.worker();
    const answer = await worker.run(async (g) => {
      const snapshot = await g.snapshot();
      const [found, campaign] = [snapshot.publisher(publisher), snapshot.campaign(policy)];
      if (!found || !campaign) throw new Error("the scene is not seeded");
      return runPing(g, {
        publisher: found,
        sub_ids: {},
        test: false,
        began: this.clock.now(),
        campaign,
        facts: { zip: "78704" },
        min_price: ZERO,
      });
    });
    await worker.settled();
    if (answer === "lost" || answer.kind !== "ping" || answer.result !== "accepted")
      throw new Error(`no bid: ${JSON.stringify(answer)}`);
    return answer.ping_id;
  }

  /** What the publisher posts; the same each time but for the moment of its arrival. */
  async post(publisher: PublisherName, ping_id: string, phone: string): Promise<PostInput> {
    const found = (await this.worker().g.snapshot()).publisher(publisher);
    if (!found) throw new Error("the scene is not seeded");
    const lead = { first_name: "Maria", last_name: "Santos", phone, email: `p${phone.slice(1)}@example.com` };
    return {
      publisher: found,
      sub_ids: {},
      test: false,
      began: this.clock.now(),
      ping_id,
      bid_ids: [],
      lead,
      consent: {},
    };
  }
}

export const accountOf = (buyer: string) => env.ACCOUNT.get(env.ACCOUNT.idFromName(buyer));
