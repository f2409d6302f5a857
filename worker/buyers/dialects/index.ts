import type { DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import type { AttemptOutcome } from "../../../schema/lists.ts";
import type { Dialect } from "../dialect.ts";
import { compileBid } from "./bid.ts";
import { compileOutcome, compileStatus } from "./outcome.ts";
import { problemsOf } from "./problems.ts";
import { compileRequest } from "./request.ts";
import { type Phase, pingScope, postScope, statusScope } from "./scope.ts";

/** Compiles a dialect from its configuration; never throws for a configuration that its schema let pass. */
export function compileDialect(config: DialectConfig): Dialect {
  const { ping, post, status } = config;
  const buildPing = ping && compileRequest(ping.request);
  const readBid = ping && compileBid(ping.answer);
  const buildPost = compileRequest(post.request);
  const readOutcome = compileOutcome(post.answer);
  const buildStatus = status && compileRequest(status.request);
  const readStatus = compileStatus(status?.answer ?? { rules: [] });
  return {
    buildPing: (facts) => (buildPing ? buildPing(pingScope(facts)) : null),
    readBid: (answer) =>
      readBid ? readBid(answer) : { outcome: "error", error: "set_up", reason: "the dialect has no ping" },
    buildPost: (facts) => buildPost(postScope(facts)),
    readOutcome: (answer) => readOutcome(answer),
    buildStatus: (facts) => (buildStatus ? buildStatus(statusScope(facts)) : null),
    readStatus,
  };
}

/** What an operator should mend before an endpoint is saved: names that no template can use, misplaced placeholders, odd headers. */
export function dialectProblems(config: DialectConfig): { path: string; message: string }[] {
  const of = (phase: Phase, request: RequestTemplate | undefined) =>
    (request ? problemsOf(request, phase) : []).map(({ part, message }) => ({
      path: `${phase}.request.${part}`,
      message,
    }));
  return [
    ...of("ping", config.ping?.request),
    ...of("post", config.post.request),
    ...of("status", config.status?.request),
    ...statusRules(config.status),
  ];
}

/** A status answer without a rule proves nothing, so a status call needs rules, and only of outcomes that it can prove. */
function statusRules(status: DialectConfig["status"]): { path: string; message: string }[] {
  if (!status) return [];
  const { rules } = status.answer;
  if (rules.length === 0)
    return [{ path: "status.answer.rules", message: "needs at least one: what no rule matches proves nothing" }];
  return rules.flatMap(({ outcome }, at) =>
    PROVABLE.has(outcome)
      ? []
      : [
          {
            path: `status.answer.rules.${at}.outcome`,
            message: "must be accepted, rejected, not_taken or unknown: a status call proves nothing else",
          },
        ],
  );
}

const PROVABLE: ReadonlySet<AttemptOutcome> = new Set(["accepted", "rejected", "not_taken", "unknown"]);
