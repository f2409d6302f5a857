import type { AttemptResult } from "./channel.ts";
import type { OutcomeReading, WireAnswer } from "./dialect.ts";
import type { Line, Sent } from "./http-line.ts";
import { failureClass, failureText } from "./http-record.ts";

/** The later answer counts; what it does not speak of is the earlier one's. */
export function merged(before: AttemptResult, after: AttemptResult): AttemptResult {
  const { price, redirect_url, buyer_lead_id, reason } = before;
  const said = Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined)) as typeof after;
  return { price, redirect_url, buyer_lead_id, reason, ...said };
}

export const isRefusal = ({ status }: WireAnswer): boolean => status === 401 || status === 403;

/** What one request came to. `delivered`: it is not the first that could hand over the lead. */
export function resultOf(
  line: Line,
  sent: Sent,
  read: (answer: WireAnswer) => OutcomeReading,
  delivered: boolean,
): AttemptResult {
  if (sent.kind === "unsent") {
    const late = sent.why === "too_late";
    const cls = late ? "not_dispatched" : sent.why === "url" ? "url_refused" : "client";
    const outcome = late ? "not_taken" : "set_up_error";
    return line.result({ outcome, class: cls, held_for_review: false, reason: sent.reason }, null);
  }
  if (sent.kind === "answer") {
    const { carried: _carried, ruled: _ruled, ...reading } = readSafely(read, sent.answer);
    const proved = !delivered || reading.outcome === "accepted" || reading.outcome === "duplicate";
    // The lead was handed over before: that this request failed proves nothing of it.
    const weighed = proved || reading.outcome === "rejected" ? reading : { ...reading, outcome: "unknown" as const };
    return line.result(weighed, sent.answer.status);
  }
  const { result } = sent;
  if (result.kind === "not_attempted")
    return line.result(
      { outcome: "not_taken", class: "not_dispatched", held_for_review: false, reason: result.error },
      null,
    );
  const status = result.kind === "failed" ? (result.status ?? null) : null;
  const of = { outcome: "unknown", class: failureClass(result), held_for_review: false } as const;
  return line.result({ ...of, reason: failureText(result) }, status);
}

/** After dispatch nothing may throw: a reading that breaks is an answer nobody can read. */
export function readSafely(reader: (answer: WireAnswer) => OutcomeReading, answer: WireAnswer): OutcomeReading {
  try {
    return reader(answer);
  } catch {
    const reason = "the dialect failed on this answer";
    return { outcome: "unknown", class: "unreadable", held_for_review: true, reason };
  }
}
