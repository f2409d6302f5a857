import { type Money, toWire } from "../../../schema/money.ts";
import { curlOf } from "../../buyers/curl.ts";
import type { AnswerPlace, Explanation } from "../../buyers/dialects/answer/explain.ts";
import type { Mapping } from "../../buyers/dialects/mapping.ts";
import { withoutCredential } from "../../buyers/http-record.ts";
import type { SchemaVerdict } from "../../buyers/schemas/verdict.ts";
import type { ReadAnswer, SentRequest } from "./recording.ts";

/** One request with its answer; credentials in both are masked. */
export interface Exchange {
  /** Whose: `ping`, `post`, or a step's; null: its answer was not read. */
  place: AnswerPlace | null;
  request: SentRequest & { curl: string };
  answer: { status: number; headers: Record<string, string>; body: string } | null;
  /** How each rule read it. */
  explained: Explanation | null;
}

export interface PhaseReport {
  phase: "ping" | "post";
  /** A word of the ping's or the attempt's outcomes; `not_sent` where nothing could go out. */
  outcome: string;
  reason: string | null;
  ms: number | null;
  /** What was made of the answer: price, ids, what is carried. */
  reading: Record<string, unknown>;
  exchanges: Exchange[];
  /** Placeholders without a value: sent empty, or left out. */
  empty: { path: string; name: string }[];
  /** Against the buyer's own schema, where the endpoint has one. */
  schema: SchemaVerdict | null;
}

/** What should be looked at, most pressing first. */
export interface Finding {
  level: "error" | "warning" | "note";
  code: string;
  message: string;
}

export interface TestReport {
  contract_id: string;
  contract_version: number;
  endpoint_id: string;
  endpoint_version: number;
  campaign_id: string;
  at: string;
  /** False: an answer was given with the call, and nothing left the gateway. */
  sent: boolean;
  /** Of the last phase. */
  outcome: string;
  /** The buyer took the sample: a bid, an accepted post. */
  ok: boolean;
  phases: PhaseReport[];
  mapping: Mapping;
  findings: Finding[];
}

export type Mask = (text: string) => string;

export function exchangeOf(
  sent: SentRequest,
  read: ReadAnswer | undefined,
  explained: Explanation | null,
  mask: Mask,
): Exchange {
  const request: SentRequest = {
    method: sent.method,
    url: mask(sent.url),
    headers: sent.headers.map(withoutCredential).map(([name, value]) => [name, mask(value)]),
    body: sent.body === null ? null : mask(sent.body),
  };
  const { wire } = read ?? {};
  const headers = wire && {
    ...(wire.content_type === "" ? {} : { "content-type": wire.content_type }),
    ...(wire.retry_after === null ? {} : { "retry-after": wire.retry_after }),
    ...(wire.location === null ? {} : { location: mask(wire.location) }),
    ...masked(wire.headers ?? {}, mask),
  };
  return {
    place: read?.place ?? null,
    request: { ...request, curl: curlOf(request) },
    answer: wire && headers ? { status: wire.status, headers, body: mask(wire.body) } : null,
    explained: explained && masked(wired(explained), mask),
  };
}

/** Amounts as on the wire, whatever holds them. */
export function wired<T>(value: T): T {
  return mapped(value, (name, item) =>
    typeof item === "number" && /^(price|counter_price)$/.test(name) ? toWire(item as Money) : item,
  ) as T;
}

/** Every text without credentials: an answer may echo them. */
export const masked = <T>(value: T, mask: Mask): T =>
  mapped(value, (_, item) => (typeof item === "string" ? mask(item) : item)) as T;

function mapped(value: unknown, change: (name: string, item: unknown) => unknown, name = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => mapped(item, change, name));
  if (typeof value !== "object" || value === null) return change(name, value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, change, key)]));
}
