import type { AttemptTrace, LeadTrace, StepTrace } from "../../../schema/api/trace.ts";
import { duration } from "../shell/format.ts";
import type { Tone } from "../shell/parts.tsx";

/** One line of a lead's history: a step of its book, with the request that it tells of, where it tells of one. */
export interface Entry {
  at: number;
  /** From the lead's arrival, as it is read. */
  since: string;
  step: string;
  text: string;
  tone: Tone;
  attempt: AttemptTrace | null;
}

/** Steps in order, each attempt beside the step that noted its end; an attempt whose step was let go stands by itself. */
export function timeline({ lead, steps, attempts }: Pick<LeadTrace, "lead" | "steps" | "attempts">): Entry[] {
  const left = [...attempts];
  const entries = steps.map((step): Entry => {
    const attempt = step.step === "evidence" ? take(left, step) : null;
    return { ...base(step, lead.created_at), tone: toneOf(step), attempt };
  });
  const alone = left.map(
    (attempt): Entry => ({
      at: attempt.at,
      since: since(attempt.at - lead.created_at),
      step: "evidence",
      text: `${attempt.contract_id}: ${attempt.outcome.replaceAll("_", " ")}.`,
      tone: OUTCOMES[attempt.outcome],
      attempt,
    }),
  );
  return [...entries, ...alone].sort((a, b) => a.at - b.at);
}

const base = ({ at, step, text }: StepTrace, from: number) => ({ at, step, text, since: since(at - from) });

/** Both are written in one transaction, so that their times are the same. */
function take(left: AttemptTrace[], step: StepTrace): AttemptTrace | null {
  const fits = (attempt: AttemptTrace) =>
    attempt.at === step.at && attempt.contract_id === step.detail.contract && attempt.outcome === step.detail.outcome;
  const index = left.findIndex(fits);
  return index < 0 ? null : (left.splice(index, 1)[0] ?? null);
}

export const since = (ms: number): string => `+${duration(Math.max(0, ms))}`;

const OUTCOMES: Record<AttemptTrace["outcome"], Tone> = {
  accepted: "good",
  rejected: "bad",
  duplicate: "bad",
  not_taken: "warn",
  unknown: "warn",
  set_up_error: "bad",
};
export const outcomeTone = (outcome: AttemptTrace["outcome"]): Tone => OUTCOMES[outcome];

const ENDS: Record<string, Tone> = { sold: "good", unsold: "bad", review: "warn", parked: "warn", returned: "bad" };
const STEPS: Record<string, Tone> = {
  contested: "bad",
  stuck: "bad",
  taken_over: "warn",
  returned: "bad",
  deferred: "quiet",
};

function toneOf({ step, detail }: StepTrace): Tone {
  if (step === "closed") return ENDS[String(detail.state)] ?? "quiet";
  if (step === "evidence") return OUTCOMES[detail.outcome as AttemptTrace["outcome"]] ?? "quiet";
  if (step === "postback") return detail.ok === true ? "good" : "warn";
  return STEPS[step] ?? "quiet";
}
