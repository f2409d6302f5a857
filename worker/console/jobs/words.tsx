import type { DifferenceKind, JobKind } from "../../../schema/lists.ts";
import { count } from "../shell/format.ts";
import { Badge, type Tone } from "../shell/parts.tsx";
import type { Job } from "./schemas.ts";

/** What a job does, in a sentence. Exhaustive: a kind without words does not compile. */
const DOES: Record<JobKind, string> = {
  replay: "Sends dead letters on, or ends them, one by one.",
  reconcile: "Compares books, buyers' accounts and ledger.",
  rebuild: "Writes the ledger again from the objects.",
  retention: "Destroys personal data whose time is over. A daily chore of its own.",
  erase: "Destroys a person's data in every place.",
  rewrap: "Seals everything with the newest key.",
  repair: "Lets parked leads go on whose endpoint was written.",
};
const WORDS: Readonly<Record<string, string>> = DOES;
export const whatJobDoes = (kind: string): string => WORDS[kind] ?? "";

/** What a difference means, and what to do about it. */
const DIFFERENCES: Record<DifferenceKind, { means: string; act: string }> = {
  sale_without_charge: {
    means: "The book says sold, the buyer's account charged nothing, or has given it back.",
    act: "After a refund: return the sale again. Else book the price as an adjustment.",
  },
  charge_without_sale: {
    means: "Charged, and the lead is neither sold to this buyer, nor given back, nor in review.",
    act: "Look at the trace; return the sale with its reservation, or book an adjustment.",
  },
  price_differs: { means: "Book and account name different prices.", act: "Book the difference as an adjustment." },
  hold_without_lead: {
    means: "Money is held for a lead that no longer needs it.",
    act: "Nothing: it is given back after 72 hours.",
  },
  lead_missing_in_ledger: { means: "The ledger lacks the lead.", act: "Rebuild." },
  lead_differs_in_ledger: { means: "The ledger has an old state of the lead.", act: "Rebuild." },
  sale_missing_in_ledger: { means: "The ledger lacks the sale.", act: "Rebuild." },
  delivery_missing_in_ledger: { means: "The ledger lacks an attempt.", act: "Rebuild." },
  reservation_differs_in_ledger: { means: "The ledger has an old state or amount of the hold.", act: "Rebuild." },
  balance_differs_in_ledger: {
    means: "The account's balance is not the sum of its movements in the ledger.",
    act: "Rebuild; after that it is an entry that no object knows.",
  },
};
const MEANINGS: Readonly<Record<string, { means: string; act: string }>> = DIFFERENCES;
export const meaningOf = (kind: string) => MEANINGS[kind] ?? { means: kind.replaceAll("_", " "), act: "" };

const STATES: Record<string, Tone> = { running: "info", done: "good", failed: "bad", cancelled: "quiet" };
export const JobState = ({ state }: { state: string }) => <Badge tone={STATES[state] ?? "quiet"}>{state}</Badge>;

/** How far it is: a bar where the whole is known, else what is behind it. */
export function Progress({ job }: { job: Job }) {
  const behind = job.done + job.failed;
  const failed = job.failed > 0 ? `, ${count(job.failed)} failed` : "";
  if (job.total === null || job.total < behind)
    return (
      <span>
        {count(job.done)} done{failed}
      </span>
    );
  return (
    <span class="use progress">
      <progress max={Math.max(1, job.total)} value={job.total === 0 ? 1 : behind} aria-label="Progress"></progress>
      <span>
        {count(behind)} of {count(job.total)}
        {failed}
      </span>
    </span>
  );
}
