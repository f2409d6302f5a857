import type { AccountView } from "../../../schema/rpc/account.ts";
import type { LeadStory } from "../../../schema/rpc/book.ts";
import { checkPostbacks } from "./answers.ts";
import { bidOf, checkOrder, duplicateByContract, proofFor } from "./exclusive.ts";
import { type Files, type Hold, type LeadFile, units } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import type { MoneyBooks } from "./money.ts";

/** How a lead ended, for the report. */
export interface End {
  state: string;
  /** Rests in review although everything that its buyers answered was clear. */
  avoidable: boolean;
}

/** A lead at the end of its world: everything has been sent, the queue is empty, the longest doubt is over. */
export function checkEnd(files: Files, ledger: Ledger, file: LeadFile, story: LeadStory | null): End {
  const { n } = file;
  const lead_id = [...file.lead_ids][0];
  const answered = file.told.some(({ answer }) => answer.kind === "post" && answer.lead_id !== "");
  if (!lead_id || !story) {
    if (answered || lead_id) files.broken(n, "the publisher was answered, and no book has the lead");
    if (file.asked.length > 0) files.broken(n, "a buyer was posted a lead that no book has");
    return { state: "never_claimed", avoidable: false };
  }
  const { lead } = story;
  if (lead.state === "open") files.broken(n, "the lead neither ended nor rests");
  const contested = story.steps.some(({ step }) => step === "contested");
  checkKeepers(files, file, story, contested);
  checkCharges(files, file, story);
  checkTellings(files, ledger, file, story);
  checkRows(files, ledger, file, story);
  checkPostbacks(files, file);
  const record = ledger.row("auctions", String(ledger.row("leads", lead_id)?.ping_id));
  if (record)
    checkOrder(
      files,
      file,
      (JSON.parse(String(record.record)) as { ranked: { buyer_id: string; payout: number }[] }).ranked,
    );
  if (lead.state === "parked" && !file.asked.some(wronglySetUp))
    files.broken(n, "parked, and no endpoint was wrongly set up");
  return { state: lead.state, avoidable: lead.state === "review" && !hasReason(files, file, contested) };
}

function checkKeepers(files: Files, file: LeadFile, { lead }: LeadStory, contested: boolean): void {
  const { n } = file;
  const keepers = [...files.truth.keys()].filter((buyer) => files.keeps(buyer, n));
  const flagged = lead.risk_flag || contested || lead.state === "review";
  const charged = new Set(holdsOf(file, "captured").map((hold) => hold.buyer));
  if (keepers.length > 1) {
    const risked = keepers.some((buyer) => files.buyer(buyer).contract.on_unknown === "next_buyer");
    if (!risked) files.broken(n, `${keepers.join(" and ")} keep the lead, and no policy allowed that risk`);
    if (!flagged) files.broken(n, `${keepers.join(" and ")} keep the lead, and nothing says so`);
  }
  if (lead.state === "unsold" && keepers.length > 0 && !lead.risk_flag && !contested)
    files.broken(n, `unsold, and ${keepers.join(" and ")} has it`);
  for (const buyer of keepers)
    if (!charged.has(buyer) && !flagged)
      files.broken(n, `${buyer} took the lead and was not charged, and nothing says so`);
  for (const buyer of charged) {
    const policy = files.buyer(buyer).contract.on_unknown === "treat_as_sold" && lead.risk_flag;
    const said_so = proofFor(files, file, buyer) === "yes" || duplicateByContract(files, file, buyer);
    if (!keepers.includes(buyer) && !policy && !said_so)
      files.broken(n, `${buyer} was charged without having taken the lead`);
  }
}

function checkCharges(files: Files, file: LeadFile, { lead }: LeadStory): void {
  const { n } = file;
  const charges = holdsOf(file, "captured");
  if (lead.state === "sold" && charges.length !== 1) files.broken(n, `sold with ${charges.length} charges`);
  if (lead.state === "unsold" && charges.length > 0) files.broken(n, `unsold with ${charges.length} charges`);
  if (lead.state === "review" && charges.length > 0) files.broken(n, "in review, and somebody was charged");
  if (charges.length > 1) files.broken(n, "charged more than once");
  for (const hold of charges) checkPrice(files, file, hold);
  if (lead.state === "unsold" && holdsOf(file, "held").length > 0) files.broken(n, "unsold, and money is still held");
}

/** The bid, or less where the buyer's answer said so and the contract keeps that. */
function checkPrice(files: Files, file: LeadFile, hold: Hold): void {
  const bid = units(bidOf(files, file, hold.buyer) ?? 0);
  const named = file.asked
    .filter((asked) => asked.buyer === hold.buyer && asked.kept)
    .map(({ deed }) => (deed?.reply.kind === "answer" ? /"price":([\d.]+)/.exec(deed.reply.body)?.[1] : undefined))
    .filter((price) => price !== undefined)
    .map((price) => units(Number(price)));
  if (hold.amount !== bid) files.broken(file.n, `${hold.buyer} bid ${bid}, held were ${hold.amount}`);
  const lower = named.filter((price) => price < bid);
  if (hold.price === bid) return;
  const keeps = files.buyer(hold.buyer).contract.on_lower_price === "keep";
  if (!keeps || !lower.includes(hold.price ?? -1))
    files.broken(file.n, `${hold.buyer} bid ${bid}, charged were ${hold.price}`);
}

