/** The shape of what is said between us and a buyer: member names, types, words and counts; never a value of a lead. */

/** What was looked at: our request, or an answer that a dialect read as this outcome. */
export type ShapeOf = "request" | (string & {});
export type ShapeType = "text" | "number" | "boolean" | "object" | "list" | "null";
/** How often a path had which type: `{"bids[].price": {"number": 3}}`. */
export type PathCounts = Record<string, Partial<Record<ShapeType, number>>>;

export const DRIFT_STAGES = ["ping", "post"] as const;
export type DriftStage = (typeof DRIFT_STAGES)[number];

export const DRIFT_KINDS = [
  "new_field",
  "missing_field",
  "changed_type",
  "new_reason",
  "new_status",
  "new_outcome",
  "falling_acceptance",
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** From when on a contract is watched, and how far its acceptance may fall. */
export interface DriftRules {
  /** Answers of one kind, and ms, until what is seen counts as known. */
  learn_answers: number;
  learn_ms: number;
  /** Percent by which the acceptance must fall to be told. */
  drop_percent: number;
}

/** What one isolate saw of a contract in one stage since its last report. */
export interface DriftReport {
  contract_id: string;
  stage: DriftStage;
  rules: DriftRules;
  /** Of the endpoint: a new version means that we have changed the request ourselves. */
  endpoint_version: number;
  outcomes: Record<string, number>;
  statuses: Record<string, number>;
  /** Reasons of a no, without digits and without anything that the lead held. */
  reasons: Record<string, number>;
  /** Of a sample only. */
  shapes: { of: ShapeOf; samples: number; paths: PathCounts }[];
}

/** Something that is not as it was. `before` and `after` are structure and words, never values. */
export interface DriftFinding {
  id: string;
  kind: DriftKind;
  stage: DriftStage;
  /** What it is about: `request`, or the outcome of the answers. */
  of: string;
  /** The path, the reason, the status or the outcome. */
  what: string;
  before: string;
  after: string;
  /** Epoch ms: first seen; told to the operator. */
  since: number;
  at: number;
}

/** For an operator: what is known of one stage, what is open, what was accepted. */
export interface DriftView {
  stage: DriftStage;
  learning: boolean;
  since: number;
  answers: number;
  outcomes: Record<string, number>;
  statuses: Record<string, number>;
  reasons: Record<string, number>;
  /** Share of yes, in percent: as known, and in the newest window; null = too few. */
  acceptance: { known: number | null; now: number | null };
  /** Types by path; `?` = not in every one. */
  shapes: Record<string, Record<string, string>>;
  open: DriftFinding[];
  accepted: { id: string; by: string; at: number }[];
}
