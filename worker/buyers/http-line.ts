import type { DialResult, WireRequest } from "../../schema/rpc/dialer.ts";
import { type Deps, within } from "../deps.ts";
import type { AttemptResult, TokenSource } from "./channel.ts";
import type { BuildResult, Dialect, WireAnswer } from "./dialect.ts";
import { dialOne, POST_MAX_BYTES } from "./http-call.ts";
import { answerOf, type Exchange, joined, type Recorder, recorder } from "./http-record.ts";
import type { UrlGuard } from "./url-guard.ts";

/** What came of one request: an answer, none, or it did not leave. */
export type Sent =
  | { kind: "answer"; answer: WireAnswer }
  | { kind: "none"; result: DialResult }
  | { kind: "unsent"; why: "set_up" | "url" | "too_late"; reason: string };

export interface Outgoing {
  name: string;
  /** Builds the request, with the token there is. */
  build(): BuildResult;
  /** May it leave now? */
  may_dispatch(): boolean;
  /** Does this answer prove that nothing was taken, so that the same request may go out again with another token? */
  proves_nothing(answer: WireAnswer): boolean;
}

interface Ports {
  deps: Deps;
  guard: UrlGuard;
  /** Of the client (mTLS), for all requests. */
  certificate?: string;
}

/**
 * The requests of one attempt, one after the other through one slot and within one time. Keeps what each sent and got. Where an
 * answer says that the token is not good any more, another one is had, once, and the request repeated.
 */
export class Line {
  /** Ms that its requests took together, without the waiting between them. */
  ms = 0;
  private readonly exchanges: Exchange[] = [];
  private readonly ports: Ports;
  private readonly dialect: Dialect;
  private readonly tokens: TokenSource | undefined;
  private readonly secrets: Record<string, string>;
  private record: Recorder;
  private ends_at = Number.POSITIVE_INFINITY;
  private renewed = false;

  constructor(
    ports: Ports,
    job: { dialect: Dialect; facts: { secrets: Record<string, string> }; tokens?: TokenSource },
  ) {
    this.ports = ports;
    this.dialect = job.dialect;
    this.secrets = job.facts.secrets;
    this.tokens = job.tokens;
    this.record = recorder(masked(this.secrets, this.tokens));
  }

  /** The time of all requests together begins. */
  begin(timeout_ms: number): void {
    this.ends_at = this.ports.deps.now() + timeout_ms;
  }

  get left(): number {
    return this.ends_at - this.ports.deps.now();
  }

  mask = (text: string): string => this.record.mask(text);
  text = (request: WireRequest): string => this.record.request(request);

  /** Can it be built, and may its address be called? null: yes. */
  refusal(built: BuildResult): Extract<Sent, { kind: "unsent" }> | null {
    if (!built.ok) return { kind: "unsent", why: "set_up", reason: built.message };
    const verdict = this.ports.guard(built.request.url);
    return verdict.ok ? null : { kind: "unsent", why: "url", reason: `url: ${verdict.message}` };
  }

  async send(outgoing: Outgoing, first?: BuildResult): Promise<Sent> {
    const sent = await this.once(outgoing, first ?? outgoing.build());
    if (sent.kind !== "answer" || !(await this.renew(outgoing, sent.answer))) return sent;
    // The refusal took nothing: what could not leave after it, never left.
    return this.once(outgoing, outgoing.build());
  }

  /** What the attempt came to, with all that was sent and got. */
  result(
    of: Omit<AttemptResult, "ms" | "request" | "answer" | "http_status">,
    http_status: number | null,
  ): AttemptResult {
    const reason = of.reason === undefined ? undefined : this.mask(of.reason);
    const [request, answer] = [joined(this.exchanges, "request"), joined(this.exchanges, "answer")];
    return { ...of, reason, http_status, ms: this.ms, request, answer };
  }

  private async once({ name, may_dispatch }: Outgoing, built: BuildResult): Promise<Sent> {
    const refused = this.refusal(built);
    if (refused || !built.ok) return refused ?? { kind: "unsent", why: "set_up", reason: "" };
    const exchange = { name, request: this.record.request(built.request), answer: "" };
    const too_late = { kind: "unsent", why: "too_late", reason: "too late to begin" } as const;
    this.exchanges.push(exchange);
    if (this.left <= 0) return too_late;
    if (!may_dispatch()) return too_late;
    const { certificate } = this.ports;
    const request = certificate === undefined ? built.request : { ...built.request, certificate };
    const result = await dialOne(this.ports.deps, { request, timeout_ms: this.left, max_bytes: POST_MAX_BYTES });
    if (result.kind !== "not_attempted") this.ms += result.ms;
    const answer = answerOf(result, this.ports.deps.now());
    if (answer === null) return { kind: "none", result };
    exchange.answer = this.record.answer(answer);
    return { kind: "answer", answer };
  }

  /** True: there is another token than the one that was refused. */
  private async renew({ proves_nothing }: Outgoing, answer: WireAnswer): Promise<boolean> {
    if (!this.tokens || this.renewed || this.dialect.tokenAuth === null || !this.dialect.tokenRefused(answer))
      return false;
    if (!proves_nothing(answer)) return false;
    this.renewed = true;
    const renewed = await within(this.ports.deps, Math.max(0, this.left), this.tokens.renew()).catch(() => false);
    if (renewed) this.record = recorder(masked(this.secrets, this.tokens));
    return renewed;
  }
}

/** What no record may show: the credentials, and a token's values but for addresses (`instance_url`). */
function masked(secrets: Record<string, string>, tokens: TokenSource | undefined): Record<string, string> {
  const token = tokens?.current();
  if (!token) return secrets;
  const hidden = Object.entries(token).filter(([, value]) => value.length > 3 && !/^https?:/.test(value));
  return { ...secrets, ...Object.fromEntries(hidden.map(([name, value]) => [`token.${name}`, value])) };
}
