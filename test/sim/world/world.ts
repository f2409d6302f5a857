import type { AccountView } from "../../../schema/rpc/account.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { readId } from "../../../worker/crypto/ids.ts";
import { Auditor } from "../auditor/auditor.ts";
import type { End } from "../auditor/ends.ts";
import { Files, units } from "../auditor/files.ts";
import { Dice, worldSeed } from "../core/dice.ts";
import { Journal, Tally } from "../core/journal.ts";
import { SimTime } from "../core/time.ts";
import { SimGateway } from "../platform/gateway.ts";
import { SimNetwork } from "../platform/network.ts";
import { CALM, type Stage } from "../platform/stage.ts";
import { SimBuyer } from "./buyer.ts";
import { type Kind, kindOf, setUpFor, weatherFor } from "./kinds.ts";
import { Operators } from "./operators.ts";
import { Orders } from "./orders.ts";
import { Publishers } from "./publishers.ts";
import { Reports } from "./reports.ts";
import { setUp, type WorldSetUp } from "./setup.ts";

export interface Violation {
  seed: number;
  world: number;
  n: number | null;
  at: number;
  sentence: string;
  story: string[];
}
export interface WorldResult {
  leads: number;
  ends: Tally;
  faults: Tally;
  conducts: Tally;
  publishers: Tally;
  /** What buyers reported and operators did. */
  aftermath: Tally;
  hash: string;
  violations: Violation[];
  /** Leads whose review nothing injected explains. */
  avoidable: { world: number; n: number }[];
}

/** Ms after the last lead until everything heals; and from then on, past the longest doubt. */
const ROUGH_MS = 900_000;
/** ... and how long operators go on. */
const WORK_MS = 3_600_000;
const DRAIN_MS = 5.5 * 86_400_000;
const MOST_VIOLATIONS = 5;

/** A few hundred leads with their publishers, buyers and a weather of their own. Everything follows from (seed, world). */
export class World {
  private readonly dice: Dice;
  private readonly time = new SimTime();
  private readonly stage: Stage;
  private readonly conducts = new Tally();
  private readonly sent = new Tally();
  private readonly later = new Tally();
  private readonly setUp: WorldSetUp;
  private readonly network: SimNetwork;
  private readonly gateway: SimGateway;
  private readonly auditor: Auditor;
  private readonly violations: Violation[] = [];

  constructor(
    private readonly seed: number,
    private readonly world: number,
    private readonly leads: number,
    print: ((line: string) => void) | null,
    private readonly kind: Kind = kindOf(world),
  ) {
    const dice = new Dice(worldSeed(seed, world));
    this.dice = dice;
    const journal = new Journal(() => Math.round(this.time.now()), print);
    const { weather, steady } = weatherFor(kind, dice);
    this.stage = {
      time: this.time,
      dice,
      journal,
      faults: new Tally(),
      weather,
      disturbed: (n) => this.auditor.disturbed(n),
    };
    this.setUp = setUpFor(kind, dice, setUp(dice));
    const began = this.time.now();
    const buyers = new Map(
      this.setUp.buyers.map(({ id, mood, endpoint }) => [
        id,
        new SimBuyer(
          id,
          mood,
          endpoint.idempotent ?? false,
          endpoint.post_timeout_ms ?? 10_000,
          dice,
          this.conducts,
          () => this.time.now() - began,
        ),
      ]),
    );
    const broken = (n: number | null, sentence: string) => this.broken(n, sentence);
    this.auditor = new Auditor(new Files(this.setUp, buyers, () => this.time.now(), broken), steady);
    this.network = new SimNetwork(this.stage, buyers, this.auditor);
    this.gateway = new SimGateway(this.stage, this.network, this.auditor);
  }

  async run(): Promise<WorldResult> {
    this.configure();
    const publishers = new Publishers(this.stage, this.gateway, this.auditor, this.sent);
    const orders = new Orders(this.dice, this.kind);
    const pace = this.dice.pick([200, 2_000, 20_000]);
    let at = 1_000;
    for (let n = 0; n < this.leads; n++) {
      const order = orders.next(n);
      this.auditor.files.open(order);
      this.time.after(at, () => void publishers.send(order));
      at += -Math.log(1 - this.dice.random()) * pace;
    }
    const last = this.time.now() + at;
    const operators = this.people(last);
    await this.time.run(last + ROUGH_MS);
    this.stage.weather = CALM;
    // Whatever waits for an endpoint that works by now.
    operators.repairAll();
    await this.time.run(last + DRAIN_MS);
    const closed = this.auditor.close(
      (lead_id) => this.story(lead_id),
      (buyer) => this.gateway.object(`account:${buyer}`).peek("view") as AccountView,
    );
    this.gateway.close();
    return this.result(closed);
  }

  private result(closed: readonly End[]): WorldResult {
    const { faults, journal } = this.stage;
    const { conducts, sent, later, violations, leads } = this;
    const ends = new Tally();
    const avoidable = closed.flatMap((end, n) => (end.avoidable ? [{ world: this.world, n }] : []));
    for (const { n } of avoidable) journal.write(n, "AVOIDABLE review");
    for (const { state, reviewed, marks } of closed) {
      for (const mark of marks) later.add(mark);
      ends.add(state);
      if (reviewed) later.add("ever_in_review");
    }
    return {
      leads,
      ends,
      faults,
      conducts,
      publishers: sent,
      aftermath: later,
      hash: journal.hash(),
      violations,
      avoidable,
    };
  }

  /** Those who come after the sale: buyers with their late words, and operators, in some worlds busy ones. */
  private people(last: number): Operators {
    const { stage, gateway, auditor, later, dice } = this;
    const busy = dice.chance(0.4);
    const reports = new Reports(stage, gateway, auditor, later, (alert, n, key) => {
      if (busy) void operators.afterSale(alert, n, key);
    });
    const operators = new Operators(stage, gateway, auditor, this.setUp.buyers, later, (n) => reports.now(n));
    this.network.posted = (buyer, deed) => reports.after(buyer, deed);
    operators.repairs();
    operators.moves();
    if (busy) void operators.work(last + WORK_MS);
    return operators;
  }

  private configure(): void {
    const { d1 } = this.gateway;
    const { campaign, publishers, buyers } = this.setUp;
    d1.change("campaign", campaign);
    for (const publisher of publishers) d1.change("publisher", publisher);
    for (const { id, credit_limit, deposit, endpoint, contract, overflow } of buyers) {
      d1.change("buyer", { id, name: id, credit_limit } as { id: string });
      d1.change("endpoint", endpoint);
      d1.change("contract", contract);
      if (overflow) {
        d1.change("endpoint", overflow.endpoint);
        d1.change("contract", overflow.contract);
      }
      if (deposit === 0) continue;
      const entry = { id: "first", kind: "deposit", amount: units(deposit), reason: "paid in", author: "operator" };
      this.gateway.object(`account:${id}`).peek("entry", id, entry);
    }
  }

  private story(lead_id: string): LeadStory | null {
    const id = readId(this.gateway.settings.HASH_SECRET, lead_id, "l");
    if (!id) return null;
    return this.gateway.object(`book:${id.shard}`).peek("storyNow", lead_id) as LeadStory | null;
  }

  private broken(n: number | null, sentence: string): void {
    this.stage.journal.write(n, `BROKEN: ${sentence}`);
    if (this.violations.length >= MOST_VIOLATIONS) return;
    const { seed, world } = this;
    const story = n === null ? [] : this.stage.journal.of(n);
    this.violations.push({ seed, world, n, at: this.time.now(), sentence, story });
  }
}
