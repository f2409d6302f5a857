import type { DeliveryReport } from "../../../schema/api/buyer.ts";
import { type Alert, type Reported, reportDelivery } from "../../../worker/flows/buyer-report.ts";
import type { Witness } from "../auditor/witness.ts";
import type { Tally } from "../core/journal.ts";
import type { SimGateway } from "../platform/gateway.ts";
import type { Stage } from "../platform/stage.ts";
import type { SimBuyer } from "./buyer.ts";
import type { Mood } from "./moods.ts";
import type { Deed } from "./replies.ts";

/** Answers after which nobody can know what became of the post, unless the buyer says it. */
const UNCLEAR =
  /^(stores_|drops|hangs|rejects_late|half_answer|unreadable|by_hand|error_500|shaky|bad_time|status_shaky)/;
const TAKEN = /^(accepts|knows_it|stores_)/;
/** Ms after which a buyer believes that its call is lost, how often it calls for one word, and when again. */
const PATIENCE_MS = 30_000;
const MOST_CALLS = 12;
const AGAIN_MS = 60_000;

/** What buyers say of leads by their own calls, seconds to days after the post: late proof, the same twice, the contrary, a failed sale. */
export class Reports {
  private readonly spoken = new Set<string>();
  /** Posts that were answered unclearly, by lead: whom an operator may call. */
  private readonly unclear = new Map<number, { buyer: SimBuyer; deed: Deed }[]>();

  constructor(
    private readonly stage: Stage,
    private readonly gateway: SimGateway,
    private readonly witness: Witness,
    private readonly done: Tally,
    private readonly noticed: (alert: Alert, n: number, key: string) => void,
  ) {}

  /** A buyer got a post. */
  after(buyer: SimBuyer, deed: Deed): void {
    const { dice, time } = this.stage;
    const { mood } = buyer;
    if (UNCLEAR.test(deed.conduct)) {
      this.unclear.set(deed.n, [...(this.unclear.get(deed.n) ?? []), { buyer, deed }]);
      if (dice.chance(mood.late_word)) time.after(this.someTime(buyer.mood), () => void this.lateWord(buyer, deed));
    }
    if (TAKEN.test(deed.conduct) && dice.chance(mood.fails))
      time.after(this.someTime(buyer.mood), () => void this.fails(buyer, deed));
  }

  /** Whoever may have this lead says now what became of it. */
  now(n: number): void {
    for (const { buyer, deed } of this.unclear.get(n) ?? []) void this.lateWord(buyer, deed);
  }

  private async lateWord(buyer: SimBuyer, deed: Deed): Promise<void> {
    const { n, key, conduct } = deed;
    const { dice, time } = this.stage;
    if (this.spoken.has(key)) return;
    this.spoken.add(key);
    const word = buyer.word(n, key, conduct === "by_hand");
    this.done.add(`report_${word}`);
    const said: DeliveryReport = { result: word };
    await this.say(buyer, deed, said);
    if (dice.chance(buyer.mood.says_twice)) {
      await time.sleep(this.someTime(buyer.mood));
      this.done.add("report_twice");
      await this.say(buyer, deed, said);
    }
    if (!dice.chance(buyer.mood.contradicts)) return;
    await time.sleep(this.someTime(buyer.mood));
    this.done.add("report_contradicts");
    if (word === "accepted") {
      buyer.fail(n);
      await this.say(buyer, deed, { result: dice.pick(["rejected", "failed"]) });
    } else {
      buyer.takeAfterAll(n);
      await this.say(buyer, deed, { result: "accepted" });
    }
  }

  private async fails(buyer: SimBuyer, deed: Deed): Promise<void> {
    if (!buyer.keeps.has(deed.n)) return;
    this.done.add("report_failed");
    buyer.fail(deed.n);
    const said: DeliveryReport = { result: "failed", reason: "wrong number" };
    await this.say(buyer, deed, said);
    if (!this.stage.dice.chance(buyer.mood.says_twice)) return;
    await this.stage.time.sleep(this.someTime(buyer.mood));
    this.done.add("failed_twice");
    await this.say(buyer, deed, said);
  }

  /** Calls until it is answered; a "no" beside a yes which is being booked, or beside a request on its way, is said again once that has ended. */
  private async say(buyer: SimBuyer, { n, key }: Deed, report: DeliveryReport): Promise<void> {
    this.witness.said(n, { buyer: buyer.id, key, result: report.result });
    for (let calls = 0; calls < MOST_CALLS; calls++) {
      const reply = await this.call(buyer, n, key, report);
      this.stage.journal.write(n, `${buyer.id} says ${report.result} of ${key}: ${reply?.kind ?? "nothing"}`);
      if (reply) this.witness.toldBuyer(n, key, reply);
      const again = reply?.kind === "under_way" || (reply?.kind === "contradicts" && report.result !== "accepted");
      if (reply && !again) return;
      await this.stage.time.sleep(AGAIN_MS);
    }
    this.done.add("report_gave_up");
  }

  private call(buyer: SimBuyer, n: number, key: string, report: DeliveryReport): Promise<Reported | null> {
    const { g, invocation } = this.gateway.invoke(n);
    const lost = new Promise<null>((resolve) => {
      invocation.onDeath = () => resolve(null);
      this.stage.time.after(PATIENCE_MS, () => resolve(null));
    });
    const alert = async (alert: Alert) => {
      this.witness.alerted(n, alert.kind);
      this.noticed(alert, n, key);
    };
    // By its own key, or by the callback's address.
    const buyer_id = this.stage.dice.chance(0.5) ? buyer.id : undefined;
    const work = reportDelivery(g, { reservation_id: key, buyer_id, report }, alert).catch(() => null);
    return Promise.race([lost, work]);
  }

  private someTime({ soon }: Mood): number {
    const { dice } = this.stage;
    if (soon > 0 && dice.chance(soon)) return dice.between(500, 60_000);
    return dice.pick([dice.between(500, 20_000), dice.between(20_000, 1_800_000), dice.between(3_600_000, 50_000_000)]);
  }
}
