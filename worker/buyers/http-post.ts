import type { AttemptClass } from "../../schema/lists.ts";
import type { WireRequest } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import type { AttemptResult, DeliveryJob } from "./channel.ts";
import type { BuildResult, CompiledStep, PostFacts, StepReading, WireAnswer } from "./dialect.ts";
import { followUps } from "./http-follow-up.ts";
import type { Line, Sent } from "./http-line.ts";
import { isRefusal, readSafely, resultOf } from "./http-reading.ts";
import { failureClass, failureText } from "./http-record.ts";
import { requestNonce } from "./nonce.ts";
import { readStep } from "./ping-call.ts";

/** Classes of a set-up that is wrong, in a step as in a post. */
const SET_UP: ReadonlySet<AttemptClass> = new Set(["client", "auth", "not_found", "gone"]);

/** One post: the steps before it, the post itself, the steps after it. Holds a slot from its first request to its last. */
export class PostRun {
  private facts: PostFacts;
  private at = 0;
  /** A step has handed the lead over: from here on no answer is "the buyer may have it". */
  private delivered = false;
  private built: BuildResult | undefined;
  private taken = false;
  private readonly deps: Deps;
  private readonly line: Line;
  private readonly job: DeliveryJob;

  constructor(deps: Deps, line: Line, job: DeliveryJob) {
    this.deps = deps;
    this.line = line;
    this.job = job;
    this.facts = { ...job.facts, token: job.tokens?.current() ?? job.facts.token };
  }

  /** Builds the first request, so that what cannot be built waits for no slot. */
  first(): { request: string; refused: AttemptResult | null } {
    const built = this.build();
    this.built = built;
    const request = built.ok ? this.line.text(built.request) : "";
    const refused = this.line.refusal(built);
    return { request, refused: refused && { ...this.unsent(refused), request } };
  }

  async run(): Promise<AttemptResult> {
    for (let step = this.step(); step; step = this.step()) {
      const over = await this.before(step);
      if (over) return over;
      this.at++;
    }
    const sent = await this.line.send(
      this.outgoing("post", (answer) => this.tookNothing(answer)),
      this.takeBuilt(),
    );
    const result = this.concluded(sent);
    if (sent.kind !== "answer") return result;
    const asks = () => this.fresh();
    return followUps({ deps: this.deps, line: this.line, job: this.job, facts: asks }, sent.answer, result);
  }

  /** Each request has its own nonce and time, and the token that is in force. */
  private fresh(): PostFacts {
    const { gateway, token } = this.facts;
    const { job, deps } = this;
    return {
      ...this.facts,
      nonce: requestNonce(deps),
      gateway: { ...gateway, now: deps.now() },
      token: job.tokens?.current() ?? token,
    };
  }

  /** The request that {@link first} built, once. */
  private takeBuilt(): BuildResult | undefined {
    const built = this.taken ? undefined : this.built;
    this.taken = true;
    return built;
  }

  /** The next step before the post whose condition holds. */
  private step(): CompiledStep<PostFacts> | undefined {
    const { beforePost } = this.job.dialect.steps;
    while (this.at < beforePost.length && !beforePost[this.at]?.when(this.facts)) this.at++;
    return beforePost[this.at];
  }

  private build(): BuildResult {
    const facts = this.built === undefined ? this.facts : this.fresh();
    const step = this.step();
    if (step) return step.build(facts);
    const built = this.job.dialect.buildPost(facts);
    return built.ok ? { ok: true, request: withKey(built.request, facts.gateway.reservation_id) } : built;
  }

  private outgoing(name: string, proves_nothing: (answer: WireAnswer) => boolean) {
    return { name, build: () => this.build(), may_dispatch: this.job.may_dispatch, proves_nothing };
  }

