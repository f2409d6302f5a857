import type { AttemptClass } from "../../schema/lists.ts";
import type { Deps } from "../deps.ts";
import type { AttemptResult, Channel, StatusJob } from "./channel.ts";
import { Line } from "./http-line.ts";
import { PostRun } from "./http-post.ts";
import { resultOf } from "./http-reading.ts";
import { requestNonce } from "./nonce.ts";
import type { SlotPool } from "./slots.ts";
import type { UrlGuard } from "./url-guard.ts";

export { answerOf, retryAfterSeconds } from "./http-record.ts";

/**
 * Delivers by HTTP through one of the invocation's slots: the post, and the steps before and after it, within the post's time.
 * Everything after dispatch that is not a readable answer is `unknown`. `certificate`: of the client, for all its requests.
 */
export function httpChannel(deps: Deps, slots: SlotPool, guard: UrlGuard, certificate?: string): Channel {
  /** Holds a slot while `work` lasts; null: there was none. */
  async function slotted(timeout_ms: number, work: () => Promise<AttemptResult>): Promise<AttemptResult | null> {
    if (!(await heldSlot(deps, slots, timeout_ms))) return null;
    try {
      return await work();
    } finally {
      slots.release();
    }
  }

  return {
    attempt: async (job) => {
      const line = new Line({ deps, guard, certificate }, job);
      const run = new PostRun(deps, line, job);
      const { request, refused } = run.first();
      if (refused) return refused;
      const result = await slotted(job.timeout_ms, () => {
        line.begin(job.timeout_ms);
        return run.run();
      });
      return result ?? unsent("not_taken", "not_dispatched", "no free connection", request);
    },
    ask: (job) => askStatus(deps, new Line({ deps, guard, certificate }, job), job, slotted),
  };
}

async function askStatus(
  deps: Deps,
  line: Line,
  job: StatusJob,
  slotted: (timeout_ms: number, work: () => Promise<AttemptResult>) => Promise<AttemptResult | null>,
): Promise<AttemptResult> {
  const { dialect, tokens, timeout_ms } = job;
  const build = () =>
    dialect.buildStatus({ ...job.facts, token: tokens?.current(), nonce: requestNonce(deps) }) ?? {
      ok: false as const,
      message: "the endpoint's dialect has no status call",
    };
  const first = build();
  const refused = line.refusal(first);
  const request = first.ok ? line.text(first.request) : "";
  if (refused) return unsent("set_up_error", refused.why === "url" ? "url_refused" : "client", refused.reason, request);
  const result = await slotted(timeout_ms, async () => {
    line.begin(timeout_ms);
    // It carries nothing and takes nothing: it may be made at any time, and again.
    const free = { may_dispatch: () => true, proves_nothing: () => true };
    const sent = await line.send({ name: "status", build, ...free }, first);
    return resultOf(line, sent, (answer) => dialect.readStatus(answer, job.facts.bid), false);
  });
  return result ?? unsent("not_taken", "not_dispatched", "no free connection", request);
}

/** Waits for a slot at most as long as the call itself may take. */
async function heldSlot(deps: Deps, slots: SlotPool, within_ms: number): Promise<boolean> {
  const ticket = slots.acquire();
  const cancelTimer = deps.timer(ticket.cancel, within_ms);
  const held = await ticket.granted;
  cancelTimer();
  return held;
}

/** What came of an attempt that never left the house. */
export function unsent(
  outcome: "set_up_error" | "not_taken",
  cls: AttemptClass,
  reason: string,
  request = "",
): AttemptResult {
  return { outcome, class: cls, held_for_review: false, http_status: null, ms: 0, request, answer: "", reason };
}
