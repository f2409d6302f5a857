import type { AttemptClass } from "../../schema/lists.ts";
import type { DialResult, WireRequest } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import type { AttemptResult, Channel } from "./channel.ts";
import type { BuildResult, OutcomeReading, WireAnswer } from "./dialect.ts";
import { dialOne, POST_MAX_BYTES } from "./http-call.ts";
import { masker } from "./mask.ts";
import type { SlotPool } from "./slots.ts";
import type { UrlGuard } from "./url-guard.ts";

/** Characters of a request or an answer that are kept for the record. */
const RECORD_LIMIT = 32_768;

/** Delivers by HTTP: one request through one of the invocation's slots. Everything after dispatch that is not a readable answer is `unknown`. */
export function httpChannel(deps: Deps, slots: SlotPool, guard: UrlGuard): Channel {
  /** Sends what was built, if it may go out. */
  async function send(ready: Ready): Promise<AttemptResult> {
    const { built, timeout_ms } = ready;
    if (!built.ok) return unsent("set_up_error", "client", built.message);
    const record = recorder(ready.secrets);
    const { request } = built;
    const verdict = guard(request.url);
    if (!verdict.ok) return unsent("set_up_error", "url_refused", `url: ${verdict.message}`, record.request(request));
    if (!(await heldSlot(deps, slots, timeout_ms)))
      return unsent("not_taken", "not_dispatched", "no free connection", record.request(request));
    try {
      if (!ready.may_dispatch())
        return unsent("not_taken", "not_dispatched", "too late to begin", record.request(request));
      const result = await dialOne(deps, { request, timeout_ms, max_bytes: POST_MAX_BYTES });
      return read(deps, ready.read, result, record.request(request), record);
    } finally {
      slots.release();
    }
  }

  return {
    attempt: ({ dialect, facts, context, timeout_ms, may_dispatch }) => {
      const built = dialect.buildPost(facts);
      return send({
        built: built.ok ? { ok: true, request: withKey(built.request, facts.gateway.reservation_id) } : built,
        secrets: facts.secrets,
        timeout_ms,
        may_dispatch,
        read: (answer) => dialect.readOutcome(answer, context),
      });
    },
    ask: ({ dialect, facts, timeout_ms }) =>
      send({
        built: dialect.buildStatus(facts) ?? { ok: false, message: "the endpoint's dialect has no status call" },
        secrets: facts.secrets,
        timeout_ms,
        may_dispatch: () => true,
        read: (answer) => dialect.readStatus(answer),
      }),
  };
}

/** A request of either kind, built. */
interface Ready {
  built: BuildResult;
  secrets: Record<string, string>;
  timeout_ms: number;
  may_dispatch(): boolean;
  read(answer: WireAnswer): OutcomeReading;
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

/** The key by which the buyer can recognise the same post; a dialect may set its own. */
function withKey(request: WireRequest, key: string): WireRequest {
  const has = request.headers.some(([name]) => name.toLowerCase() === "idempotency-key");
  return has ? request : { ...request, headers: [...request.headers, ["Idempotency-Key", key]] };
}

type Recorder = ReturnType<typeof recorder>;

/** Texts for the sealed record, without credentials. */
function recorder(secrets: Record<string, string>) {
  const mask = masker(secrets);
  const lines = (head: string, headers: [string, string | null][], body: string | null): string => {
    const shown = headers
      .filter(([, value]) => value !== null && value !== "")
      .map(([name, value]) => `${name}: ${value}`);
    const text = mask([head, ...shown, "", body ?? ""].join("\n"));
    return text.length > RECORD_LIMIT ? `${text.slice(0, RECORD_LIMIT)}\n[cut]` : text;
  };
  return {
    mask,
    request: (request: WireRequest) => lines(`${request.method} ${request.url}`, request.headers, request.body),
    answer: (answer: WireAnswer) => {
      const { status, content_type, retry_after, location, body } = answer;
      return lines(
        `HTTP ${status}`,
        [
          ["content-type", content_type],
          ["retry-after", retry_after],
          ["location", location],
        ],
        body,
      );
    },
  };
}

function read(deps: Deps, reader: Ready["read"], result: DialResult, request: string, record: Recorder): AttemptResult {
  if (result.kind === "not_attempted") return unsent("not_taken", "not_dispatched", result.error, request);
  const answer = answerOf(result, deps.now());
  if (answer === null) {
    const status = result.kind === "failed" ? (result.status ?? null) : null;
    const cls = failureClass(result);
    return {
      outcome: "unknown",
      class: cls,
      held_for_review: false,
      http_status: status,
      ms: result.ms,
      request,
      answer: "",
      reason: failureText(result),
    };
  }
  const reading = readSafely(reader, answer);
  return {
    ...reading,
    reason: reading.reason === undefined ? undefined : record.mask(reading.reason),
    http_status: answer.status,
    ms: result.ms,
    request,
    answer: record.answer(answer),
  };
}

/** The answer for the dialect; null when there is none. A redirect is not followed, but it is an answer. */
export function answerOf(result: DialResult, now: number): WireAnswer | null {
  if (result.kind !== "answer") return null;
  const { status, content_type, body, location, headers } = result;
  return {
    status,
    content_type,
    body,
    location,
    headers,
    retry_after: retryAfterSeconds(result.retry_after, now),
    now,
  };
}

/** `Retry-After` as seconds, whether it came as seconds or as an HTTP date. */
export function retryAfterSeconds(value: string | null, now: number): string | null {
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return value.trim();
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : String(Math.max(0, Math.ceil((at - now) / 1_000)));
}

function failureClass(result: DialResult): AttemptClass {
  if (result.kind === "failed" && result.error === "too_large") return "too_large";
  return result.kind === "failed" && result.error === "transport" ? "transport" : "timeout";
}

function failureText(result: DialResult): string {
  return result.kind === "failed" ? result.error : "no answer in time";
}

/** After dispatch nothing may throw: a reading that breaks is an answer nobody can read. */
function readSafely(reader: Ready["read"], answer: WireAnswer): OutcomeReading {
  try {
    return reader(answer);
  } catch {
    return {
      outcome: "unknown",
      class: "unreadable",
      held_for_review: true,
      reason: "the dialect failed on this answer",
    };
  }
}
