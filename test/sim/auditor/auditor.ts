import type { NumberedEvent } from "../../../schema/events.ts";
import type { AccountView, ReserveCommand, ReserveReply } from "../../../schema/rpc/account.ts";
import type {
  AttemptRecord,
  EvidenceReply,
  LeadOutcome,
  LeadStory,
  ReopenCommand,
  ReopenReply,
} from "../../../schema/rpc/book.ts";
import type { PingAnswer, PostAnswer } from "../../../worker/flows/answers.ts";
import type { Reported } from "../../../worker/flows/buyer-report.ts";
import { UNREACHED } from "../platform/objects.ts";
import { checkAccount, checkConsumers } from "./accounts.ts";
import { checkTold } from "./answers.ts";
import { Breakers } from "./breakers.ts";
import { checkDeals } from "./deals.ts";
import { checkEnd, type End } from "./ends.ts";
import { checkPost } from "./exclusive.ts";
import type { Files, LeadFile } from "./files.ts";
import { answerOf } from "./kept.ts";
import { checkLeaks, checkWritten } from "./leaks.ts";
import { Ledger } from "./ledger.ts";
import { checkAges, checkStuck } from "./limits.ts";
import { MoneyBooks } from "./money.ts";
import { Owners } from "./owners.ts";
import { Places } from "./places.ts";
import { checkPrivacy } from "./privacy.ts";
import { Progress } from "./progress.ts";
import { checkPromises } from "./promises.ts";
import { Rankings } from "./rankings.ts";
import { checkSaid, reportOf } from "./reports.ts";
import { checkSystem } from "./systems.ts";
import { Waits } from "./waits.ts";
import type { Asked, Witness, Word } from "./witness.ts";

/**
 * Holds the gateway to its guarantees (DESIGN, "Guarantees"), with books of its own. It knows the configuration, what publishers sent
 * and were told, what buyers were sent and keep, calls of the accounts with their replies, the ledger's rows and the public views:
 * none of the gateway's own rules. What can be checked at an event is checked there, the rest at the end of the world.
 */
export class Auditor implements Witness {
  readonly books: MoneyBooks;
  readonly ledger: Ledger;
  private readonly rankings: Rankings;
  private readonly breakers: Breakers;
  private readonly places: Places;
  private readonly owners: Owners;
  private readonly progress: Progress;
  private readonly waits: Waits;

  /** `steady`: objects, alarms, the queue and D1 do not fail in this world. */
  constructor(
    readonly files: Files,
    private readonly steady: boolean,
  ) {
    this.books = new MoneyBooks(files);
    this.ledger = new Ledger(files);
    this.rankings = new Rankings(files, this.books);
    this.breakers = new Breakers(files);
    this.places = new Places(files, this.books.holds);
    this.owners = new Owners(files);
    this.progress = new Progress(files);
    this.waits = new Waits(files, steady);
  }

  pingTold(n: number, answer: PingAnswer): void {
    if (answer.kind !== "ping") return;
    const file = this.files.of(n);
    file.ping = answer;
    file.promise = answer.result === "accepted" ? answer.price : null;
  }

  told(n: number, call: number, answer: PostAnswer): void {
    const file = this.files.of(n);
    // A repeat with another content is another matter: only the content that came first has an outcome.
    if (call < 0 && answer.kind === "problem") return;
    file.told.push({ call, answer, at: this.files.now() });
    if (answer.kind === "post") this.files.name(n, answer.lead_id);
    checkTold(this.files, file, answer);
  }

  asked(request: Asked): void {
    if (request.deed) {
      const [lead_id = ""] = request.deed.key.split("_");
      // Asked about a key that never came to it, a buyer cannot say whose lead it is.
      if (request.n < 0) request.n = this.files.byLeadId(lead_id)?.n ?? request.n;
      this.files.name(request.n, lead_id);
    }
    checkPrivacy(this.files, request);
    this.rankings.asked(request);
    this.breakers.asked(request);
    this.waits.asked(request);
    if (request.kind === "ping" || request.kind === "probe") return;
    checkSystem(this.files, request);
    if (request.kind === "post") checkPost(this.files, request);
    this.files.of(request.n).asked.push(request);
  }

  heard(): void {}

  effect(object: string, method: string, args: unknown[], result: unknown): void {
    const [kind, id = ""] = object.split(":");
    if (kind === "account") this.books.effect(id, method, args, result);
    if (kind === "account" && method === "reserve")
      this.reserved(id, args[0] as ReserveCommand, result as ReserveReply | typeof UNREACHED);
    if (kind === "book" && method === "evidence" && isKept(result)) this.kept(args[1] as AttemptRecord);
    if (kind === "book" && method === "freeze" && result !== UNREACHED)
      this.frozen(String(args[0]), result as LeadOutcome);
    if (kind === "book" && method === "reopen" && isReopened(result)) this.reopened(args[0] as ReopenCommand);
    if (kind === "book" && method === "claim" && isYours(result))
      this.files.name(numberOf(result), result.lead.lead_id);
  }

