import { SHARE } from "../world/setup.ts";
import { type Files, type Hold, type LeadFile, units } from "./files.ts";
import { checkLimits } from "./limits.ts";
import { checkDenied } from "./reports.ts";
import type { Asked } from "./witness.ts";

/** What the requests to one buyer prove, by their answers as far as they reached a living worker. */
export type Proof = "nothing_sent" | "no" | "yes" | "unknown";

/** Readable answers that say no to this request; after an earlier doubt they may say nothing about that one. */
function saysNo({ deed }: Asked): "plain" | "not_now" | "duplicate" | null {
  const reply = deed?.reply;
  if (reply?.kind !== "answer") return null;
  if (reply.status === 429 || [400, 401, 404].includes(reply.status)) return "not_now";
  if (reply.status === 503) return "not_now";
  const said = word(reply.body);
  if (said === "rejected") return "plain";
  return said === "duplicate" ? "duplicate" : null;
}

export function word(body: string): string | null {
  const match = /"(?:status|state)":"([a-z_ ]+)"/.exec(body);
  return match?.[1] ?? null;
}

const says = ({ deed }: Asked, ...words: string[]): boolean =>
  deed?.reply.kind === "answer" && deed.reply.status < 300 && words.includes(word(deed.reply.body) ?? "");

interface Readings {
  idempotent: boolean;
  /** A 503 is this endpoint's own "not now"; otherwise it may come from a proxy. */
  busyIsNo: boolean;
  /** After a doubt "duplicate" means that the first request was taken. */
  duplicateIsYes: boolean;
}

export function proofOf(asked: Asked[], { idempotent, busyIsNo, duplicateIsYes }: Readings): Proof {
  if (asked.length === 0) return "nothing_sent";
  const declined = new Set<string>();
  let doubt = false;
  let key = "";
  let proof: Proof = "nothing_sent";
  for (const request of asked) {
    if (request.kind === "report" && request.deed?.key !== key) {
      // Of an earlier round: a yes is one, a no says nothing of this round.
      if (says(request, "taken")) return "yes";
      continue;
    }
    // A new round has a reservation of its own; what is settled of the old one is settled.
    if (request.deed?.key !== key && proof !== "unknown") doubt = false;
    key = request.deed?.key ?? "";
    // A post that was on its way when the buyer said no is part of what it said no to.
    if (declined.has(key) && !says(request, "accepted", "taken")) continue;
    if (request.kind === "report" && says(request, "refused")) declined.add(key);
    if (!request.kept) {
      if (request.kind === "post") [doubt, proof] = [true, "unknown"];
      continue;
    }
    if (says(request, "accepted", "taken")) return "yes";
    if (request.kind !== "post") {
      if (says(request, "refused", "never_came")) [doubt, proof] = [false, "no"];
      continue;
    }
    const no = saysNo(request);
    // Who knows a repeated post by its key answers it as the first time, whatever became of that answer.
    if (no === "plain" && idempotent) declined.add(key);
    const busy = request.deed?.reply.kind === "answer" && request.deed.reply.status === 503 && !busyIsNo;
    if (no === null || busy) [doubt, proof] = [true, "unknown"];
    else if (!doubt) proof = "no";
    else if (no === "duplicate" && duplicateIsYes) return "yes";
    else if (no === "plain" && idempotent) [doubt, proof] = [false, "no"];
  }
  return proof;
}

export function proofFor(files: Files, file: LeadFile, buyer: string, before = file.asked.length): Proof {
  const { endpoint, contract } = files.buyer(buyer);
  const busyIsNo = endpoint.dialect.post.answer?.rules?.length === 1;
  const asked = file.asked.slice(0, before).filter((request) => request.buyer === buyer);
  const duplicateIsYes = contract.duplicate_after_unknown !== "unknown";
  return proofOf(asked, { idempotent: endpoint.idempotent ?? false, busyIsNo, duplicateIsYes });
}

/** What the requests under one key prove. */
export function keyProof(files: Files, file: LeadFile, { id, buyer }: Hold): Proof {
  const asked = file.asked.filter(({ deed }) => deed?.key === id);
  return proofFor(files, { ...file, asked }, buyer);
}

/** From the leave for a post to its dispatch: the longest window, and a slow call of an object. */
const DISPATCH_MS = 6_000;

