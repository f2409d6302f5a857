import type { ReservationState } from "../../../schema/lists.ts";
import type { PostAnswer, PostResult } from "../../../worker/flows/answers.ts";
import type { Account, Observed } from "./case.ts";

const count = ({ states }: Account, ...wanted: ReservationState[]): number =>
  states.filter((state) => wanted.includes(state)).length;
const captures = (account: Account): number => count(account, "captured");
const onHold = (account: Account): number => count(account, "held", "in_doubt");
const charged = ({ before, after }: Account): number => before.balance - after.balance;

/** Everything that must hold of a lead at rest, whatever happened on the way; the sentences are what does not. */
export function audit(o: Observed): string[] {
  const faults: string[] = [];
  const must = (holds: boolean, otherwise: string) => void (holds || faults.push(otherwise));
  const { lead } = o.story;
  const { a, b } = o.accounts;
  const contested = o.story.steps.some(({ step }) => step === "contested");
  const flagged = lead.risk_flag || contested || lead.state === "review";
  const sold = lead.state === "sold";

  must(lead.state !== "open", "the lead neither ended nor rests");
  must(!(o.keeps.a && o.keeps.b) || flagged, "two buyers have the lead and nothing says so");
  must(
    o.case.policy !== "review" || !(o.keeps.a && o.keeps.b),
    "two buyers have the lead, and no policy allowed that risk",
  );
  must(captures(a) + captures(b) <= 1, "charged twice");
  must(captures(a) + captures(b) === (sold ? 1 : 0), `state ${lead.state} with ${captures(a)}+${captures(b)} charges`);
  must(
    charged(a) === captures(a) * 200_000 && charged(b) === captures(b) * 150_000,
    "the money is not that of the charges",
  );
  const taken = (keeps: boolean, account: Account) =>
    captures(account) === 0 || keeps || (o.case.policy === "treat_as_sold" && lead.risk_flag);
  must(taken(o.keeps.a, a) && taken(o.keeps.b, b), "charged without an accepted post");
  must(lead.state !== "unsold" || onHold(a) + onHold(b) === 0, "unsold, and money is still on hold");
  must(lead.state !== "unsold" || !(o.keeps.a || o.keeps.b), "unsold, and a buyer has it");
  must(!sold || flagged || onHold(a) + onHold(b) === 0, "sold without risk, and money is still on hold");
  must(count(a, "held") + count(b, "held") === 0, "a hold that nobody settles");
  must(o.forbidden.length === 0, 'a post began after the publisher was told "rejected"');
  faults.push(...auditAnswers(o), ...auditProof(o));
  return faults;
}

/** Nobody ever hears two different things; `pending` alone gives way to the end. */
function auditAnswers(o: Observed): string[] {
  const faults: string[] = [];
  const { lead } = o.story;
  const answers = o.told.filter((answer): answer is PostResult => answer.kind === "post");
  for (const answer of o.told) if (answer.kind === "problem") faults.push(`a problem was answered: ${answer.code}`);
  const said = (answer: PostAnswer) => JSON.stringify(answer);
  const ends = new Set(answers.filter(({ result }) => result !== "pending").map(said));
  if (ends.size > 1) faults.push(`told two things: ${[...ends].join(" / ")}`);
  if (lead.mode === "final" && answers.some(({ result }) => result === "pending"))
    faults.push("a final publisher was told to wait");
  const firstEnd = answers.findIndex(({ result }) => result !== "pending");
  const last = answers.at(-1);
  if (firstEnd >= 0 && last?.result === "pending") faults.push("told the end, then to wait");
  const accepted = answers.some(({ result }) => result === "accepted");
  if (accepted && lead.state !== "sold" && !lead.risk_flag)
    faults.push(`told "accepted", state ${lead.state}, no risk flagged`);
  if (!accepted && lead.state === "sold") faults.push('sold, and the publisher was never told "accepted"');
  return faults;
}

/** A buyer that says in time that it has the lead gets it and pays: a pending publisher's lead is not given up. */
function auditProof(o: Observed): string[] {
  const { lead } = o.story;
  // Requests that several workers were lost with are used up without an answer.
  if (lead.mode !== "pending" || o.case.later) return [];
  const proven = o.keeps.a && o.case.conduct !== "accepts, never answers";
  // Asked again after a take-over, its "no" does not prove that the first request was refused too.
  const free = !o.keeps.a && !lead.plan[0]?.doubt && (o.case.conduct === "rejects" || o.case.conduct === "not now");
  if (proven && captures(o.accounts.a) !== 1) return [`the buyer said yes, and the lead is ${lead.state}`];
  if (free && lead.plan[1]?.status === "untried" && captures(o.accounts.b) !== 1)
    return [`the next bidder would have taken it, and the lead is ${lead.state}`];
  return [];
}