function checkTellings(files: Files, ledger: Ledger, file: LeadFile, { lead }: LeadStory): void {
  const { n } = file;
  const contents = new Set(
    file.told.filter(({ answer }) => answer.kind === "post" && answer.lead_id).map(({ call }) => call < 0),
  );
  if (contents.size > 1) files.broken(n, "two different contents got an answer as one lead");
  const told = file.bound?.answer;
  // A yes at another price than the bid's rests until an operator has looked at it: its buyer has the lead, nobody else does.
  const looked_at = lead.state === "review" && file.asked.some(({ buyer }) => proofFor(files, file, buyer) === "yes");
  if (told?.result === "accepted" && lead.state !== "sold" && !lead.risk_flag && !looked_at)
    files.broken(n, `told "accepted", state ${lead.state}, and no risk is flagged`);
  if (told?.result === "rejected" && lead.state === "sold")
    files.broken(n, 'sold, and the publisher was told "rejected"');
  if (told && lead.outcome && told.result !== lead.outcome.result)
    files.broken(n, `told "${told.result}", and its outcome is "${lead.outcome.result}"`);
  if (
    told?.result === "accepted" &&
    file.promise !== null &&
    told.price < file.promise &&
    file.order.publisher !== "below"
  )
    checkPaidPromise(files, file, told.price);
  const row = ledger.row("leads", lead.lead_id);
  if (told?.result === "accepted" && row && row.payout !== told.price)
    files.broken(n, `told ${told.price}, and the ledger pays ${row.payout}`);
  const waits = file.mode === "pending" && !told && lead.outcome !== null;
  const toldPending = file.told.some(({ answer }) => answer.kind === "post" && answer.result === "pending");
  if (waits && toldPending && file.postbacks.length === 0) files.broken(n, "told to wait, and never told the end");
}

function checkPaidPromise(files: Files, file: LeadFile, paid: number): void {
  const publisher = files.setUp.publishers.find((p) => p.id === file.order.publisher);
  if (!publisher?.allow_below_promise) files.broken(file.n, `paid ${paid}, promised were ${file.promise}`);
}

/** The ledger's copy of a lead says what its book says. */
function checkRows(files: Files, ledger: Ledger, { n }: LeadFile, { lead }: LeadStory): void {
  const row = ledger.row("leads", lead.lead_id);
  if (!row) {
    files.broken(n, "the ledger has no row of the lead");
    return;
  }
  if (row.state !== lead.state) files.broken(n, `the ledger says ${row.state}, the book ${lead.state}`);
  const sale = ledger.row("sales", `${lead.lead_id}:1`);
  if ((lead.state === "sold") !== (sale !== undefined))
    files.broken(n, `state ${lead.state}, and ${sale ? "a" : "no"} sale in the ledger`);
}

const holdsOf = (file: LeadFile, ...states: Hold["state"][]): Hold[] =>
  [...file.holds.values()].filter((hold) => states.includes(hold.state));

const wronglySetUp = ({ deed }: LeadFile["asked"][number]): boolean =>
  deed?.reply.kind === "answer" && [400, 401, 404].includes(deed.reply.status);

/**
 * Something that was injected makes the review unavoidable: a late yes, a price to look at, a worker lost with the lead, or a buyer whose
 * state no question that its contract allows has proved.
 */
function hasReason(files: Files, file: LeadFile, contested: boolean): boolean {
  const priced = file.asked.some(({ deed }) => deed?.reply.kind === "answer" && deed.reply.body.includes('"price"'));
  if (contested || file.disturbed || priced) return true;
  const buyers = new Set(file.asked.map((asked) => asked.buyer));
  return [...buyers].some((buyer) => proofFor(files, file, buyer) === "unknown" && questionsEnded(files, file, buyer));
}

/** By its contract nothing more could be asked of this buyer, or what it said ends all asking. */
function questionsEnded(files: Files, file: LeadFile, buyer: string): boolean {
  const { contract } = files.buyer(buyer);
  const asked = file.asked.filter((request) => request.buyer === buyer);
  const odd = asked.some(({ deed }) => /unreadable|by_hand/.test(deed?.conduct ?? ""));
  const silent = contract.find_out === "nothing";
  const most = contract.retry?.attempts ?? 6;
  const count = (kind: "post" | "status") => asked.filter((request) => request.kind === kind).length;
  return odd || silent || count("post") >= most || count("status") >= most;
}

/** A buyer's account when everything is over. */
export function checkAccount(files: Files, ledger: Ledger, books: MoneyBooks, buyer: string, view: AccountView): void {
  const { deposit } = files.buyer(buyer);
  const charged = books.charged(buyer);
  const fault = (sentence: string) => files.broken(null, `${buyer}: ${sentence}`);
  if (view.balance !== units(deposit) - charged)
    fault(`the balance is ${view.balance}, paid in ${units(deposit)}, charged ${charged}`);
  if (view.held !== 0 || view.reservations.held > 0 || view.reservations.in_doubt > 0)
    fault(`${view.held} are still held (${view.reservations.held} held, ${view.reservations.in_doubt} in doubt)`);
  if (ledger.moved(`buyer:${buyer}`) !== view.balance)
    fault(`the ledger's balance is ${ledger.moved(`buyer:${buyer}`)}, the account's ${view.balance}`);
  if (view.outbox > 0) fault(`${view.outbox} events never reached the ledger`);
}

/** A consumer is sold once within the campaign's window, which is longer than any world. `ends` in the files' order. */
export function checkConsumers(files: Files, ends: readonly End[]): void {
  const sold = new Map<number, number>();
  for (const [i, file] of files.all().entries()) {
    if (ends[i]?.state !== "sold") continue;
    const { person } = file.order;
    const before = sold.get(person);
    if (before !== undefined) files.broken(file.n, `its consumer had been sold before, as lead ${before}`);
    sold.set(person, file.n);
  }
}
