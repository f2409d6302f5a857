import { toWire } from "../../schema/money.ts";
import { type Deps, sleep } from "../deps.ts";
import type { AttemptResult, DeliveryJob } from "./channel.ts";
import type { CompiledAfter, OutcomeReading, PostFacts, WireAnswer } from "./dialect.ts";
import type { Line } from "./http-line.ts";
import { isRefusal, merged, readSafely, resultOf } from "./http-reading.ts";

interface Asking {
  deps: Deps;
  line: Line;
  job: DeliveryJob;
  /** As of the post, with a nonce and a time of their own. */
  facts(): PostFacts;
}

/** The steps after a post whose conditions hold over its answer; their outcome replaces the post's. */
export async function followUps(asking: Asking, answer: WireAnswer, main: AttemptResult): Promise<AttemptResult> {
  const { dialect, context, facts } = asking.job;
  const steps = dialect.steps.afterPost.filter((step) => step.when(answer, facts.bid));
  if (steps.length === 0) return main;
  let known = carriedOf(readSafely((read) => dialect.readOutcome(read, context), answer));
  let result = main;
  for (const step of steps) {
    const followed = await followUp(asking, step, known, result);
    result = followed.result;
    known = { ...known, ...followed.carried };
  }
  return result;
}

const carriedOf = ({ carried, buyer_lead_id, price }: OutcomeReading): Record<string, string> => ({
  ...carried,
  ...(buyer_lead_id === undefined ? {} : { buyer_lead_id }),
  ...(price === undefined ? {} : { price: String(toWire(price)) }),
});

/** Asks as often as the step says, as long as it does not know. */
async function followUp(
  { deps, line, job, facts }: Asking,
  step: CompiledAfter,
  answer: Record<string, string>,
  before: AttemptResult,
): Promise<{ result: AttemptResult; carried: Record<string, string> }> {
  let result = before;
  let carried: Record<string, string> = {};
  for (const wait of step.wait_ms) {
    if (line.left <= wait) break;
    if (wait > 0) await sleep(deps, wait);
    deps.crash("before-follow-up");
    const build = () => step.build({ ...facts(), answer });
    // The post itself has left: what follows it needs no leave.
    const sent = await line.send({ name: step.name, build, may_dispatch: () => true, proves_nothing: isRefusal });
    if (sent.kind === "unsent") break;
    const asked = resultOf(line, sent, (read) => step.read(read, job.context), false);
    const reading = sent.kind === "answer" ? readSafely((read) => step.read(read, job.context), sent.answer) : null;
    if (reading) carried = carriedOf(reading);
    const counts = reading?.ruled === true || !step.strict;
    const tells = asked.outcome !== "unknown" && proves(before, asked, { ruled: reading?.ruled === true, counts });
    if (tells || asked.held_for_review) return { result: merged(before, asked), carried };
    // A yes stays one; after everything else the buyer may have taken what this request brought.
    const open = { ...asked, outcome: "unknown" as const, class: doubtful(before, asked) };
    result = before.outcome === "accepted" ? before : merged(before, open);
  }
  return { result: line.result(result, result.http_status), carried };
}

/**
 * A post that the buyer took, or may have taken, is not undone by an answer about this request alone: "not found", "not now", a refused
 * credential, a duplicate. Only what a rule of the dialect says counts then, or a plain yes or no where the step has no rules (`counts`).
 */
function proves(
  before: AttemptResult,
  asked: AttemptResult,
  { ruled, counts }: { ruled: boolean; counts: boolean },
): boolean {
  const open = before.outcome === "unknown" || before.outcome === "accepted";
  return !open || ruled || (counts && (asked.outcome === "accepted" || asked.outcome === "rejected"));
}

/** The class of what stays unknown: of the last request, where that is a doubt by itself. */
const doubtful = (before: AttemptResult, asked: AttemptResult): AttemptResult["class"] =>
  asked.outcome === "unknown" || before.outcome !== "unknown" ? asked.class : before.class;
