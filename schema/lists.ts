/**
 * The closed lists: every word that a record, an answer or a page may use for an outcome, a state or a reason.
 * One place, so that the compiler says when a reader forgets one. Order is precedence where a list is about reasons.
 */

/**
 * What became of one buyer's ping. `late`: answered after its timeout; counted, never used. `closed_early`: the auction ended before it
 * answered, because it could not win any more; says nothing about the buyer.
 */
export const PING_OUTCOMES = ["bid", "no_bid", "timeout", "error", "not_attempted", "late", "closed_early"] as const;
export type PingOutcome = (typeof PING_OUTCOMES)[number];

/** What became of one post request. `unknown` is neither a yes nor a no: the buyer may have taken the lead. */
export const ATTEMPT_OUTCOMES = ["accepted", "rejected", "duplicate", "not_taken", "unknown", "set_up_error"] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

export const RESERVATION_STATES = ["held", "captured", "released", "in_doubt", "expired"] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/**
 * `review` and `parked` rest until an operator (or a repair) ends them: they are the dead letters. `returned`: sold, then given back
 * because the buyer failed it, and sold to nobody since.
 */
export const LEAD_STATES = ["open", "sold", "unsold", "review", "parked", "returned"] as const;
export type LeadState = (typeof LEAD_STATES)[number];

/** Why a lead rests (`review`, `parked`): what its dead letter is explained by. */
export const REST_REASONS = [
  /** Requests and status calls ran out without an end to the doubt. */
  "unknown",
  /** The buyer looks at the lead by hand. */
  "held_for_review",
  /** An answer that no rule can read. */
  "unreadable",
  /** The buyer said yes to a lead that it could not have. */
  "contested",
  /** Accepted at a price below the bid's. */
  "lower_price",
  /** The hold's doubt ended (72 h), or money was no longer held when the yes came. */
  "hold_ended",
  /** Only endpoints that are wrongly set up are left. */
  "set_up_error",
  /** Work on it failed again and again: a defect, or an object out of reach. */
  "stuck",
] as const;
export type RestReason = (typeof REST_REASONS)[number];

