import { money } from "../../../schema/money.ts";
import type { LeadLine } from "../../../schema/rpc/book.ts";
import type { JobStep } from "../../../schema/rpc/keeper.ts";
import { returnSale } from "../../../worker/flows/after-sale.ts";
import type { Alert } from "../../../worker/flows/buyer-report.ts";
import { repairStep } from "../../../worker/flows/jobs/repair.ts";
import { pageLines } from "../../../worker/flows/lines.ts";
import { type ReplayOrder, replayOne } from "../../../worker/flows/replay.ts";
import { resolveLead, type Verdict } from "../../../worker/flows/resolve.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import type { Witness } from "../auditor/witness.ts";
import type { Tally } from "../core/journal.ts";
import type { SimGateway } from "../platform/gateway.ts";
import type { Stage } from "../platform/stage.ts";
import type { BuyerSetUp } from "./setup.ts";

const PATIENCE_MS = 60_000;
const AUTHOR = "operator";
const SET_UP = ["bad_key", "gone", "bad_request"];

/** People: they repair endpoints, set resting leads to work again or end them, and take sales back. Not always wisely. */
export class Operators {
  constructor(
    private readonly stage: Stage,
    private readonly gateway: SimGateway,
    private readonly witness: Witness,
    private readonly buyers: readonly BuyerSetUp[],
    private readonly done: Tally,
    /** What a call at the lead's doubtful buyers brings about: they report. */
    private readonly call: (n: number) => void,
  ) {}

  /** Each wrong set-up ends with a repair; now and then somebody believes too early that it is mended. */
  repairs(): void {
    const { time, dice } = this.stage;
    for (const buyer of this.buyers)
      for (const { from, to, what } of buyer.mood.bad_times) {
        if (!SET_UP.includes(what)) continue;
        if (dice.chance(0.3)) time.after(dice.between(from, to), () => void this.repair(buyer));
        time.after(to + dice.between(1_000, 60_000), () => void this.repair(buyer));
      }
  }

  /** Some buyers change to another system while leads are on their way: their contracts' posts go to another address from then on. */
  moves(): void {
    const { time, dice } = this.stage;
    for (const buyer of this.buyers)
      if (dice.chance(0.15)) time.after(dice.between(5_000, 600_000), () => void this.move(buyer));
  }

  private move({ endpoint, contract }: BuyerSetUp): void {
    const { d1 } = this.gateway;
    const id = `${endpoint.id}_2`;
    const dialect = JSON.parse(JSON.stringify(endpoint.dialect).replaceAll(".example/", ".example/2/")) as object;
    this.done.add("moved");
    d1.change("endpoint", { ...endpoint, id, dialect } as { id: string });
    d1.change("contract", { ...contract, endpoint_id: id } as { id: string });
  }

  repairAll(): void {
    for (const buyer of this.buyers) void this.repair(buyer);
  }

  /** Looks after what rests, from now to `until` (epoch ms), at times of their own. */
  async work(until: number): Promise<void> {
    const { time, dice } = this.stage;
    while (time.now() < until) {
      await time.sleep(dice.between(20_000, 900_000));
      await this.visit();
    }
  }

  /** A sold lead has failed, and its contract leaves it to a person. */
  async afterSale(alert: Alert, n: number, key: string): Promise<void> {
    const { time, dice } = this.stage;
    if (alert.kind !== "after_sale" || dice.chance(0.3)) return;
    await time.sleep(dice.between(1_000, 3_600_000));
    this.done.add("return_by_hand");
    this.witness.returning(n, key);
    const order = {
      reservation_id: key,
      reason: "its buyer cannot use it",
      author: AUTHOR,
      re_auction: dice.chance(0.5),
    };
    for (let tries = 0; tries < 10; tries++) {
      const returned = await this.at(n, (g) => returnSale(g, order));
      this.stage.journal.write(n, `operator returns ${key}: ${JSON.stringify(returned)}`);
      if (returned && dice.chance(0.8)) return;
      await time.sleep(20_000);
    }
  }

