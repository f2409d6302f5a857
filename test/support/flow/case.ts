import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { ReservationState } from "../../../schema/lists.ts";
import type { AccountView } from "../../../schema/rpc/account.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { readId } from "../../../worker/crypto/ids.ts";
import type { PostAnswer } from "../../../worker/flows/answers.ts";
import { runPost } from "../../../worker/flows/post.ts";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { TEST_BINDINGS } from "../settings.ts";
import type { Posted } from "./buyers.ts";
import { CONDUCTS, type ConductName } from "./buyers.ts";
import { accountOf, type Policy, type PublisherName, type Scene } from "./scene.ts";
import { type Fate, type FlowWorker, STALL_MS } from "./worker.ts";

export interface Case {
  policy: Policy;
  publisher: PublisherName;
  conduct: ConductName;
  /** What happens to the first worker; absent = nothing. */
  fate?: Fate;
  /** ... and to those that take over, in turn. */
  later?: Fate[];
}

/** Everything that an auditor wants to see of a lead that has come to rest. */
export interface Account {
  before: AccountView;
  after: AccountView;
  /** The states of this lead's reservations. */
  states: ReservationState[];
}
export interface Observed {
  case: Case;
  phone: string;
  story: LeadStory;
  /** What the publisher was answered, in the order of its getting it. */
  told: PostAnswer[];
  posts: Posted[];
  /** Posts that began although the publisher had been told "rejected". */
  forbidden: Posted[];
  keeps: { a: boolean; b: boolean };
  accounts: { a: Account; b: Account };
  /** Crash points of the first worker. */
  points: string[];
}

const MOST_WAKES = 12;

export const bookOf = (lead_id: string) => {
  const id = readId(TEST_BINDINGS.HASH_SECRET, lead_id, "l");
  if (!id) throw new Error("not a lead's id");
  return env.BOOK.get(env.BOOK.idFromName(id.shard));
};

/** One post under a case's conditions, from the ping to the lead's rest; the same post is sent again on the way and at the end. */
export async function play(scene: Scene, c: Case): Promise<Observed> {
  return new Play(scene, c).run();
}

class Play {
  private lead_id: string | null = null;
  private toldNo = false;
  private readonly told: PostAnswer[] = [];
  private readonly forbidden: Posted[] = [];
  private readonly phone: string;
  private ping_id = "";

  constructor(
    private readonly scene: Scene,
    private readonly c: Case,
  ) {
    this.phone = scene.person();
  }

  async run(): Promise<Observed> {
    const { scene, c, phone } = this;
    const [a, b] = [`${c.policy}_a`, `${c.policy}_b`];
    scene.buyers.set(a, CONDUCTS[c.conduct]);
    scene.buyers.set(b, CONDUCTS.accepts);
    scene.buyers.onPost = (posted) => this.toldNo && this.forbidden.push(posted);
    const before = await Promise.all([accountOf(a).view(), accountOf(b).view()]);
    this.ping_id = await scene.ping(c.publisher, c.policy);
    const first = this.worker(c.fate);
    await this.post(first);
    if (!this.lead_id) await this.post(this.worker());
    await this.wakeToRest(first);
    await this.post(this.worker());
    await this.post(this.worker());
    // A hold that nobody settles becomes a doubt by the account's own alarm.
    for (const buyer of [a, b]) {
      if ((await this.states(buyer)).includes("held")) await runDurableObjectAlarm(accountOf(buyer));
    }
    const after = await Promise.all([accountOf(a).view(), accountOf(b).view()]);
    const story = await this.story();
    if (!story) throw new Error("the lead is lost");
    return {
      case: c,
      phone,
      story,
      told: this.told,
      posts: scene.buyers.posts.filter((post) => post.phone === phone),
      forbidden: this.forbidden,
      keeps: { a: scene.buyers.keeps(a, phone), b: scene.buyers.keeps(b, phone) },
      accounts: {
        a: { before: before[0], after: after[0], states: await this.states(a) },
        b: { before: before[1], after: after[1], states: await this.states(b) },
      },
      points: first.points,
    };
  }

  private async post(worker: FlowWorker): Promise<void> {
    const input = await this.scene.post(this.c.publisher, this.ping_id, this.phone);
    await worker.run(async (g) => {
      const answer = await runPost(g, input);
      this.told.push(answer);
      return answer;
    });
    await worker.settled();
  }

  /** Past every lease, again and again, until nobody need work on the lead. The first worker comes back after the first take-over. */
  private async wakeToRest(first: FlowWorker): Promise<void> {
    const fates = [...(this.c.later ?? [])];
    const lost: FlowWorker[] = [first];
    for (let n = 0; n < MOST_WAKES; n++) {
      const { lead_id } = this;
      if (!lead_id) throw new Error("nobody ever claimed the lead");
      this.scene.clock.jump(STALL_MS);
      const worker = this.worker(fates.shift());
      await worker.run((g) => wakeLead(g, lead_id));
      await worker.settled();
      for (const other of lost.splice(0)) {
        other.resume();
        await other.settled();
      }
      lost.push(worker);
      if (n === 0) await this.post(this.worker());
      const state = (await this.story())?.lead.state;
      if (state !== "open" && fates.length === 0) break;
    }
    for (const other of lost) {
      other.resume();
      await other.settled();
    }
  }

  private async story(): Promise<LeadStory | null> {
    return this.lead_id ? ((await bookOf(this.lead_id).story(this.lead_id)) as LeadStory | null) : null;
  }

  private states(buyer: string): Promise<ReservationState[]> {
    return runInDurableObject(accountOf(buyer), (_, { storage }) =>
      storage.sql
        .exec<{ state: ReservationState }>("SELECT state FROM reservations WHERE lead_id = ?", this.lead_id)
        .toArray()
        .map(({ state }) => state),
    );
  }

  private worker(fate?: Fate): FlowWorker {
    return this.scene.worker(fate, (object, method, result) => this.saw(object, method, result));
  }

  private saw(object: string, method: string, result: unknown): void {
    if (object !== "book" || typeof result !== "object" || result === null) return;
    if (method === "claim" && "lead" in result) this.lead_id ??= (result as { lead: { lead_id: string } }).lead.lead_id;
    if (method === "freeze" && "result" in result && result.result === "rejected") this.toldNo = true;
  }
}
