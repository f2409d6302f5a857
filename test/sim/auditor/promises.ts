import type { LeadStory } from "../../../schema/rpc/book.ts";
import { proofFor } from "./exclusive.ts";
import type { Files, LeadFile } from "./files.ts";
import type { Ledger } from "./ledger.ts";

type Step = LeadStory["steps"][number];

/** What the publisher is promised, hears, and is never told for nothing; what becomes of a second yes. */
export function checkPromises(files: Files, ledger: Ledger, file: LeadFile, story: LeadStory, steady: boolean): void {
  // Who answers beside another worker, or has lost a reply, may not know yet that the buyer has refused.
  if (steady && file.disturbed === 0 && file.order.repeats.length === 0) checkPaid(files, file, story.steps);
  checkYes(files, file, story.steps);
  checkSilence(files, file, story);
  checkSecondYes(files, ledger, file, story);
}

/** "Accepted" before a sale is for leads that some buyer may have: one that is being asked, or whose answer is unknown. */
function checkPaid(files: Files, { n }: LeadFile, steps: readonly Step[]): void {
  const at = steps.findIndex(({ step, detail }) => step === "frozen" && detail.result === "accepted");
  if (at < 0) return;
  const asked = new Set<unknown>();
  for (const { step, detail } of steps.slice(0, at)) {
    const may =
      step === "advanced" || (step === "settled" && (detail.status === "unknown" || detail.status === "accepted"));
    // A yes that has been kept, or a doubt that a lost worker left behind.
    if (may || (step === "evidence" && (detail.takes === true || detail.outcome === "unknown")))
      asked.add(detail.contract);
    else if (step === "settled") asked.delete(detail.contract);
  }
  if (asked.size === 0) files.broken(n, 'told "accepted", and every buyer had refused it');
}

/** What the publisher is told and a buyer's yes agree: "rejected" is not told once one is there, and none counts that comes later. */
function checkYes(files: Files, { n }: LeadFile, steps: readonly Step[]): void {
  const no = steps.findIndex(({ step, detail }) => step === "frozen" && detail.result === "rejected");
  const yes = steps.findIndex(
    ({ step, detail }) => step === "evidence" && detail.takes === true && detail.late === false,
  );
  if (no < 0 || yes < 0) return;
  const { contract } = steps[yes]?.detail ?? {};
  const sentence =
    yes < no ? `told "rejected" after ${contract} had said yes` : `a yes of ${contract} counts after "rejected"`;
  files.broken(n, sentence);
}

/** A publisher that waits, and was told nothing because its worker was lost, hears the end by its postback. */
function checkSilence(files: Files, file: LeadFile, { lead, steps }: LeadStory): void {
  const waits = file.mode === "pending" && file.told.length === 0 && !file.order.hangs_up;
  const taken = steps.some(({ step }) => step === "taken_over" || step === "resumed");
  const over = lead.state === "sold" || lead.state === "unsold";
  if (waits && taken && over && file.postbacks.length === 0)
    files.broken(file.n, "its worker was lost, and the publisher was never told the end");
}

/** Who says yes to a lead that somebody else is charged for hears nothing of it by chance: it is contested, and an operator sees it. */
function checkSecondYes(files: Files, ledger: Ledger, file: LeadFile, { lead, steps }: LeadStory): void {
  if (lead.state !== "sold" || file.orders.length > 0 || file.verdicts.length > 0) return;
  for (const buyer of new Set(file.asked.map((asked) => asked.buyer))) {
    const holds = [...file.holds.values()].filter((hold) => hold.buyer === buyer);
    if (holds.some(({ state }) => state === "captured" || state === "refunded")) continue;
    if (file.words.some((word) => word.buyer === buyer && word.result !== "accepted")) continue;
    if (proofFor(files, file, buyer) !== "yes") continue;
    const seen = holds.some(
      ({ id }) =>
        ledger.row("alerts", `contested:${lead.lead_id}:${id}`) ||
        steps.some(({ step, detail }) => step === "contested" && detail.reservation === id),
    );
    if (!seen) files.broken(file.n, `${buyer} said yes too, is not charged, and nobody is told`);
  }
}
