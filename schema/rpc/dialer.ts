import type { PingError } from "../lists.ts";

/** A ready request; a dialer needs neither configuration nor credentials to send it. */
export interface WireRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: string | null;
  /** Binding of the client certificate (mTLS) that it goes out with; absent: none. */
  certificate?: string;
  /** Names of headers of the answer that come back with it. */
  want_headers?: string[];
}

/** One request of a dialler's batch. Times are remaining milliseconds, never timestamps. */
export interface DialRequest {
  request: WireRequest;
  /** Counted from dispatch. */
  timeout_ms: number;
  max_bytes: number;
}

/** A raw answer, or why there is none. */
export type DialResult =
  | {
      kind: "answer";
      status: number;
      content_type: string;
      body: string;
      retry_after: string | null;
      location: string | null;
      /** Those of `want_headers` that are there, names in lower case. */
      headers?: Record<string, string>;
      ms: number;
      sent_at_ms: number;
      late: boolean;
    }
  | { kind: "timeout"; ms: number; sent_at_ms: number }
  | { kind: "failed"; error: PingError; ms: number; sent_at_ms: number; status?: number }
  | { kind: "not_attempted"; error: PingError }
  /** Nobody waits for it any more: it could not have won. Of a call at a dialer, times count from the fan-out's start. */
  | { kind: "closed_early"; ms: number; sent_at_ms: number };

export interface DialCommand {
  v: 1;
  /** At most six. */
  calls: DialRequest[];
  /** Everything is back by then, from the moment the call arrives. */
  within_ms: number;
}
export type DialReply = { kind: "busy" } | { kind: "done"; results: DialResult[] };

export interface DialerPort {
  dial(command: DialCommand): Promise<DialReply>;
}
