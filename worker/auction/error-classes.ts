import type { AttemptClass, AttemptOutcome } from "../../schema/lists.ts";

/** What a class of answers leads to. The sentence is for operators; docs/operators.md shows the same table. */
export interface ErrorClass {
  /** What it means where no rule of the dialect says otherwise. */
  outcome: AttemptOutcome;
  /**
   * `same`: the same request again under its key (or a status call, by contract). `later`: the same buyer again in a new round, where the
   * campaign says so. `at_once`: nothing left the house, so the bidder is still to be asked. `never`: no request to this buyer any more.
   */
  retry: "same" | "later" | "at_once" | "never";
  /** The next bidder is asked at once. */
  next_buyer: boolean;
  /** The operator is told: the endpoint is wrongly set up. */
  alert: boolean;
  /** A pending publisher's lead waits for the repair when nobody else is left. */
  park: boolean;
  /** What the post breaker counts it as; null: it says nothing about the buyer's system. */
  breaker: "ok" | "failed" | null;
  /** Something broke: a sale after it is recovered revenue. */
  failure: boolean;
  say: string;
}

type Row = Omit<ErrorClass, "say">;

const SOLD: Row = {
  outcome: "accepted",
  retry: "never",
  next_buyer: false,
  alert: false,
  park: false,
  breaker: "ok",
  failure: false,
};
const NO: Row = { ...SOLD, outcome: "rejected", next_buyer: true };
const UNKNOWN: Row = { ...SOLD, outcome: "unknown", retry: "same", breaker: "failed", failure: true };
const SET_UP: Row = { ...NO, outcome: "set_up_error", alert: true, park: true, breaker: "failed", failure: true };

/** Error classes as data: every decision that depends on the class of an answer is read from here. */
export const ERROR_CLASSES: Readonly<Record<AttemptClass, ErrorClass>> = {
  ok: { ...SOLD, say: "The buyer answered, and its answer was read." },
  rejected: { ...NO, say: "The buyer refused this lead." },
  duplicate: { ...NO, outcome: "duplicate", say: "The buyer knows this lead; after an unknown, from us." },
  throttled: {
    ...NO,
    outcome: "not_taken",
    retry: "later",
    breaker: "failed",
    say: "Not now: the buyer took nothing and may be asked again later.",
  },
  not_dispatched: {
    ...NO,
    outcome: "not_taken",
    retry: "at_once",
    next_buyer: false,
    breaker: null,
    failure: true,
    say: "The request never left: no free connection, or too late to begin.",
  },
  step_failed: {
    ...NO,
    outcome: "not_taken",
    retry: "later",
    breaker: "failed",
    failure: true,
    say: "A request before the post failed or was not answered: the lead was not sent.",
  },
  no_token: {
    ...NO,
    outcome: "not_taken",
    retry: "later",
    breaker: null,
    failure: true,
    say: "The buyer's token could not be had just now: nothing was sent.",
  },
  transport: { ...UNKNOWN, say: "The connection broke or was never made: the buyer may have the lead." },
  timeout: { ...UNKNOWN, say: "No complete answer in time: the buyer may have the lead." },
  server: { ...UNKNOWN, say: "The buyer's system failed, perhaps after it had taken the lead." },
  redirect: { ...UNKNOWN, say: "A redirect, which is not followed: it may come from a proxy." },
  too_large: { ...UNKNOWN, say: "The answer was larger than 1 MiB and was not read to its end." },
  unreadable: {
    ...UNKNOWN,
    retry: "never",
    say: "An answer that no rule can read: a person has to ask the buyer.",
  },
  client: { ...SET_UP, say: "The buyer refused the request itself; the same data would be refused again." },
  auth: { ...SET_UP, say: "The credentials are wrong or have ended." },
  not_found: { ...SET_UP, say: "There is nothing at the endpoint's address." },
  gone: { ...SET_UP, say: "The endpoint's address is no longer in use, or takes another method." },
  url_refused: { ...SET_UP, breaker: null, say: "The endpoint's address may not be called; nothing was sent." },
};

/** An unknown that the same request again cannot clear up. */
export function isFinal(kind: AttemptClass | undefined): boolean {
  if (kind === undefined) return false;
  const { outcome, retry } = ERROR_CLASSES[kind];
  return outcome === "unknown" && retry === "never";
}

/**
 * What the post breaker is told. `http_status` null beside a set-up error: the request could not even be built, for which the lead's
 * own data may be the reason.
 */
export function breakerCount(answer: {
  outcome: AttemptOutcome;
  class: AttemptClass;
  http_status: number | null;
}): "ok" | "failed" | null {
  if (answer.outcome === "set_up_error" && answer.http_status === null) return null;
  return ERROR_CLASSES[answer.class].breaker;
}
