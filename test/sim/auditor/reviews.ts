import type { LeadStory } from "../../../schema/rpc/book.ts";
import { bidOf, proofFor } from "./exclusive.ts";
import type { Files, LeadFile } from "./files.ts";

/** Take-overs without a step forward after which a lead rests ("stuck"); so many workers must have been lost with it. */
const FEWEST_STALLS = 7;
/** Clocks of books and world differ by so much. */
const SKEW_MS = 250;

type Step = LeadStory["steps"][number];

/** When a lead first came to rest in review; null = it never did. */
export function reviewOf({ steps }: LeadStory): Step | null {
  const rests = ({ step, detail }: Step) => (step === "closed" && detail.state === "review") || step === "stuck";
  return steps.find((step) => rests(step) || step.step === "contested") ?? null;
}

/**
 * Did something that was injected make this review unavoidable? A yes that came too late; a price that a person must look at; workers
 * lost until nobody may try again; or a buyer whose true state was unknown when every question that its contract allows had been asked.
 * A worker lost with a lead whose buyers can still be asked is no excuse.
 */
export function hasReason(files: Files, file: LeadFile, story: LeadStory, { at, step }: Step): boolean {
  if (step === "contested") return true;
  if (step === "stuck") return file.disturbed >= FEWEST_STALLS;
  // A report that came in the same moment may have come just too late for it.
  const before = file.asked
    .filter(({ kind, sent_at }) => sent_at <= at + (kind === "report" ? -SKEW_MS : SKEW_MS))
    // What a worker that stood still had in its hand nobody else knew.
    .map((asked) => ({ ...asked, kept: asked.kept && (asked.kept_at ?? 0) <= at + SKEW_MS }));
  const priced = before.some(({ buyer, kept, deed }) => {
    const price = deed?.reply.kind === "answer" ? /"price":([\d.]+)/.exec(deed.reply.body)?.[1] : undefined;
    return kept && price !== undefined && Number(price) !== bidOf(files, file, buyer);
  });
  if (priced) return true;
  const then = { file: { ...file, asked: before }, steps: story.steps.filter((s) => s.at <= at) };
  const held = [...file.holds.values()].filter((hold) => hold.at <= at + SKEW_MS).map(({ buyer }) => buyer);
  return [...new Set(held)].some((buyer) => {
    const proof = proofFor(files, then.file, buyer);
    // A worker that was lost with a hold in its hand may have sent what it had not.
    const unsent = proof === "nothing_sent" || (proof === "no" && sentLess(files, then, buyer));
    const unknown = proof === "unknown" || (unsent && file.disturbed > 0);
    return unknown && questionsEnded(files, then, buyer);
  });
}

/** Fewer requests arrived than were begun: what became of the others only their workers knew. */
function sentLess(files: Files, { file, steps }: { file: LeadFile; steps: Step[] }, buyer: string): boolean {
  const begun = steps.filter(({ step, detail }) => step === "advanced" && files.isOf(buyer, String(detail.contract)));
  return file.asked.filter((asked) => asked.buyer === buyer && asked.kind === "post").length < begun.length;
}

/** By its contract nothing more could be asked of this buyer, or what it said ends all asking. Questions that a lost worker was to ask count. */
function questionsEnded(files: Files, { file, steps }: { file: LeadFile; steps: Step[] }, buyer: string): boolean {
  const { contract } = files.buyer(buyer);
  const asked = file.asked.filter((request) => request.buyer === buyer);
  const most = contract.retry?.attempts ?? 6;
  const key = asked.findLast(({ kind }) => kind === "post")?.deed?.key;
  const statuses = asked.filter(({ kind, deed }) => kind === "status" && (deed?.key === key || deed?.n === -1)).length;
  // A status call is all that is left once the publisher was told no.
  const told_no = steps.some(({ step, detail }) => step === "frozen" && detail.result === "rejected");
  if (contract.find_out === "ask_status" || (told_no && statuses >= most)) return statuses >= most;
  if (contract.find_out === "nothing") return true;
  const odd = asked.some(({ kept, deed }) => kept && /unreadable|by_hand/.test(deed?.conduct ?? ""));
  const sent = steps.filter(
    ({ step, detail }) =>
      step === "advanced" &&
      // Where every request was lost with its worker, no key ever arrived.
      (key?.includes(`_${detail.contract}_1_${detail.round}`) ?? files.isOf(buyer, String(detail.contract))),
  );
  return odd || Math.max(0, ...sent.map(({ detail }) => Number(detail.attempt))) >= most;
}
