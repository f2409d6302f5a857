import type {
  CaptureCommand,
  CaptureReply,
  RefundCommand,
  RefundReply,
  ReserveCommand,
  ReserveReply,
} from "../../../schema/rpc/account.ts";
import { UNREACHED } from "../platform/objects.ts";
import { ZONES } from "../world/setup.ts";
import { bidOf, keyProof } from "./exclusive.ts";
import { type Files, type Hold, units } from "./files.ts";
import { HOUR_MS, SKEW_MS, windowOf } from "./windows.ts";

/** From a charge to the sale that it is for, where workers are lost in between. */
const SOLD_MS = 900_000;

/** An auction decides so long after it began, at most. */
const HURRY_MS = 10_000;

/** Own books of all reservations: caps, pacing and balances counted anew at every hold, prices at every charge. */
export class MoneyBooks {
  readonly holds = new Map<string, Hold>();

  constructor(private readonly files: Files) {}

  effect(buyer: string, method: string, args: unknown[], result: unknown): void {
    const now = this.files.now();
    if (method === "reserve") {
      const { lead_id } = args[0] as ReserveCommand;
      const tried = this.files.byLeadId(lead_id)?.tried;
      if (tried && !tried.has(buyer)) tried.set(buyer, now);
    }
    if (result === UNREACHED) {
      const hold = method === "release" ? this.holds.get(args[0] as string) : undefined;
      if (hold) hold.unreached = true;
      return;
    }
    if (method === "reserve") this.reserved(buyer, args[0] as ReserveCommand, result as ReserveReply, now);
    else if (method === "capture") this.captured(args[0] as CaptureCommand, result as CaptureReply);
    else if (method === "refund") this.refunded(args[0] as RefundCommand, result as RefundReply);
    else if (method === "release" && result === true) {
      const hold = this.holds.get(args[0] as string);
      // Of what was refunded nothing is charged any more: there is nothing to give back.
      if (hold && hold.state !== "refunded") this.released(hold, now);
    } else if (method === "doubt") {
      const hold = this.holds.get(args[0] as string);
      if (hold?.state === "held") hold.state = "in_doubt";
    }
  }

  /** Given back under a no that reached a worker: the account has that proof, also where the book could not be told. */
  private released(hold: Hold, now: number): void {
    const file = this.files.byLeadId(hold.lead_id);
    const told = file?.asked.findLast(({ deed }) => deed?.key === hold.id);
    if (told?.heard === true && !told.kept) Object.assign(told, { kept: true, kept_at: now });
    const open = hold.state === "held" || hold.state === "in_doubt";
    if (file && open && file.verdicts.length === 0 && keyProof(this.files, file, hold) === "unknown")
      this.files.broken(file.n, `${hold.id} is given back while it is unknown whether ${hold.buyer} has the lead`);
    Object.assign(hold, { state: "released", released_at: now });
  }

  /** All that was ever held of it before this time (epoch ms), whatever became of it: more its balance cannot have lacked. */
  everHeld(buyer: string, before: number): number {
    return this.sum(buyer, (hold) => (hold.at <= before + HURRY_MS ? hold.amount : 0));
  }

  /** Charged so far. */
  charged(buyer: string): number {
    return this.sum(buyer, (hold) => (hold.state === "captured" ? (hold.price ?? 0) : 0));
  }

  private reserved(buyer: string, command: ReserveCommand, reply: ReserveReply, now: number): void {
    const file = this.files.byLeadId(command.lead_id);
    if (reply.kind !== "held") return;
    const known = this.holds.get(command.reservation_id);
    if (known) {
      if (known.state === "captured" || known.state === "released")
        this.files.broken(file?.n ?? null, `${known.id} is held again although it was ${known.state}`);
      known.state = "held";
      return;
    }
    const hold: Hold = {
      id: command.reservation_id,
      lead_id: command.lead_id,
      buyer,
      contract: command.terms.contract.contract_id,
      source: command.source,
      amount: command.amount,
      price: null,
      state: "held",
      at: now,
      released_at: null,
      charged_at: null,
    };
    this.holds.set(hold.id, hold);
    file?.holds.set(hold.id, hold);
    this.checkAmount(hold);
    this.checkCaps(hold);
    this.checkPacing(hold);
    this.checkBalance(hold);
  }

  private captured({ reservation_id, price }: CaptureCommand, reply: CaptureReply): void {
    const hold = this.holds.get(reservation_id);
    const n = hold ? (this.files.byLeadId(hold.lead_id)?.n ?? null) : null;
    if (reply.kind === "contested") return;
    if (!hold) {
      this.files.broken(n, `${reservation_id} was charged without ever being held`);
      return;
    }
    if (hold.state === "released") this.files.broken(n, `${reservation_id} was charged after it had been given back`);
    if (reply.price > hold.amount)
      this.files.broken(n, `${reservation_id} was charged ${reply.price}, held ${hold.amount}`);
    if (hold.state === "refunded") return;
    if (hold.state === "captured" && hold.price !== reply.price)
      this.files.broken(n, `${reservation_id} was charged ${reply.price} after ${hold.price}`);
    if (hold.state !== "captured" && reply.price > price)
      this.files.broken(n, `${reservation_id} was charged ${reply.price}, asked ${price}`);
    hold.state = "captured";
    hold.price = reply.price;
    hold.charged_at ??= this.files.now();
  }

