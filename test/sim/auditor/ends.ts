import type { LeadStory } from "../../../schema/rpc/book.ts";
import { checkPostbacks } from "./answers.ts";
import { checkOrder, duplicateByContract, proofFor } from "./exclusive.ts";
import { type Files, type Hold, type LeadFile, units } from "./files.ts";
import type { Ledger } from "./ledger.ts";
import { hasReason, reviewOf } from "./reviews.ts";

/** A repair that ends so long (ms) after a lead was parked has reached it: clocks differ. */
const REPAIR_MS = 1_000;

/** How a lead ended, for the report. */
export interface End {
  state: string;
  /** Came to rest in review, whoever ended it later; and without anything injected that made it unavoidable. */
  reviewed: boolean;
  avoidable: boolean;
  /** What else came about with it. */
  marks: string[];
}

/** A lead at the end of its world: everything has been sent, the queue is empty, the longest doubt is over. */
export function checkEnd(files: Files, ledger: Ledger, file: LeadFile, story: LeadStory | null): End {
  const { n } = file;
  const lead_id = [...file.lead_ids][0];
  const answered = file.told.some(({ answer }) => answer.kind === "post" && answer.lead_id !== "");
  if (!lead_id || !story) {
    if (answered || lead_id) files.broken(n, "the publisher was answered, and no book has the lead");
    if (file.asked.length > 0) files.broken(n, "a buyer was posted a lead that no book has");
    return { state: "never_claimed", reviewed: false, avoidable: false, marks: [] };
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
  if (lead.state === "parked") checkParked(files, file, story);
  const review = reviewOf(story);
  return {
    state: lead.state,
    reviewed: review !== null,
    avoidable: review !== null && !hasReason(files, file, story, review),
    marks: marksOf(file),
  };
}

function marksOf(file: LeadFile): string[] {
  const refunded = holdsOf(file, "refunded").length > 0;
  const marks = { refunded, resold: refunded && holdsOf(file, "captured").length > 0 };
  const overflow = file.asked.some(({ deed }) => deed?.key.includes("_x_1_"));
  return Object.entries({ ...marks, overflow }).flatMap(([mark, is]) => (is ? [mark] : []));
}

/** Only a wrong set-up parks a lead, and its repair sets it to work again. */
function checkParked(files: Files, { n, asked }: LeadFile, { steps }: LeadStory): void {
  const wrong = asked.filter(wronglySetUp);
  if (wrong.length === 0) files.broken(n, "parked, and no endpoint was wrongly set up");
  const repaired = (buyer: string) => files.repairs.get(buyer) ?? 0;
  // One that comes to rest after the repair waits for the next one.
  const since = steps.findLast(({ step, detail }) => step === "closed" && detail.state === "parked")?.at ?? 0;
  if (wrong.length > 0 && wrong.every(({ buyer }) => repaired(buyer) > since + REPAIR_MS))
    files.broken(n, "parked, and every endpoint that was wrongly set up has been repaired since");
}

function checkKeepers(files: Files, file: LeadFile, { lead }: LeadStory, contested: boolean): void {
  const { n } = file;
  const keepers = [...files.truth.keys()].filter((buyer) => files.keeps(buyer, n));
  const flagged = lead.risk_flag || contested || lead.state === "review" || file.alerts.size > 0;
  const charged = new Set(holdsOf(file, "captured").map((hold) => hold.buyer));
  if (keepers.length > 1) {
    const risked = keepers.some((buyer) => files.buyer(buyer).contract.on_unknown === "next_buyer");
    const ordered = file.orders.some(({ accept_risk }) => accept_risk);
    // One that has refused for certain and takes it all the same is nobody's risk; that it says so must be seen.
    const lied = keepers.some((buyer) => file.words.some((word) => word.buyer === buyer && word.result !== "accepted"));
    if (!risked && !ordered && !lied)
      files.broken(n, `${keepers.join(" and ")} keep the lead, and no policy allowed that risk`);
    if (!flagged) files.broken(n, `${keepers.join(" and ")} keep the lead, and nothing says so`);
  }
  const closed = file.verdicts.includes(null);
  const over = lead.state === "unsold" || lead.state === "returned";
  if (over && keepers.length > 0 && !closed && !flagged) files.broken(n, `unsold, and ${keepers.join(" and ")} has it`);
  for (const buyer of keepers)
    if (!charged.has(buyer) && !flagged && !(over && closed))
      files.broken(n, `${buyer} took the lead and was not charged, and nothing says so`);
  for (const buyer of charged) {
    const policy = files.buyer(buyer).contract.on_unknown === "treat_as_sold" && lead.risk_flag;
    const said_so = proofFor(files, file, buyer) === "yes" || duplicateByContract(files, file, buyer);
    const operator = ordered(files, file, buyer);
    const failed = file.words.some((word) => word.buyer === buyer && word.result !== "accepted");
    if (failed && !operator && !said_so && !policy && file.alerts.size === 0)
      files.broken(n, `${buyer} is charged for what it gave up, and nobody was told`);
    if (!keepers.includes(buyer) && !policy && !said_so && !operator)
      files.broken(n, `${buyer} was charged without having taken the lead`);
  }
}

function checkCharges(files: Files, file: LeadFile, { lead, steps }: LeadStory): void {
  const { n } = file;
  const charges = holdsOf(file, "captured");
  if (lead.state === "sold" && charges.length !== 1) files.broken(n, `sold with ${charges.length} charges`);
  if ((lead.state === "unsold" || lead.state === "returned") && charges.length > 0)
    files.broken(n, `${lead.state} with ${charges.length} charges`);
  if (lead.state === "returned" && holdsOf(file, "refunded").length === 0) files.broken(n, "returned without a refund");
  // Charged by a worker that died: contested since, or by an operator's order that can be given again.
  const known = ({ id, buyer }: Hold) =>
    steps.some(({ step, detail }) => step === "contested" && detail.reservation === id) || ordered(files, file, buyer);
  if (lead.state === "review" && !charges.every(known)) files.broken(n, "in review, and somebody was charged");
  if (charges.length > 1) files.broken(n, "charged more than once");
  for (const hold of [...charges, ...holdsOf(file, "refunded")]) checkPrice(files, file, hold);
  // Where nobody could tell its account, the hold ends with its doubt: that nothing is held at last the account shows.
  if (lead.state === "unsold" && holdsOf(file, "held").some(({ unreached }) => !unreached))
    files.broken(n, "unsold, and money is still held");
}

/** An operator said that this buyer has it. */
const ordered = (files: Files, file: LeadFile, buyer: string): boolean =>
  file.verdicts.some((contract) => files.isOf(buyer, contract ?? undefined));

/** What was held, or less where the buyer's answer said so and the contract keeps that. */
function checkPrice(files: Files, file: LeadFile, hold: Hold): void {
  const bid = hold.amount;
  const named = file.asked
    .filter((asked) => asked.buyer === hold.buyer && asked.kept)
    .map(({ deed }) => (deed?.reply.kind === "answer" ? /"price":([\d.]+)/.exec(deed.reply.body)?.[1] : undefined))
    .filter((price) => price !== undefined)
    .map((price) => units(Number(price)));
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
  const returned = holdsOf(file, "refunded").length > 0;
  if (told?.result === "accepted" && lead.state !== "sold" && !lead.risk_flag && !looked_at && !returned)
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
function checkRows(files: Files, ledger: Ledger, file: LeadFile, { lead }: LeadStory): void {
  const { n } = file;
  const row = ledger.row("leads", lead.lead_id);
  if (!row) {
    files.broken(n, "the ledger has no row of the lead");
    return;
  }
  if (row.state !== lead.state) files.broken(n, `the ledger says ${row.state}, the book ${lead.state}`);
  const sales = ledger.salesOf(lead.lead_id);
  const present = sales.filter(({ returned_at }) => returned_at === null);
  if (present.length !== (lead.state === "sold" ? 1 : 0))
    files.broken(n, `state ${lead.state}, and ${present.length} sales in the ledger`);
  const refunded = new Set(holdsOf(file, "refunded").map(({ id }) => id));
  for (const { reservation_id } of sales.filter((sale) => !present.includes(sale)))
    if (!refunded.has(String(reservation_id))) files.broken(n, `${reservation_id} is returned, and was never refunded`);
  // Paid once, whatever became of the sale; nothing before the end.
  const due = lead.outcome?.result === "accepted" ? lead.outcome.price : 0;
  const paid = ledger.paidFor(lead.lead_id);
  if (paid !== due) files.broken(n, `its publisher is due ${due}, and the ledger pays ${paid}`);
}

const holdsOf = (file: LeadFile, ...states: Hold["state"][]): Hold[] =>
  [...file.holds.values()].filter((hold) => states.includes(hold.state));

const wronglySetUp = ({ deed }: LeadFile["asked"][number]): boolean =>
  deed?.reply.kind === "answer" && [400, 401, 404].includes(deed.reply.status);
