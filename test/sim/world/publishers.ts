import { ZERO } from "../../../schema/money.ts";
import type { PostAnswer } from "../../../worker/flows/answers.ts";
import { runLead } from "../../../worker/flows/lead.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { runPost } from "../../../worker/flows/post.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import type { Snapshot } from "../../../worker/snapshot/snapshot.ts";
import type { Witness } from "../auditor/witness.ts";
import type { Tally } from "../core/journal.ts";
import type { SimGateway } from "../platform/gateway.ts";
import type { Stage } from "../platform/stage.ts";

/** What is to be sent, and how; everything is settled before the first call. */
export interface Order {
  n: number;
  publisher: string;
  steps: 1 | 2;
  /** The consumer's number: now and then one who came before. */
  person: number;
  think_ms: number;
  /** Repeats, ms after the first post; `other`: with another content. */
  repeats: { after_ms: number; other: boolean }[];
  hangs_up: boolean;
  /** What it is not told at once it never asks for again. */
  once: boolean;
}

/** Ms after which a publisher believes that its call is lost. */
const PATIENCE_MS = 30_000;
const MOST_TRIES = 12;

/** Publishers' systems: they send, wait, send again what was lost or asked for, and remember what they were told. */
export class Publishers {
  constructor(
    private readonly stage: Stage,
    private readonly gateway: SimGateway,
    private readonly witness: Witness,
    private readonly done: Tally,
  ) {}

  /** Resolves when the publisher has nothing more to send. */
  async send(order: Order): Promise<void> {
    const { time } = this.stage;
    let ping_id: string | null = null;
    if (order.steps === 2) {
      ping_id = await this.ping(order);
      if (ping_id === null) return;
      await time.sleep(order.think_ms);
    }
    let call = 0;
    const post = (other: boolean) => this.post(order, ping_id, call++, other);
    const first = this.untilAnswered(() => post(false), order.once ? 1 : MOST_TRIES);
    const repeats = order.repeats.map(async ({ after_ms, other }) => {
      await time.sleep(after_ms);
      this.done.add(other ? "repeat_other_content" : "repeat_same_content");
      await post(other);
    });
    await Promise.all([first, ...repeats]);
  }

  private async ping({ n, publisher }: Order): Promise<string | null> {
    const { g, lost } = this.invoke(n);
    const answer = await Promise.race([
      lost,
      g.snapshot().then((snapshot) => {
        const { campaign, ...facts } = this.facts(snapshot, g, publisher, n);
        const parsed = campaign.parsePing({ zip: "78704", vehicle_year: 2021, ip_address: ipOf(n) });
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        return runPing(g, { ...facts, campaign, facts: parsed.fields, min_price: ZERO });
      }),
    ]).catch(() => null);
    this.stage.journal.write(
      n,
      `ping by ${publisher}: ${answer?.kind === "ping" ? `${answer.result} ${answer.price}` : "nothing"}`,
    );
    if (answer?.kind !== "ping") return null;
    this.witness.pingTold(n, answer);
    return answer.result === "accepted" ? answer.ping_id : null;
  }

  /** Sends until there is an answer that is one. */
  private async untilAnswered(post: () => Promise<PostAnswer | null>, most: number): Promise<void> {
    for (let tries = 0; tries < most; tries++) {
      const answer = await post();
      if (answer && (answer.kind === "post" || answer.status !== 503)) return;
      this.done.add(answer ? "sent_again_after_503" : "sent_again_after_silence");
      await this.stage.time.sleep(answer?.kind === "problem" ? (answer.retry_after_s ?? 2) * 1_000 : 1_000);
    }
    this.done.add("gave_up");
  }

  private async post(order: Order, ping_id: string | null, call: number, other: boolean): Promise<PostAnswer | null> {
    const { n, publisher, person } = order;
    const { g, lost } = this.invoke(n);
    const lead = { ...personOf(n, person), ...(other && { last_name: `Other${n}` }) };
    const work = g.snapshot().then((snapshot): Promise<PostAnswer> => {
      const { campaign, ...facts } = this.facts(snapshot, g, publisher, n);
      if (ping_id !== null) return runPost(g, { ...facts, ping_id, bid_ids: [], lead, consent: {} });
      const whole = { ...lead, zip: "78704", vehicle_year: 2021, ip_address: ipOf(n) };
      const parsed = campaign.parsePost(whole, {});
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
      const idempotency_key = `key-${n}`;
      return runLead(g, { ...facts, campaign, lead: parsed.fields, consent: {}, min_price: ZERO, idempotency_key });
    });
    // Who hangs up hears nothing; the gateway goes on.
    const silence = order.hangs_up && call === 0 ? this.stage.time.sleep(500).then(() => null) : lost;
    const answer = await Promise.race([silence, work]).catch((error: unknown) => {
      this.stage.journal.write(n, `post ${call} failed: ${String(error)}`);
      return null;
    });
    const text = answer
      ? answer.kind === "post"
        ? `${answer.result} ${answer.code ?? ""} ${answer.price}`
        : answer.code
      : "nothing";
    this.stage.journal.write(n, `post ${call} by ${publisher}${other ? " (other content)" : ""}: ${text}`);
    if (answer) this.witness.told(n, other ? -1 : call, answer);
    return answer;
  }

  /** An invocation, and what its caller sees when it dies or takes for ever: nothing. */
  private invoke(n: number): { g: Gateway; lost: Promise<null> } {
    const { g, invocation } = this.gateway.invoke(n);
    const lost = new Promise<null>((resolve) => {
      invocation.onDeath = () => resolve(null);
      this.stage.time.after(PATIENCE_MS, () => resolve(null));
    });
    return { g, lost };
  }

  private facts(snapshot: Snapshot, g: Gateway, publisher_id: string, n: number) {
    const campaign = snapshot.campaign("camp");
    const publisher = snapshot.publisher(publisher_id);
    if (!campaign || !publisher) throw new Error("the world is not set up");
    return { campaign, publisher, sub_ids: { sub_id1: `n${n}` }, test: false, began: g.deps.now() };
  }
}

/** Personal data unlike anybody's: what a leak would show. */
export const personOf = (n: number, person: number) => ({
  first_name: `Canary${n}`,
  last_name: `Person${n}`,
  phone: `+1512${2_000_000 + person}`,
  email: `canary.${n}@example.com`,
});
export const ipOf = (n: number): string => `198.51.${100 + (n >> 8)}.${n & 255}`;
