import type { LedgerEvent } from "../../schema/events.ts";
import {
  DRIFT_STAGES,
  type DriftFinding,
  type DriftReport,
  type DriftRules,
  type DriftView,
} from "../../schema/rpc/drift.ts";
import { accepted, viewOf } from "../drift/accept-rules.ts";
import { type DriftState, merged, newDrift } from "../drift-rules.ts";
import { type Room, tell } from "./room.ts";

function kept(room: Room, contract_id: string, stage: string): DriftState | null {
  const row = room.sql.all<{ body: string }>(
    "SELECT body FROM drift WHERE contract_id = ? AND stage = ?",
    contract_id,
    stage,
  )[0];
  return row ? (JSON.parse(row.body) as DriftState) : null;
}

function keep(room: Room, contract_id: string, stage: string, state: DriftState): void {
  room.sql.run(
    "INSERT INTO drift (contract_id, stage, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    contract_id,
    stage,
    JSON.stringify(state),
  );
}

/** Merges what an isolate saw; what is not as it was becomes an alert. */
export function mergeDrift(room: Room, report: DriftReport, now: number): void {
  const { contract_id, stage } = report;
  const { state, raised } = merged(kept(room, contract_id, stage) ?? newDrift(now), report, now);
  keep(room, contract_id, stage, state);
  tell(
    room,
    raised.map((finding) => alertOf(contract_id, finding)),
    now,
  );
}

/** One row a finding: the same thing later, after it was accepted and is gone again, is another. */
function alertOf(contract_id: string, finding: DriftFinding): LedgerEvent {
  const { id, kind, at } = finding;
  const row = {
    id: `drift:${contract_id}:${id}:${at}`,
    at,
    kind: `drift_${kind}` as const,
    subject: `contract:${contract_id}`,
  };
  return { table: "alerts", row: { ...row, message: driftText(finding) } };
}

const OF: Record<DriftFinding["kind"], string> = {
  new_field: "has a new member",
  missing_field: "lacks a member that was always there",
  changed_type: "has a member of another type",
  new_reason: "gives a new reason for its no",
  new_status: "answers with a new HTTP status",
  new_outcome: "answers in a way that it never did",
  falling_acceptance: "accepts far less than before",
};

export function driftText({ kind, stage, of, what, before, after }: DriftFinding): string {
  const where =
    of === "answers" ? `${stage} answers` : of === "request" ? `our ${stage} request` : `${stage} answer (${of})`;
  const subject = kind === "falling_acceptance" ? "" : ` ${what}`;
  return `${where}: ${OF[kind]}${subject}. Before: ${before}. Now: ${after}.`;
}

export function driftOf(room: Room, contract_id: string, rules: DriftRules, now: number): DriftView[] {
  return DRIFT_STAGES.flatMap((stage) => {
    const state = kept(room, contract_id, stage);
    return state ? [viewOf(stage, state, rules, now)] : [];
  });
}

/** @returns how many findings were accepted. */
export function acceptDrift(
  room: Room,
  contract_id: string,
  ids: string[] | null,
  author: string,
  now: number,
): number {
  let done = 0;
  for (const stage of DRIFT_STAGES) {
    const state = kept(room, contract_id, stage);
    if (!state) continue;
    const next = accepted(state, ids, author, now);
    done += state.open.length - next.open.length;
    keep(room, contract_id, stage, next);
  }
  return done;
}
