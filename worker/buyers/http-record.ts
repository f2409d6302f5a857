import type { AttemptClass } from "../../schema/lists.ts";
import type { DialResult, WireRequest } from "../../schema/rpc/dialer.ts";
import type { WireAnswer } from "./dialect.ts";
import { masker } from "./mask.ts";

/** Characters of a request or an answer that are kept for the record, and of all of one attempt. */
const RECORD_LIMIT = 32_768;
const ALL_LIMIT = 131_072;

export type Recorder = ReturnType<typeof recorder>;

/** Texts for the sealed record, without credentials and tokens. */
export function recorder(secrets: Record<string, string>) {
  const mask = masker(secrets);
  const lines = (head: string, headers: [string, string | null][], body: string | null): string => {
    const shown = headers
      .filter(([, value]) => value !== null && value !== "")
      .map(([name, value]) => `${name}: ${value}`);
    return cut(mask([head, ...shown, "", body ?? ""].join("\n")), RECORD_LIMIT);
  };
  return {
    mask,
    request: (request: WireRequest) =>
      lines(`${request.method} ${request.url}`, request.headers.map(withoutCredential), request.body),
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

/** `Basic` is name and password in base64, which no masker finds: of an Authorization header only the scheme is kept. */
export function withoutCredential([name, value]: [string, string]): [string, string] {
  if (!/^(proxy-)?authorization$/i.test(name)) return [name, value];
  return [name, value.replace(/^(?:(\S{1,40})\s+)?.*$/s, (_, scheme?: string) => (scheme ? `${scheme} ***` : "***"))];
}

const cut = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit)}\n[cut]` : text);

/** What one request of an attempt sent and got. `name`: `post`, `status`, or its step's. */
export interface Exchange {
  name: string;
  request: string;
  answer: string;
}

/** One request's text stands by itself; several each under a line that names them, `[1 session]`. */
export function joined(exchanges: Exchange[], of: "request" | "answer"): string {
  const [only] = exchanges;
  if (only && exchanges.length === 1) return only[of];
  return cut(exchanges.map((exchange, i) => `[${i + 1} ${exchange.name}]\n${exchange[of]}`).join("\n\n"), ALL_LIMIT);
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

export function failureClass(result: DialResult): AttemptClass {
  if (result.kind === "failed" && result.error === "too_large") return "too_large";
  return result.kind === "failed" && result.error === "transport" ? "transport" : "timeout";
}

export const failureText = (result: DialResult): string =>
  result.kind === "failed" ? result.error : "no answer in time";
