import type { MeasuredAlert, Severity } from "../../schema/lists.ts";
import type { ChannelHealth, Figures, Finding, SyntheticRun } from "../../schema/rpc/alerts.ts";
import { type Policy, ruleOf } from "./policy.ts";
import { plural, span } from "./say.ts";

/** Scopes of what is looked at besides posts and accounts. */
export const BOOKS = "books";
export const LEDGER = "ledger";
export const CONFIG = "config";
export const CHANNELS = "channels";
export const SYNTHETIC = "synthetic";

/** Ages over all books and accounts, and where the oldest is. */
export interface Ages {
  outbox_lag_ms: number;
  outbox_of: string;
  oldest_unknown_ms: number;
  unknown: number;
}

const HOUR_MS = 3_600_000;

function found(
  kind: MeasuredAlert,
  scope: string,
  subject: string,
  severity: Severity,
  message: string,
  figures: Figures,
): Finding {
  return { kind, subject, part: "", buyer_id: null, severity, scope, message, figures };
}

export function ageFindings(policy: Policy, ages: Ages, now: number): Finding[] {
  const outbox = ruleOf(policy, "outbox_late", null);
  const unknown = ruleOf(policy, "unknown_old", null);
  const findings: Finding[] = [];
  if (outbox.on && ages.outbox_lag_ms > outbox.warning_s * 1_000) {
    const severity = ages.outbox_lag_ms > outbox.critical_s * 1_000 ? "critical" : "warning";
    const message = `The ledger lacks what ${ages.outbox_of} has told for ${span(ages.outbox_lag_ms)}; seconds are usual.`;
    const figures = { seconds: Math.round(ages.outbox_lag_ms / 1_000), limit: outbox.warning_s };
    const since = now - ages.outbox_lag_ms;
    findings.push({ ...found("outbox_late", BOOKS, "ledger:outbox", severity, message, figures), since });
  }
  if (unknown.on && ages.oldest_unknown_ms > unknown.warning_hours * HOUR_MS) {
    const severity = ages.oldest_unknown_ms > unknown.critical_hours * HOUR_MS ? "critical" : "warning";
    const message = `${plural(ages.unknown, "lead")} with an unknown outcome; the oldest for ${span(ages.oldest_unknown_ms)}.`;
    const figures = { hours: Math.round(ages.oldest_unknown_ms / (HOUR_MS / 10)) / 10, leads: ages.unknown };
    const since = now - ages.oldest_unknown_ms;
    findings.push({ ...found("unknown_old", BOOKS, "ledger:unknowns", severity, message, figures), since });
  }
  return findings;
}

/** @param open differences that no later reconcile found mended (counted up to a bound) */
export function differenceFindings(policy: Policy, open: { count: number; since: number | null }): Finding[] {
  if (open.count === 0 || !ruleOf(policy, "differences_open", null).on) return [];
  const message = `${plural(open.count, "difference")} between the books ${open.count === 1 ? "is" : "are"} not mended.`;
  const one = found("differences_open", LEDGER, "ledger:differences", "critical", message, { differences: open.count });
  return [{ ...one, since: open.since ?? undefined }];
}

/** @param failures looks in a row that D1 did not answer */
export function ledgerAway(policy: Policy, failures: number, since: number): Finding[] {
  if (failures < 3 || !ruleOf(policy, "ledger_away", null).on) return [];
  const message = `D1 did not answer the last ${failures} looks: alerts that come from the ledger stand still, and outboxes wait.`;
  return [{ ...found("ledger_away", LEDGER, "ledger:d1", "critical", message, { looks: failures }), since }];
}

/** @param refused `kind/id` of records that no longer fit their schema */
export function configFindings(policy: Policy, refused: readonly string[]): Finding[] {
  const first = refused[0];
  if (first === undefined || !ruleOf(policy, "config_refused", null).on) return [];
  const message = `${plural(refused.length, "record")} no longer ${refused.length === 1 ? "fits its schema and is" : "fit their schema and are"} left out: ${refused.slice(0, 5).join(", ")}.`;
  return [found("config_refused", CONFIG, "config:records", "critical", message, { records: refused.length })];
}

export function channelFindings(policy: Policy, channels: Readonly<Record<string, ChannelHealth>>): Finding[] {
  if (!ruleOf(policy, "channel_failed", null).on) return [];
  return Object.entries(channels).flatMap(([id, { failed_since, failures, why }]) => {
    if (failed_since === null) return [];
    const message = `Channel ${id} has not taken ${plural(failures, "notice")} after all tries: ${why ?? "no answer"}.`;
    return [
      { ...found("channel_failed", CHANNELS, `channel:${id}`, "warning", message, { failures }), since: failed_since },
    ];
  });
}

/** `wanted`: the records of the synthetic leads that are on. */
export function syntheticFindings(
  policy: Policy,
  wanted: readonly { id: string; campaign_id: string; failures: number; slow_ms: number; expect: string }[],
  runs: Readonly<Record<string, SyntheticRun>>,
  now: number,
): Finding[] {
  return wanted.flatMap(({ id, campaign_id, failures, slow_ms, expect }) => {
    const run = runs[id];
    const subject = `campaign:${campaign_id}`;
    if (!run) return [];
    const figures = { result: run.result, expected: expect, ms: run.ms, in_row: run.failed_in_row };
    if (run.failed_in_row >= failures) {
      if (!ruleOf(policy, "synthetic_failed", null).on) return [];
      const since = run.failed_since ?? run.at;
      const message = `Synthetic lead ${id} on ${campaign_id} came back as ${run.result} instead of ${expect}, ${plural(run.failed_in_row, "time")} in a row since ${span(now - since)} ago.`;
      return [{ ...found("synthetic_failed", SYNTHETIC, subject, "critical", message, figures), part: id, since }];
    }
    if (!run.ok || run.ms <= slow_ms || !ruleOf(policy, "synthetic_slow", null).on) return [];
    const message = `Synthetic lead ${id} on ${campaign_id} took ${run.ms} ms; the limit is ${slow_ms} ms.`;
    return [
      { ...found("synthetic_slow", SYNTHETIC, subject, "warning", message, { ...figures, limit: slow_ms }), part: id },
    ];
  });
}
