import type { RuleSettings } from "../../schema/config/alerting.ts";
import type { AlertKind, EventAlert, MeasuredAlert, Severity } from "../../schema/lists.ts";
import { parseMoney, ZERO } from "../../schema/money.ts";

/** When an alert is over. */
export type Ends =
  /** The rule finds nothing any more. */
  | { by: "rule" }
  /** Somebody acknowledged it: a person has to decide. */
  | { by: "acknowledge" }
  /** The event that says so: of the same subject. */
  | { by: "event"; kind: EventAlert }
  /** Nothing like it for so many hours. */
  | { by: "silence"; hours: number }
  /** The finding is accepted, or gone, at the buyer's object; or somebody acknowledged it. */
  | { by: "drift" }
  /** It is a note for the history only: nobody is told. */
  | { by: "itself" };

export interface AlertFacts {
  title: string;
  /** Of an event; of a rule where its settings do not say. */
  severity: Severity;
  ends: Ends;
  /** What to do next; told with every notice. */
  next: string;
}

const RULE: Ends = { by: "rule" };
const PERSON: Ends = { by: "acknowledge" };
const NOTE: Ends = { by: "itself" };
const LOOK_AT_DRIFT =
  "Compare with the buyer's documentation, mend the dialect, or accept the change: GET /v1/admin/contracts/<id>/drift.";
const drift = (title: string): AlertFacts => ({
  title,
  severity: "warning",
  ends: { by: "drift" },
  next: LOOK_AT_DRIFT,
});

const EVENTS: Record<EventAlert, AlertFacts> = {
  contested: {
    title: "A buyer says yes to a lead that it cannot have",
    severity: "critical",
    ends: PERSON,
    next: "Read the lead's trace and settle it with the buyer; nothing is charged by itself. Then acknowledge.",
  },
  price_differs: {
    title: "A buyer names a lower price than it was charged",
    severity: "warning",
    ends: PERSON,
    next: "Book the difference as an adjustment, or return the sale. Then acknowledge.",
  },
  after_sale: {
    title: "A buyer says that a sold lead failed",
    severity: "warning",
    ends: PERSON,
    next: "Return the sale or leave it, and acknowledge.",
  },
  breaker_opened: { title: "Breaker opened", severity: "info", ends: NOTE, next: "See breaker_open." },
  breaker_closed: { title: "Breaker closed", severity: "info", ends: NOTE, next: "Nothing." },
  stuck: {
    title: "A lead does not move",
    severity: "critical",
    ends: PERSON,
    next: "Replay the lead; if it rests again, it is a defect: keep its trace.",
  },
  postback_failed: {
    title: "A publisher's system takes no postback",
    severity: "warning",
    ends: PERSON,
    next: "Tell the publisher; it can ask for the outcome with GET /v1/leads/<id>. Then acknowledge.",
  },
  set_up_error: {
    title: "An endpoint refuses posts as wrongly set up",
    severity: "critical",
    ends: { by: "silence", hours: 2 },
    next: "Check the endpoint's address, credentials and dialect, and test its contract. Parked leads resume when it is saved.",
  },
  ledger_refused: {
    title: "D1 refuses an object's events",
    severity: "critical",
    ends: PERSON,
    next: "A defect or a missing migration: the rows are kept in outbox_refused. After mending, run a rebuild and acknowledge.",
  },
  books_differ: { title: "A reconcile found differences", severity: "info", ends: NOTE, next: "See differences_open." },
  retention_rests: {
    title: "Leads rest for longer than personal data may be kept",
    severity: "warning",
    ends: PERSON,
    next: "End the dead letters, then acknowledge.",
  },
  token_failed: {
    title: "An endpoint's token cannot be had",
    severity: "critical",
    ends: { by: "event", kind: "token_restored" },
    next: "`refused`: renew the credentials; `failed`: ask the buyer whether its token server is up.",
  },
  token_restored: { title: "An endpoint's token is there again", severity: "info", ends: NOTE, next: "Nothing." },
  drift_new_field: drift("A buyer's answers have a new member"),
  drift_missing_field: drift("A buyer's answers lack a member"),
  drift_changed_type: drift("A member changed its type"),
  drift_new_reason: drift("A buyer gives a new reason for its no"),
  drift_new_status: drift("A buyer answers with a new HTTP status"),
  drift_new_outcome: drift("A buyer answers in a new way"),
  drift_falling_acceptance: drift("A buyer accepts far less than before"),
  account_fault: {
    title: "A defect in a buyer's object",
    severity: "critical",
    ends: { by: "silence", hours: 2 },
    next: "Its work is tried again every ten minutes; read the log line book_alarm or the message.",
  },
};

