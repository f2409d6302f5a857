import type { DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import type { Dialect } from "../dialect.ts";
import { compileBid } from "./bid.ts";
import { compileOutcome } from "./outcome.ts";
import { problemsOf } from "./problems.ts";
import { compileRequest } from "./request.ts";
import { pingScope, postScope } from "./scope.ts";

/** Compiles a dialect from its configuration; never throws for a configuration that its schema let pass. */
export function compileDialect(config: DialectConfig): Dialect {
  const { ping, post } = config;
  const buildPing = ping && compileRequest(ping.request);
  const readBid = ping && compileBid(ping.answer);
  const buildPost = compileRequest(post.request);
  const readOutcome = compileOutcome(post.answer);
  return {
    buildPing: (facts) => (buildPing ? buildPing(pingScope(facts)) : null),
    readBid: (answer) =>
      readBid ? readBid(answer) : { outcome: "error", error: "set_up", reason: "the dialect has no ping" },
    buildPost: (facts) => buildPost(postScope(facts)),
    readOutcome: (answer) => readOutcome(answer),
  };
}

/** What an operator should mend before an endpoint is saved: names that no template can use, misplaced placeholders, odd headers. */
export function dialectProblems(config: DialectConfig): { path: string; message: string }[] {
  const of = (phase: "ping" | "post", request: RequestTemplate | undefined) =>
    (request ? problemsOf(request, phase) : []).map(({ part, message }) => ({
      path: `${phase}.request.${part}`,
      message,
    }));
  return [...of("ping", config.ping?.request), ...of("post", config.post.request)];
}
