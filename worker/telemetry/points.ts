import type { LogLine } from "./log.ts";

/**
 * What a log line's words are called elsewhere: where Analytics Engine keeps them, and their OpenTelemetry name. One table, of which the
 * data points, `npm run tail -- --otel`, docs/analytics.md and their test are made. Places are for ever: stored points keep theirs, so new
 * words only join at the end.
 */
export interface Word {
  /** In the log line. */
  name: string;
  /** `index1`, `blob1`…, `double1`…; null: not kept there. */
  place: string | null;
  /** By the semantic conventions where they have one, else under `pingpost.`. */
  otel: string;
  about: string;
  /** Of the value under its OpenTelemetry name, where it is another: a duration is in seconds there. */
  convert?: (value: number) => number;
}

const seconds = (ms: number): number => ms / 1_000;
const own = (name: string): string => `pingpost.${name}`;
const word = (name: string, place: string | null, otel: string, about: string, convert?: Word["convert"]): Word => ({
  ...{ name, place, otel, about },
  ...(convert ? { convert } : {}),
});

export const AUCTION_WORDS: readonly Word[] = [
  word("campaign", "index1", own("campaign.id"), "what is sold; points are sampled by it"),
  word("event", "blob1", "event.name", "`auction`"),
  word("publisher", "blob2", own("publisher.id"), "who asked"),
  word("result", "blob3", own("auction.result"), "`accepted`, `rejected`"),
  word("code", "blob4", own("auction.code"), "why not accepted"),
  word("winner", "blob5", own("contract.id"), "the best bid's contract"),
  word("test", "blob6", own("test"), "`true`, `false`"),
  word("buyer", "blob7", own("buyer.id"), "the best bid's buyer"),
  word("took_ms", "double1", own("auction.duration"), "ms from arrival to answer; seconds in OpenTelemetry", seconds),
  word("price", "double2", own("auction.price"), "the promise to the publisher, in units of the currency"),
  word("bid", "double3", own("auction.bid"), "the best bid"),
  word("asked", "double4", own("auction.asked"), "buyers that were asked"),
  word("bids", "double5", own("auction.bids"), "usable bids"),
  word("no_bids", "double6", own("auction.no_bids"), "plain no-bids"),
  word("timeouts", "double7", own("auction.timeouts"), "no answer in time"),
  word("errors", "double8", own("auction.errors"), "answers that were none"),
  word("not_attempted", "double9", own("auction.not_attempted"), "no connection was free in time"),
  word("late", "double10", own("auction.late"), "answered too late; known only in the log's later corrections"),
  word("excluded", "double11", own("auction.excluded"), "contracts left out before anybody was asked"),
  word("filtered", "double12", own("auction.filtered"), "of those, by their own filters"),
  word("ping_id", null, own("ping.id"), "the auction"),
  word("config_seq", null, own("config.seq"), "which configuration decided"),
];

export const DELIVERY_WORDS: readonly Word[] = [
  word("buyer", "index1", own("buyer.id"), "who was posted to; points are sampled by it"),
  word("event", "blob1", "event.name", "`delivery`"),
  word("contract", "blob2", own("contract.id"), "by which contract"),
  word("outcome", "blob3", own("delivery.outcome"), "what became of the request"),
  word("class", "blob4", "error.type", "error class; `ok` is left out in OpenTelemetry"),
  word("test", "blob5", own("test"), "`true`, `false`"),
  word("endpoint", "blob6", own("endpoint.id"), "where it went; its host may be a secret and is not logged"),
  word("kind", "blob7", own("delivery.kind"), "`post`, `status`"),
  word("publisher", "blob8", own("publisher.id"), "whose lead"),
  word("campaign", "blob9", own("campaign.id"), "of what"),
  word("ms", "double1", "http.client.request.duration", "ms from dispatch; seconds in OpenTelemetry", seconds),
  word("http_status", "double2", "http.response.status_code", "of the buyer's answer; 0 = there was none"),
  word("round", "double3", own("delivery.round"), "after `not now` a new one begins"),
  word(
    "attempt",
    "double4",
    "http.request.resend_count",
    "requests of the round, from 1; from 0 in OpenTelemetry",
    (n) => n - 1,
  ),
  word("lead_id", null, own("lead.id"), "the lead"),
  word("ping_id", null, own("ping.id"), "its auction; null when it was sold in one step"),
  word("reservation", null, own("reservation.id"), "the buyer's reservation, and the request's `Idempotency-Key`"),
];

export const wordsOfEvent = (event: unknown): readonly Word[] | null =>
  event === "auction" ? AUCTION_WORDS : event === "delivery" ? DELIVERY_WORDS : null;

/** A line under OpenTelemetry's names; words that are not there, or say nothing (`class: ok`), are left out. */
export function otelAttributes(line: LogLine): LogLine {
  const words = new Map(wordsOfEvent(line.event)?.map((one) => [one.name, one]));
  return Object.fromEntries(
    Object.entries(line).flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      const { otel, convert } = words.get(name) ?? { otel: name === "event" ? "event.name" : own(name) };
      if (otel === "error.type" && value === "ok") return [];
      return [[otel, convert && typeof value === "number" ? convert(value) : value]];
    }),
  );
}