  private reserved(buyer: string, command: ReserveCommand, reply: ReserveReply | typeof UNREACHED): void {
    this.waits.reserved(buyer, command, reply);
    if (reply === UNREACHED) return;
    this.places.reserved(command, reply);
    const file = this.files.byLeadId(command.lead_id);
    if (file && reply.kind === "held") this.owners.held(file);
  }

  /** An answer that a worker heard is stored now. */
  private kept(record: AttemptRecord): void {
    const { reservation_id, kind = "post" } = record;
    const [lead_id = ""] = reservation_id.split("_");
    if (kind === "report") {
      const file = this.files.byLeadId(lead_id);
      if (file) checkSaid(this.files, file, record);
      file?.asked.push(reportOf(file.n, record, this.files.now()));
      return;
    }
    const told = answerOf(this.files.byLeadId(lead_id)?.asked ?? [], record);
    if (told) Object.assign(told, { kept: true, kept_at: this.files.now() });
  }

  stored(_object: string, events: NumberedEvent[]): void {
    checkLeaks(this.files, events);
    this.ledger.store(events);
  }

  wrote(where: string, text: string): void {
    checkWritten(this.files, where, text);
  }

  disturbed(n: number): void {
    this.files.of(n).disturbed++;
    this.progress.disturbed(n);
  }

  said(n: number, word: Word): void {
    this.files.of(n).words.push({ ...word, at: this.files.now() });
  }

  toldBuyer(n: number, key: string, reply: Reported): void {
    if (reply.kind === "not_found")
      this.files.broken(n, `a buyer reported on ${key}, which was posted to it, and nobody knows it`);
  }

  alerted(n: number, kind: string): void {
    this.files.of(n).alerts.add(kind);
  }

  returning(n: number, key: string): void {
    this.files.of(n).returning.add(key);
  }

  verdict(n: number, contract_id: string | null): void {
    this.files.of(n).verdicts.push(contract_id);
  }

  repaired(buyer: string): void {
    this.files.repairs.set(buyer, this.files.now());
  }

  private frozen(lead_id: string, { result }: LeadOutcome): void {
    if (result === "accepted") Object.assign(this.files.byLeadId(lead_id) ?? {}, { paid: true });
  }

  private reopened({ lead_id, to, accept_risk }: ReopenCommand): void {
    const contract = to.kind === "contract" ? { contract_id: to.bid.contract_id, price: to.bid.price } : null;
    const file = this.files.byLeadId(lead_id);
    if (file?.bound?.answer.result === "rejected")
      this.files.broken(file.n, 'set to work again by an operator, and its publisher had been told "rejected"');
    file?.orders.push({ at: this.files.now(), to: to.kind, accept_risk, contract });
  }

  numberOf(lead_id: string): number | null {
    return this.files.byLeadId(lead_id)?.n ?? null;
  }

  postback(lead_id: string, result: string, price: string): void {
    this.files.byLeadId(lead_id)?.postbacks.push(`${result} ${price}`);
  }

  /** At the end of the world. Returns how each lead ended. */
  close(story: (lead_id: string) => LeadStory | null, view: (buyer: string) => AccountView): End[] {
    const ends = this.files.all().map((file) => {
      const [lead_id] = file.lead_ids;
      const told = lead_id ? story(lead_id) : null;
      if (told) this.checkWay(file, told);
      return checkEnd(this.files, this.ledger, file, told);
    });
    checkConsumers(this.files, ends);
    for (const buyer of this.files.truth.keys()) {
      const account = view(buyer);
      checkAccount(this.files, this.ledger, this.books, buyer, account);
      this.places.checkTotals(account);
    }
    this.ledger.checkMovements();
    this.rankings.check(this.ledger);
    this.breakers.check(this.ledger);
    return ends;
  }

  /** How it came to its end. */
  private checkWay(file: LeadFile, story: LeadStory): void {
    const { files, ledger } = this;
    checkDeals(files, ledger, file, story);
    checkStuck(files, file, story);
    checkAges(files, file, story, (ping_id) => this.rankings.pingsOf(ping_id));
    checkPromises(files, ledger, file, story, this.steady);
    this.waits.check(file, story, ledger.rankedOf(story.lead.lead_id));
    if (this.steady) this.progress.check(file, story);
  }
}

const isKept = (result: unknown): boolean =>
  typeof result === "object" && (result as EvidenceReply | null)?.kind !== "early";

const isReopened = (result: unknown): boolean =>
  typeof result === "object" && (result as ReopenReply | null)?.kind === "reopened";

interface Yours {
  kind: "yours";
  lead: { lead_id: string; sub_ids: Record<string, string> };
}
const isYours = (result: unknown): result is Yours =>
  typeof result === "object" && result !== null && "kind" in result && result.kind === "yours";
const numberOf = ({ lead }: Yours): number => Number((lead.sub_ids.sub_id1 ?? "n-1").slice(1));