  /** Only a charge can be given back, whole, once, and because somebody said so. */
  private refunded({ reservation_id, author }: RefundCommand, reply: RefundReply): void {
    if (reply.kind !== "refunded") return;
    const hold = this.holds.get(reservation_id);
    const file = hold && this.files.byLeadId(hold.lead_id);
    const n = file?.n ?? null;
    if (hold?.state === "refunded") {
      if (!reply.repeated && reply.amount !== 0) this.files.broken(n, `${reservation_id} was refunded twice`);
      return;
    }
    if (hold?.state !== "captured") {
      this.files.broken(n, `${reservation_id} was refunded, and had never been charged`);
      return;
    }
    if (reply.amount !== hold.price)
      this.files.broken(n, `${reservation_id} was refunded ${reply.amount}, charged ${hold.price}`);
    const failed = file?.words.some(({ key, result }) => key === reservation_id && result !== "accepted");
    // The gateway itself gives back what it charged for a sale that could not be: the lead's end must say the same.
    const ordered = file?.returning.has(reservation_id) || author === "resolve" || author === "gateway";
    if (!failed && !ordered) this.files.broken(n, `${reservation_id} was refunded, and nobody had said that it failed`);
    if (author.startsWith("buyer:")) this.checkPolicy(hold, n);
    hold.state = "refunded";
  }

  /** At its buyer's own word only what its contract gives back, and as long as it does. */
  private checkPolicy({ id, contract, charged_at }: Hold, n: number | null): void {
    const { on_failure = "review", within_hours = 72 } = this.files.contract(contract).after_sale ?? {};
    if (on_failure !== "refund")
      this.files.broken(n, `${id}: refunded at its buyer's word, which its contract does not`);
    const age = this.files.now() - (charged_at ?? 0);
    if (age > within_hours * HOUR_MS + SOLD_MS)
      this.files.broken(n, `${id}: refunded ${Math.round(age / HOUR_MS)} h after its sale`);
  }

  /** What is held is what was bid, or what an operator named. */
  private checkAmount({ lead_id, buyer, amount, id }: Hold): void {
    const file = this.files.byLeadId(lead_id);
    if (!file) return;
    // The contract that was named may be at its cap, and another of the buyer's takes over.
    const named = file.orders.flatMap((order) =>
      this.files.isOf(buyer, order.contract?.contract_id) ? (order.contract?.price ?? []) : [],
    );
    const bid = bidOf(this.files, file, buyer);
    if (![bid === null ? null : units(bid), ...named].includes(amount))
      this.files.broken(file.n, `${id}: held are ${amount}, and ${buyer} bid ${bid}`);
  }

  private of(contract: string, where: (hold: Hold) => boolean): Hold[] {
    return [...this.holds.values()].filter((hold) => hold.contract === contract && counts(hold) && where(hold));
  }

  private checkCaps(hold: Hold): void {
    const contract = this.files.contract(hold.contract);
    const offset = (ZONES[contract.time_zone ?? "UTC"] ?? 0) * HOUR_MS;
    for (const cap of contract.caps ?? []) {
      if (cap.source !== undefined && cap.source !== "*" && cap.source !== hold.source) continue;
      const window = windowOf(cap.per, hold.at, offset);
      if (window === null) continue;
      const inside = this.of(
        hold.contract,
        (other) =>
          windowOf(cap.per, other.at, offset) === window && (cap.source === undefined || other.source === hold.source),
      );
      const money = inside.reduce((sum, other) => sum + (other.price ?? other.amount), 0);
      const n = this.files.byLeadId(hold.lead_id)?.n ?? null;
      if (cap.count !== undefined && inside.length > cap.count)
        this.files.broken(n, `${hold.contract}: ${inside.length} leads under a cap of ${cap.count} per ${cap.per}`);
      if (cap.money !== undefined && money > units(Number(cap.money)))
        this.files.broken(n, `${hold.contract}: ${money} under a cap of ${units(Number(cap.money))} per ${cap.per}`);
    }
  }

  private checkPacing(hold: Hold): void {
    const { pacing } = this.files.contract(hold.contract);
    if (!pacing) return;
    const n = this.files.byLeadId(hold.lead_id)?.n ?? null;
    const since = (ms: number) => this.of(hold.contract, (other) => other.at > hold.at - ms + 2 * SKEW_MS).length;
    const interval = (pacing.min_interval_s ?? 0) * 1_000;
    if (interval > 0 && since(interval) > 1)
      this.files.broken(n, `${hold.contract}: two leads within ${pacing.min_interval_s} s`);
    if (pacing.count !== undefined && since((pacing.minutes ?? 0) * 60_000) > pacing.count)
      this.files.broken(n, `${hold.contract}: more than ${pacing.count} leads within ${pacing.minutes} min`);
  }

  private checkBalance(hold: Hold): void {
    const { credit_limit, deposit } = this.files.buyer(hold.buyer);
    if (credit_limit === null) return;
    const spent = this.sum(hold.buyer, (other) => (counts(other) ? (other.price ?? other.amount) : 0));
    const room = units(deposit) + units(credit_limit);
    const n = this.files.byLeadId(hold.lead_id)?.n ?? null;
    if (spent > room) this.files.broken(n, `${hold.buyer} has ${spent} held or charged, and only ${room} to spend`);
  }

  private sum(buyer: string, of: (hold: Hold) => number): number {
    let sum = 0;
    for (const hold of this.holds.values()) if (hold.buyer === buyer) sum += of(hold);
    return sum;
  }
}

/** Takes a place and money. What was given back after the sale does so no more. */
const counts = ({ state }: Hold): boolean => state !== "released" && state !== "refunded";
