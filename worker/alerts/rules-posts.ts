import type { MeasuredAlert, Severity } from "../../schema/lists.ts";
import type { Figures, Finding } from "../../schema/rpc/alerts.ts";
import { type Policy, ruleOf } from "./policy.ts";
import { percent, plural, span } from "./say.ts";
import { type PostWindow, type Sums, sumOf } from "./windows.ts";

/** Scope of everything that comes from the ledger's deliveries. */
export const POSTS = "posts";

const LATELY_MS = 3_600_000;

interface At {
  policy: Policy;
  window: PostWindow;
  now: number;
}

/** What the posts of one contract show. One alert a rule and contract; its endpoint is among the figures. */
export function postFindings(policy: Policy, window: PostWindow, now: number): Finding[] {
  const at = { policy, window, now };
  return [successLow, successFalling, transportErrors, httpErrors, errorsInRow, slowAnswers, nothingAccepted].flatMap(
    (rule) => rule(at) ?? [],
  );
}

function found(
  { window }: At,
  kind: MeasuredAlert,
  severity: Severity,
  message: string,
  figures: Figures,
  since?: number,
): Finding {
  const { contract_id, buyer_id, endpoint_id } = window;
  return {
    kind,
    subject: `contract:${contract_id}`,
    part: "",
    buyer_id,
    severity,
    scope: POSTS,
    message,
    figures: { endpoint: endpoint_id, ...figures },
    since,
  };
}

function successLow(at: At): Finding | null {
  const rule = ruleOf(at.policy, "success_low", at.window.buyer_id);
  const sums = sumOf(at.window, at.now, rule.minutes);
  if (!rule.on || sums.posts < rule.min_posts) return null;
  // Judged as it is, and shown so that it is below its limit: 569 of 599 are not 95 %.
  const exact = (sums.delivered * 100) / sums.posts;
  if (exact >= rule.warning) return null;
  const rate = Math.floor((sums.delivered * 1_000) / sums.posts) / 10;
  const severity = exact < rule.critical ? "critical" : "warning";
  const limit = severity === "critical" ? rule.critical : rule.warning;
  const failed = sums.posts - sums.delivered;
  const message = `${rate} % of the posts of ${at.window.contract_id} got a usable answer in the last ${rule.minutes} minutes (${failed} of ${sums.posts} failed); the limit is ${limit} %.`;
  return found(at, "success_low", severity, message, { rate, failed, posts: sums.posts, limit });
}

function successFalling(at: At): Finding | null {
  const rule = ruleOf(at.policy, "success_falling", at.window.buyer_id);
  const now = sumOf(at.window, at.now, rule.minutes);
  const before = sumOf(at.window, at.now, rule.minutes, rule.minutes);
  if (!rule.on || now.posts < rule.min_posts || before.posts < rule.min_posts) return null;
  const [rate, was] = [percent(now.delivered, now.posts), percent(before.delivered, before.posts)];
  const fall = Math.round((was - rate) * 10) / 10;
  if (fall < rule.points) return null;
  const message = `The share of posts of ${at.window.contract_id} with a usable answer fell from ${was} % to ${rate} % within ${rule.minutes} minutes (${before.posts} and ${now.posts} posts); ${rule.points} points are the limit.`;
  return found(at, "success_falling", "warning", message, { rate, before: was, posts: now.posts, limit: rule.points });
}

type ErrorRule = "transport_errors" | "http_errors";

function errorShare(at: At, kind: ErrorRule, of: (sums: Sums) => number, what: string): Finding | null {
  const rule = ruleOf(at.policy, kind, at.window.buyer_id);
  const sums = sumOf(at.window, at.now, rule.minutes);
  const errors = of(sums);
  if (!rule.on || sums.posts < rule.min_posts || errors < rule.min_errors) return null;
  const rate = percent(errors, sums.posts);
  if ((errors / sums.posts) * 100 <= rule.percent) return null;
  const message = `${rate} % of the posts of ${at.window.contract_id} ${what} in the last ${rule.minutes} minutes (${errors} of ${sums.posts}); the limit is ${rule.percent} %.`;
  return found(at, kind, "warning", message, { rate, errors, posts: sums.posts, limit: rule.percent });
}

const transportErrors = (at: At): Finding | null =>
  errorShare(at, "transport_errors", ({ transport }) => transport, "ended in a broken connection or without an answer");
const httpErrors = (at: At): Finding | null =>
  errorShare(at, "http_errors", ({ http }) => http, "were answered with an HTTP error");

function errorsInRow(at: At): Finding | null {
  const { window, now } = at;
  const rule = ruleOf(at.policy, "errors_in_row", window.buyer_id);
  // A contract that gets no posts any more is not failing now.
  if (!rule.on || window.row < rule.count || now - window.posted_at > LATELY_MS) return null;
  const message = `${plural(window.row, "post")} of ${window.contract_id} in a row failed since ${span(now - window.row_since)} ago, the newest with ${window.row_class}; the limit is ${rule.count}.`;
  const figures = { errors: window.row, class: window.row_class ?? "", limit: rule.count };
  return found(at, "errors_in_row", "warning", message, figures, window.row_since);
}

function slowAnswers(at: At): Finding | null {
  const rule = ruleOf(at.policy, "slow_answers", at.window.buyer_id);
  const sums = sumOf(at.window, at.now, rule.minutes);
  if (!rule.on || sums.posts < rule.min_posts) return null;
  const rate = percent(sums.slow, sums.posts);
  if ((sums.slow * 100) / sums.posts <= rule.percent) return null;
  const message = `${rate} % of the posts of ${at.window.contract_id} took longer than ${rule.slow_ms} ms in the last ${rule.minutes} minutes (${sums.slow} of ${sums.posts}); the limit is ${rule.percent} %.`;
  return found(at, "slow_answers", "warning", message, {
    rate,
    slow: sums.slow,
    posts: sums.posts,
    limit: rule.percent,
  });
}

function nothingAccepted(at: At): Finding | null {
  const { window, now } = at;
  const rule = ruleOf(at.policy, "nothing_accepted", window.buyer_id);
  const lasts = now - window.refused_since;
  const limit = rule.hours * 3_600_000;
  if (!rule.on || window.refused < rule.min_posts || lasts < limit || now - window.posted_at > limit) return null;
  const message = `${window.contract_id} accepted none of ${plural(window.refused, "post")} in the last ${span(lasts)}; the limit is ${rule.hours} h.`;
  const figures = { posts: window.refused, hours: Math.round(lasts / 360_000) / 10, limit: rule.hours };
  return found(at, "nothing_accepted", "warning", message, figures, window.refused_since);
}