/** An exclusive lead is with one buyer at a time, in order of rank and never below the promise. Called with each post, before it is filed. */
export function checkPost(files: Files, asked: Asked): void {
  const file = files.of(asked.n);
  const { n, buyer } = asked;
  for (const other of new Set(file.asked.map((request) => request.buyer))) {
    if (other === buyer) continue;
    if (hasReturned(file, other)) continue;
    const ordered = file.orders.some(({ accept_risk }) => accept_risk);
    // Two may have it already, passed over by contract: an operator may have both asked again, each under its own key.
    const repeats =
      file.orders.length > 0 && file.asked.some((was) => was.buyer === buyer && was.deed?.key === asked.deed?.key);
    const risks = ordered || repeats || files.buyer(other).contract.on_unknown === "next_buyer";
    const proof = proofFor(files, file, other);
    // A report may come between the book's leave for this post and its dispatch, which are seconds apart at most.
    const justSaid = file.asked.some(
      ({ buyer: of, kind, sent_at }) => of === other && kind === "report" && sent_at > asked.sent_at - DISPATCH_MS,
    );
    if (proof === "yes" && !ordered && !justSaid)
      files.broken(n, `a post to ${buyer} after ${other} had said that it took the lead`);
    if (proof === "unknown" && !risks)
      files.broken(n, `a post to ${buyer} while it is unknown whether ${other} has the lead`);
  }
  if (file.bound?.answer.result === "rejected" && asked.sent_at > file.bound.at)
    files.broken(n, `a post to ${buyer} after the publisher had been told "rejected"`);
  checkDenied(files, file, asked);
  checkLimits(files, file, asked);
  const hold = file.holds.get(asked.deed?.key ?? "");
  if (!hold) return;
  checkPromise(files, file, hold);
  const failed = [...file.holds.values()].some((past) => past.state === "refunded" && past.contract === hold.contract);
  if (failed) files.broken(n, `a post to ${hold.contract}, which had failed the lead before`);
}

/** Its charge was given back: what it had said before counts no more. */
export const hasReturned = (file: LeadFile, buyer: string): boolean =>
  [...file.holds.values()].some((hold) => hold.buyer === buyer && hold.state === "refunded");

function checkPromise(files: Files, file: LeadFile, { buyer, amount }: Hold): void {
  const publisher = files.setUp.publishers.find((p) => p.id === file.order.publisher);
  if (file.promise === null || publisher?.allow_below_promise) return;
  const payout = Math.floor(amount * SHARE);
  // Paid already at our risk: a later auction's sale below it is better than none.
  const paid = file.paid && files.buyer(buyer).contract.aged !== undefined;
  // A sale that was given back has paid the publisher.
  const again = [...file.holds.values()].some(({ state }) => state === "refunded");
  if (payout < file.promise && !paid && !again)
    files.broken(file.n, `a post to ${buyer} brings ${payout}, promised were ${file.promise}`);
}

/** Wire amount; null when it made none. */
export function bidOf(files: Files, file: LeadFile, buyer: string): number | null {
  const { price } = files.buyer(buyer).contract;
  if (price.type === "fixed") return Number(price.amount);
  return files.truth.get(buyer)?.bids.get(file.n) ?? null;
}

/** Whoever stands before a buyer in the auction's record was tried before it. The record itself must follow the bids. */
export function checkOrder(
  files: Files,
  file: LeadFile,
  ranked: readonly { buyer_id: string; payout: number }[],
): void {
  const places = ranked.map((bid) => bid.buyer_id);
  for (const asked of file.asked) {
    const place = places.indexOf(asked.buyer);
    // Named by an operator it comes before all others.
    const named = file.orders.some(({ contract }) => files.isOf(asked.buyer, contract?.contract_id));
    if (asked.kind === "report" || named) continue;
    // Who takes aged leads may come by a later auction of its own.
    if (place < 0 && files.buyer(asked.buyer).contract.aged) continue;
    if (place < 0) {
      files.broken(file.n, `a post to ${asked.buyer}, who is not among the auction's bidders`);
      continue;
    }
    for (const better of places.slice(0, place))
      if ((file.tried.get(better) ?? Number.POSITIVE_INFINITY) > asked.sent_at)
        files.broken(file.n, `a post to ${asked.buyer} before ${better}, who bid more, was tried`);
  }
  for (const [i, { buyer_id, payout }] of ranked.entries()) {
    if ((ranked[i + 1]?.payout ?? 0) > payout)
      files.broken(file.n, "the auction's bidders are not in order of their payouts");
    const bid = bidOf(files, file, buyer_id);
    if (bid === null || Math.floor(units(bid) * SHARE) !== payout)
      files.broken(file.n, `${buyer_id} is ranked with a payout of ${payout}, and bid ${bid}`);
  }
}

/** Said "duplicate" where a worker was lost with the lead: whether the buyer had it from us before, only its contract can say. */
export const duplicateByContract = (files: Files, file: LeadFile, buyer: string): boolean =>
  file.disturbed > 0 &&
  files.buyer(buyer).contract.duplicate_after_unknown !== "unknown" &&
  file.asked.some((asked) => asked.buyer === buyer && asked.kept && says(asked, "duplicate"));