/** How an attempt's evidence came: our post, our status call, the buyer's own report, an operator's word. */
export const EVIDENCE_KINDS = ["post", "status", "report", "operator"] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** Work that takes longer than a request; the keeper does it in pieces, with progress. */
export const JOB_KINDS = ["replay", "reconcile", "rebuild", "retention", "erase", "rewrap", "repair"] as const;
export type JobKind = (typeof JOB_KINDS)[number];
export const JOB_STATES = ["running", "done", "failed", "cancelled"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What reconcile found to differ between the three books. */
export const DIFFERENCE_KINDS = [
  "sale_without_charge",
  "charge_without_sale",
  "price_differs",
  "hold_without_lead",
  "lead_missing_in_ledger",
  "lead_differs_in_ledger",
  "sale_missing_in_ledger",
  "delivery_missing_in_ledger",
  "reservation_differs_in_ledger",
  "balance_differs_in_ledger",
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Field classes of a campaign, from harmless to never-in-a-ping. */
export const FIELD_CLASSES = ["public", "quasi", "hashed", "personal"] as const;
export type FieldClass = (typeof FIELD_CLASSES)[number];

/** Why a contract was not asked at all; the first that applies, in this order. */
export const EXCLUSION_REASONS = [
  "gateway_paused",
  "publisher_paused",
  "campaign_paused",
  /** Before the contract's own standing: who cannot want the lead is found by an index and not looked at. */
  "filter",
  "buyer_paused",
  "endpoint_paused",
  "contract_paused",
  /** The buyer or the endpoint is in a planned maintenance window. */
  "maintenance",
  /** A draft: only test leads reach it. */
  "not_live",
  "not_in_test",
  "source",
  "schedule",
  /** Takes only leads that nobody bought at once. */
  "aged_only",
  "consent",
  "fixed_price_missing",
  "breaker_open",
  "cap_reached",
  "paced",
  "balance",
  /** Its maximum bid is less than the least that this sale must bring. */
  "maximum_too_low",
  /** Left out of this ping because its cap's last places are offered already. */
  "thinned",
  /** Left out of this ping because it is too late for most auctions. */
  "shaped",
] as const;
export type ExclusionReason = (typeof EXCLUSION_REASONS)[number];

/** Why a buyer that was asked (or has a fixed price) did not win the auction. */
export const LOSS_REASONS = [
  "no_bid",
  "timeout",
  "late",
  "error",
  "not_attempted",
  "closed_early",
  "bid_invalid",
  "above_maximum_bid",
  "below_floor",
  "below_margin",
  "below_min_price",
  "above_balance",
  "lower_tier",
  "lower_bid",
  "lost_tie",
] as const;
export type LossReason = (typeof LOSS_REASONS)[number];

/**
 * Why a bidder did not get a lead that was sold, as its loss notice says. `refused`: its own cap, balance, pause, breaker or consent stopped it at the sale;
 * `not_taken`: it was asked for the lead and could not take it.
 */
export const NOTICE_REASONS = ["lower_tier", "lower_bid", "lost_tie", "refused", "not_taken"] as const;
export type NoticeReason = (typeof NOTICE_REASONS)[number];

/** What exactly was wrong with a ping's answer; detail beside the outcome `error`, `timeout` or `not_attempted`. */
export const PING_ERRORS = [
  "transport",
  "http_status",
  "redirect",
  "too_large",
  "body_timeout",
  "unreadable",
  "bid_invalid",
  "set_up",
  "no_slot",
  "dialers_busy",
  "deadline_passed",
  "url_refused",
  /** A condition of the dialect (`ping.require`) does not hold. */
  "precondition",
  /** The endpoint's token is not there (any more), and a ping does not wait for one. */
  "no_token",
] as const;
export type PingError = (typeof PING_ERRORS)[number];

/** Error class of a post attempt: decides what happens next (see docs/operators.md). */
export const ATTEMPT_CLASSES = [
  "ok",
  "transport",
  "timeout",
  "throttled",
  "server",
  "client",
  "auth",
  "not_found",
  "gone",
  "rejected",
  "duplicate",
  "unreadable",
  "redirect",
  "too_large",
  "not_dispatched",
  "url_refused",
  "step_failed",
  "no_token",
] as const;
export type AttemptClass = (typeof ATTEMPT_CLASSES)[number];

/** Refusals of `reserve`, in order of precedence. */
export const RESERVE_REFUSALS = [
  "stale_epoch",
  "buyer_paused",
  "endpoint_paused",
  "contract_paused",
  "maintenance",
  "duplicate",
  "breaker_open",
  "cap_reached",
  "paced",
  "balance",
] as const;
export type ReserveRefusal = (typeof RESERVE_REFUSALS)[number];

/** Where a bidder of a plan stands. `in_flight`: advanced to, nothing certain yet. */
export const BIDDER_STATUSES = [
  "untried",
  "in_flight",
  "refused",
  "rejected",
  "not_taken",
  "unknown",
  "set_up_error",
  "accepted",
  /** Had the lead and failed it: refunded, never asked again. */
  "returned",
] as const;
export type BidderStatus = (typeof BIDDER_STATUSES)[number];

/** `code` of a publisher's answer: why a ping, post or lead was not accepted (or is not yet). */
export const ANSWER_CODES = [
  "no_eligible_buyers",
  "no_bids",
  "below_min_price",
  "duplicate_ping",
  "duplicate",
  "suppressed",
  "gateway_paused",
  "publisher_paused",
  "campaign_paused",
  "ping_expired",
  "ping_rejected",
  "buyers_rejected",
  "not_taken",
  "no_answer_in_time",
  "in_progress",
  "under_review",
  "parked",
] as const;
export type AnswerCode = (typeof ANSWER_CODES)[number];

export const CAP_PERIODS = ["hour", "day", "week", "month", "total"] as const;
export type CapPeriod = (typeof CAP_PERIODS)[number];

export const BREAKER_STATES = ["closed", "open", "half_open"] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];
export const PHASES = ["ping", "post"] as const;
export type Phase = (typeof PHASES)[number];

/**
 * Operators' roles, each with all that the ones before it may. viewer: reads, opens nothing sealed; operator: daily work (pause, resolve,
 * replay, test); admin: configuration, keys, credentials, money, erasure.
 */
export const OPERATOR_ROLES = ["viewer", "operator", "admin"] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Kinds of money movement in the ledger. */
export const MOVEMENT_KINDS = ["deposit", "credit", "adjustment", "capture", "payout", "margin", "refund"] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** Alerts that tell of one thing that happened: an object's outbox or a call writes each into the ledger. */
export const EVENT_ALERTS = [
  "contested",
  "price_differs",
  "after_sale",
  "breaker_opened",
  "breaker_closed",
  "stuck",
  "postback_failed",
  "set_up_error",
  "ledger_refused",
  "books_differ",
  "retention_rests",
  "token_failed",
  "token_restored",
  "drift_new_field",
  "drift_missing_field",
  "drift_changed_type",
  "drift_new_reason",
  "drift_new_status",
  "drift_new_outcome",
  "drift_falling_acceptance",
  "account_fault",
] as const;
export type EventAlert = (typeof EVENT_ALERTS)[number];

/** Alerts that a rule finds, each minute, in what was measured: they end when the rule finds nothing any more. */
export const MEASURED_ALERTS = [
  "success_low",
  "success_falling",
  "transport_errors",
  "http_errors",
  "errors_in_row",
  "slow_answers",
  "breaker_open",
  "cap_near",
  "cap_reached",
  "balance_low",
  "nothing_accepted",
  "volume_low",
  "volume_high",
  "differences_open",
  "outbox_late",
  "unknown_old",
  "synthetic_failed",
  "synthetic_slow",
  "channel_failed",
  "ledger_away",
  "config_refused",
] as const;
export type MeasuredAlert = (typeof MEASURED_ALERTS)[number];
export const ALERT_KINDS = [...EVENT_ALERTS, ...MEASURED_ALERTS] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** From what may wait to what must not. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];
export const INCIDENT_STATES = ["open", "resolved"] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];
/** `dropped`: its channel was paused or is gone. */
export const NOTICE_STATES = ["waiting", "sent", "failed", "dropped"] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];
/** What a notice says of an alert. */
export const NOTICE_EVENTS = ["opened", "worse", "resolved", "test"] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];
export const CHANNEL_TYPES = ["email", "webhook", "slack"] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];
