import type { DialRequest, DialResult } from "../../schema/rpc/dialer.ts";
import type { Deps } from "../deps.ts";
import { type BodyReader, readBody } from "./http-body.ts";

/** Most bytes of an answer's body that are read: a ping's, a post's. */
export const PING_MAX_BYTES = 65_536;
export const POST_MAX_BYTES = 1_048_576;
/** Of a redirect: a longer body is left unread, it is the address that counts. */
const REDIRECT_MAX_BYTES = 65_536;

/** One request on its way. */
export interface Call {
  /** The answer or failure within the call's own timeout; at that moment a `timeout` (or `body_timeout`). */
  inTime: Promise<DialResult>;
  /** The same, but after a timeout it waits on for a late answer (`late: true`), until {@link Call.stop}. */
  final: Promise<DialResult>;
  /** What is decided now: the answer, or from this moment on a timeout. The request goes on. */
  giveUp(): DialResult;
  /** Ends the request, its body and its timer. What was not decided is a timeout. */
  stop(): void;
}

/**
 * Sends one request. Its timer starts now, at dispatch: whoever calls holds a slot. Redirects are not followed (they are answers, with
 * whatever body they have), the body is read up to `max_bytes`. Never rejects; leaves no timer and no unread body behind once `final` is
 * settled. `origin` (epoch ms) is what `sent_at_ms` counts from.
 */
export function startCall(deps: Deps, { request, timeout_ms, max_bytes }: DialRequest, origin: number): Call {
  const sent = deps.now();
  const times = () => ({ ms: deps.now() - sent, sent_at_ms: sent - origin });
  const inTime = Promise.withResolvers<DialResult>();
  const final = Promise.withResolvers<DialResult>();
  const abort = new AbortController();
  let decided: DialResult | null = null;
  let done = false;
  let status: number | undefined;
  let body: BodyReader | null = null;
  let redirect: DialResult | null = null;

  const decide = (result: DialResult): DialResult => {
    decided ??= result;
    inTime.resolve(decided);
    return decided;
  };
  const giveUp = (): DialResult =>
    decide(
      status === undefined
        ? { kind: "timeout", ...times() }
        : (redirect ?? { kind: "failed", error: "body_timeout", ...times(), status }),
    );
  const cancelTimer = deps.timer(giveUp, timeout_ms);
  /** A late answer is worth telling; a late failure only confirms the timeout. */
  const finish = (result: DialResult): void => {
    if (done) return;
    done = true;
    cancelTimer();
    const answered = result.kind === "answer";
    final.resolve(answered ? result : decide(result));
    decide(result);
    // A redirect may be given up with its body still on its way.
    if (answered && result !== redirect) return;
    abort.abort();
    body?.cancel();
  };

  const run = async (): Promise<void> => {
    const { url, certificate } = request;
    const init = initOf(request, abort.signal);
    const response = await deps.fetch({ url, init, ...(certificate === undefined ? {} : { certificate }) });
    const head = headOf(response, request.want_headers);
    const redirects = head.status >= 300 && head.status < 400;
    body = readBody(response, redirects ? Math.min(max_bytes, REDIRECT_MAX_BYTES) : max_bytes, head.content_type);
    if (done) return body.cancel();
    status = head.status;
    const answer = (text: string): DialResult => ({
      kind: "answer",
      ...head,
      body: text,
      ...times(),
      late: decided !== null,
    });
    if (redirects) redirect = answer("");
    const text = await (redirects ? body.text().catch(() => null) : body.text());
    if (text === null && !redirects) return finish({ kind: "failed", error: "too_large", ...times(), status });
    finish(answer(text ?? ""));
  };
  run().catch(() => finish({ kind: "failed", error: "transport", ...times(), status }));
  const stop = (): void => {
    if (!done) finish(giveUp());
  };
  return { inTime: inTime.promise, final: final.promise, giveUp, stop };
}

/** One bounded call: given up at its timeout, or when `end` aborts. Never rejects. */
export async function dialOne(
  deps: Deps,
  request: DialRequest,
  end?: AbortSignal,
  origin = deps.now(),
): Promise<DialResult> {
  const call = startCall(deps, request, origin);
  if (end?.aborted) call.stop();
  end?.addEventListener("abort", call.stop);
  const result = await call.inTime;
  end?.removeEventListener("abort", call.stop);
  call.stop();
  return result;
}

/** Longest value of an answer's header that is passed on. */
const HEADER_LIMIT = 1_000;

function headOf({ status, headers }: Response, wanted: readonly string[] = []) {
  const head = {
    status,
    content_type: headers.get("content-type") ?? "",
    retry_after: headers.get("retry-after"),
    location: headers.get("location"),
  };
  if (wanted.length === 0) return head;
  const shown = wanted.flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name.toLowerCase(), value.slice(0, HEADER_LIMIT)] as const];
  });
  return shown.length === 0 ? head : { ...head, headers: Object.fromEntries(shown) };
}

function initOf(request: DialRequest["request"], signal: AbortSignal): RequestInit {
  return {
    method: request.method,
    headers: headersOf(request.headers),
    redirect: "manual",
    signal,
    // Two more headers of each request, which only answers to a GET need: no cache keeps another's.
    ...(request.method === "GET" ? { cache: "no-store" } : {}),
    ...(request.body === null ? {} : { body: request.body }),
  };
}

/** As an object where no name comes twice: reading a list of pairs costs the runtime three times as much. */
function headersOf(pairs: [string, string][]): RequestInit["headers"] {
  const named = Object.fromEntries(pairs);
  return Object.keys(named).length === pairs.length ? named : pairs;
}