const RULES: Record<MeasuredAlert, AlertFacts> = {
  success_low: {
    title: "Posts do not get through",
    severity: "warning",
    ends: RULE,
    next: "Look at the endpoint's errors by class; if the buyer's system is down, pause it or set a maintenance window.",
  },
  success_falling: {
    title: "Fewer posts get through than before",
    severity: "warning",
    ends: RULE,
    next: "Look at which error class grew, and ask the buyer what changed.",
  },
  transport_errors: {
    title: "Connections break or time out",
    severity: "warning",
    ends: RULE,
    next: "Ask the buyer about its network and response times; raise the post timeout if it is slow and sure.",
  },
  http_errors: {
    title: "The buyer's system answers with errors",
    severity: "warning",
    ends: RULE,
    next: "Open a failed attempt and read the answer; 4xx is mostly our set-up, 5xx the buyer's system.",
  },
  errors_in_row: {
    title: "Errors in a row",
    severity: "warning",
    ends: RULE,
    next: "Open the newest attempt: its class says what failed. The breaker opens after ten.",
  },
  slow_answers: {
    title: "The buyer answers slowly",
    severity: "warning",
    ends: RULE,
    next: "Ask the buyer; slow answers cost leads at the publishers' deadlines.",
  },
  breaker_open: {
    title: "Breaker open: the endpoint is left out",
    severity: "critical",
    ends: RULE,
    next: "It is tried again by itself. If the buyer says that it works, reset the breaker; if not, pause the endpoint.",
  },
  cap_near: {
    title: "Cap nearly reached",
    severity: "info",
    ends: RULE,
    next: "Raise the cap if the buyer wants more.",
  },
  cap_reached: {
    title: "Cap reached: the contract takes no leads",
    severity: "warning",
    ends: RULE,
    next: "Raise the cap if the buyer wants more; it opens again at its window's end.",
  },
  balance_low: {
    title: "The buyer's money runs out",
    severity: "warning",
    ends: RULE,
    next: "Ask the buyer for a deposit, or book a credit.",
  },
  nothing_accepted: {
    title: "The buyer accepts nothing",
    severity: "warning",
    ends: RULE,
    next: "Read its reasons in the attempts; a filter, a duplicate check or a budget at the buyer's may have changed.",
  },
  volume_low: {
    title: "Far fewer pings than usual",
    severity: "warning",
    ends: RULE,
    next: "Ask the publisher; look for refused requests (keys, fields) and for a paused campaign.",
  },
  volume_high: {
    title: "Far more pings than usual",
    severity: "warning",
    ends: RULE,
    next: "Look at where they come from (sub_ids, repeats); lower pings_per_second if it is no campaign of theirs.",
  },
  differences_open: {
    title: "The books differ",
    severity: "critical",
    ends: RULE,
    next: "GET /v1/admin/differences shows each with what each book says; run a rebuild, then a reconcile.",
  },
  outbox_late: {
    title: "The ledger is behind",
    severity: "warning",
    ends: RULE,
    next: "Nothing is lost: objects keep their events. See whether D1 is away or a migration is missing.",
  },
  unknown_old: {
    title: "A lead's outcome has been unknown for long",
    severity: "warning",
    ends: RULE,
    next: "Ask the buyer and resolve the lead: GET /v1/admin/unknowns. After 72 hours its hold is given back.",
  },
  synthetic_failed: {
    title: "The synthetic lead failed",
    severity: "critical",
    ends: RULE,
    next: "Send it by hand: POST /v1/admin/synthetics/<id>/run. The whole way from key to answer is in question.",
  },
  synthetic_slow: {
    title: "The synthetic lead was slow",
    severity: "warning",
    ends: RULE,
    next: "Look at the gauges: slot waits, dialers busy, snapshot age.",
  },
  channel_failed: {
    title: "A channel takes no notices",
    severity: "warning",
    ends: RULE,
    next: "Mend its address or secret and send a test; notices that were given up are not sent again.",
  },
  ledger_away: {
    title: "D1 does not answer",
    severity: "critical",
    ends: RULE,
    next: "Selling goes on from memory for ten minutes. Look at the platform's status page.",
  },
  config_refused: {
    title: "A record no longer fits its schema",
    severity: "critical",
    ends: RULE,
    next: "It is left out of selling: save it again, or roll it back.",
  },
};

export const ALERTS: Readonly<Record<AlertKind, AlertFacts>> = { ...EVENTS, ...RULES };

const amount = (text: string) => parseMoney(text) ?? ZERO;

/** What holds where no record says otherwise. */
export const RULE_DEFAULTS: RuleSettings = {
  success_low: { on: true, warning: 95, critical: 90, min_posts: 20, minutes: 15 },
  success_falling: { on: true, points: 4, min_posts: 50, minutes: 15 },
  transport_errors: { on: true, percent: 0.5, min_errors: 3, min_posts: 20, minutes: 15 },
  http_errors: { on: true, percent: 2, min_errors: 3, min_posts: 20, minutes: 15 },
  errors_in_row: { on: true, count: 5 },
  slow_answers: { on: true, slow_ms: 5_000, percent: 20, min_posts: 20, minutes: 15 },
  breaker_open: { on: true },
  cap_near: { on: true, percent: 80 },
  cap_reached: { on: true },
  balance_low: { on: true, warning: amount("200"), critical: amount("20") },
  nothing_accepted: { on: true, hours: 4, min_posts: 10 },
  volume_low: { on: true, percent: 50, min_pings: 50 },
  volume_high: { on: true, percent: 250, min_pings: 50 },
  differences_open: { on: true },
  outbox_late: { on: true, warning_s: 120, critical_s: 900 },
  unknown_old: { on: true, warning_hours: 4, critical_hours: 48 },
  synthetic_failed: { on: true },
  synthetic_slow: { on: true },
  channel_failed: { on: true },
  ledger_away: { on: true },
  config_refused: { on: true },
};