  private async repair({ id, endpoint, overflow }: BuyerSetUp): Promise<void> {
    this.done.add("repair");
    for (const of of [endpoint, { id: `${endpoint.id}_2` }, overflow?.endpoint]) {
      if (!of) continue;
      this.witness.repaired(id);
      let cursor: string | null = null;
      // A job's step that broke is made again, from the same cursor.
      for (let tries = 0; tries < 200; tries++) {
        const from: string | null = cursor;
        const job = { params: { endpoint_id: of.id } } as unknown as Parameters<typeof repairStep>[1];
        const step: JobStep | null = await this.at(null, (g) => repairStep({ g, db: null as never }, job, from));
        if (step?.done) this.done.add("resumed_by_repair", step.done);
        if (step && step.cursor === null) break;
        cursor = step ? step.cursor : from;
        await this.stage.time.sleep(step?.in_ms ?? 5_000);
      }
      this.witness.repaired(id);
    }
  }

  private async visit(): Promise<void> {
    const { dice } = this.stage;
    const page = await this.at(null, (g) => pageLines(g, { what: "resting" }, null, 50));
    const orders = (page?.lines ?? []).filter(() => dice.chance(0.4)).map((line) => this.act(line));
    await Promise.all(orders);
  }

  private async act(line: LeadLine): Promise<void> {
    const { dice, time } = this.stage;
    const n = this.witness.numberOf(line.lead_id);
    if (n === null) return;
    // Somebody else is at the same lead in the same moment: its buyer, the queue, a colleague.
    if (dice.chance(0.2)) {
      this.done.add("report_beside_operator");
      time.after(dice.between(0, 60), () => this.call(n));
    }
    if (dice.chance(0.2)) {
      this.done.add("queue_beside_operator");
      void this.at(n, (g) => g.enqueue({ v: 1, kind: "lead", lead_id: line.lead_id }, 0));
    }
    const orders = [this.order(n, line)];
    if (dice.chance(0.1)) orders.push(this.order(n, line));
    await Promise.all(orders);
  }

  private async order(n: number, line: LeadLine): Promise<void> {
    const { dice, journal } = this.stage;
    const what = dice.weighted({
      same: 4,
      others: 2,
      others_risk: 2,
      contract: 2,
      contract_risk: 2,
      unsold: 2,
      sold: 3,
    });
    this.done.add(`operator_${what}`);
    const result =
      what === "unsold" || what === "sold"
        ? await this.close(n, line, what)
        : await this.at(n, (g) => replayOne(g, line.lead_id, this.replay(what)));
    journal.write(n, `operator ${what}: ${JSON.stringify(result)}`);
  }

  private replay(what: "same" | "others" | "others_risk" | "contract" | "contract_risk"): ReplayOrder {
    const { dice } = this.stage;
    const order = { accept_risk: what.endsWith("_risk"), reason: "looked at", author: AUTHOR };
    if (what === "same") return { ...order, to: "same" };
    if (what.startsWith("others")) return { ...order, to: "others" };
    const { contract, overflow } = dice.pick(this.buyers);
    const contract_id = overflow && dice.chance(0.3) ? overflow.contract.id : contract.id;
    const price = dice.chance(0.4) ? money(dice.whole(1, 30) * 10_000) : undefined;
    return { ...order, to: { contract_id, price } };
  }

  private close(n: number, line: LeadLine, as: "sold" | "unsold"): Promise<unknown> {
    const { dice } = this.stage;
    const contract_id =
      line.in_doubt.length > 0 ? dice.pick(line.in_doubt).contract_id : dice.pick(this.buyers).contract.id;
    const verdict: Verdict = as === "unsold" ? { as } : { as, contract_id };
    this.witness.verdict(n, as === "unsold" ? null : contract_id);
    return this.at(n, (g) => resolveLead(g, line.lead_id, verdict));
  }

  /** null: the invocation died, broke or took for ever. */
  private at<T>(n: number | null, work: (g: Gateway) => Promise<T>): Promise<T | null> {
    const { g, invocation } = this.gateway.invoke(n);
    const lost = new Promise<null>((resolve) => {
      invocation.onDeath = () => resolve(null);
      this.stage.time.after(PATIENCE_MS, () => resolve(null));
    });
    return Promise.race([lost, work(g).catch(() => null)]);
  }
}