  /** Sends one step; null: the next request may be sent. */
  private async before(step: CompiledStep<PostFacts>): Promise<AttemptResult | null> {
    const proof = (answer: WireAnswer) => !step.delivers || isRefusal(answer);
    const sent = await this.line.send(this.outgoing(step.name, proof), this.takeBuilt());
    if (sent.kind === "unsent") return this.line.result(this.unsent(sent), null);
    const earlier = this.delivered;
    this.delivered ||= step.delivers;
    if (sent.kind === "none")
      return this.failed(failureClass(sent.result), `step ${step.name}: ${failureText(sent.result)}`);
    const reading = readStep(step, sent.answer);
    if (reading.outcome !== "go_on") return this.endedBy(step, reading, sent.answer.status, earlier);
    this.facts = { ...this.facts, steps: { ...this.facts.steps, [step.name]: reading.carried } };
    return null;
  }

  /** A request that broke: nothing was handed over, or perhaps something was. */
  private failed(cls: AttemptClass, reason: string, http_status: number | null = null): AttemptResult {
    const of = this.delivered
      ? ({ outcome: "unknown", class: cls } as const)
      : ({ outcome: "not_taken", class: "step_failed" } as const);
    return this.line.result({ ...of, held_for_review: false, reason }, http_status);
  }

  /** A step whose answer is not "go on": what it says of the lead, where it is a word of a post; else it failed. */
  private endedBy(
    { delivers }: CompiledStep<PostFacts>,
    { outcome, class: cls, held_for_review, reason }: StepReading,
    http_status: number,
    earlier: boolean,
  ): AttemptResult {
    const as = (outcome: AttemptResult["outcome"]) =>
      this.line.result({ outcome, class: cls, held_for_review, reason }, http_status);
    // An earlier post of this round may have landed: the buyer's no to today's question is no word about that one.
    const no = outcome === "no_bid" || outcome === "rejected";
    if (no && !delivers && this.job.context.after_unknown)
      return this.failed("unreadable", reason ?? "the step's answer", http_status);
    if (outcome === "no_bid")
      return this.line.result({ outcome: "rejected", class: "rejected", held_for_review, reason }, http_status);
    // What an earlier step handed over is not taken back by an answer about this one.
    const aside = earlier && (outcome === "set_up_error" || outcome === "not_taken");
    if (outcome === "not_taken" && !this.delivered && cls !== "throttled")
      return this.failed(cls, reason ?? "the step's answer", http_status);
    if (aside || outcome === "error" || outcome === "go_on" || (outcome === "unknown" && !held_for_review)) {
      if (SET_UP.has(cls) && !this.delivered) return as("set_up_error");
      if (cls === "throttled" && !this.delivered) return as("not_taken");
      return this.failed(
        cls === "ok" || cls === "rejected" ? "unreadable" : cls,
        reason ?? "the step's answer",
        http_status,
      );
    }
    return as(outcome);
  }

  /** What did not leave: too late, or not to be built. After a step that delivered, the buyer may have the lead all the same. */
  private unsent({ why, reason }: Extract<Sent, { kind: "unsent" }>): AttemptResult {
    const of = { held_for_review: false, http_status: null, ms: 0, request: "", answer: "", reason };
    if (this.delivered) return { ...of, outcome: "unknown", class: why === "too_late" ? "timeout" : "unreadable" };
    if (why === "too_late") return { ...of, outcome: "not_taken", class: "not_dispatched" };
    return { ...of, outcome: "set_up_error", class: why === "url" ? "url_refused" : "client" };
  }

  private concluded(sent: Sent): AttemptResult {
    const { dialect, context } = this.job;
    if (sent.kind === "unsent") return this.line.result(this.unsent(sent), null);
    return resultOf(this.line, sent, (answer) => dialect.readOutcome(answer, context), this.delivered);
  }

  /** A refused token repeats the post only where its answer took nothing. */
  private tookNothing(answer: WireAnswer): boolean {
    if (this.delivered) return false;
    if (isRefusal(answer)) return true;
    const { outcome } = readSafely((read) => this.job.dialect.readOutcome(read, this.job.context), answer);
    return outcome === "rejected" || outcome === "set_up_error" || outcome === "not_taken";
  }
}

/** The key by which the buyer can recognise the same post; a dialect may set its own. */
function withKey(request: WireRequest, key: string): WireRequest {
  const has = request.headers.some(([name]) => name.toLowerCase() === "idempotency-key");
  return has ? request : { ...request, headers: [...request.headers, ["Idempotency-Key", key]] };
}
