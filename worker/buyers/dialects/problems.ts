import type { DialectConfig, RequestTemplate } from "../../../schema/config/dialect.ts";
import { Compiler } from "./compiler.ts";
import type { Phase } from "./request/phase.ts";
import type { Problem } from "./request/sink.ts";

const PROVABLE: ReadonlySet<string> = new Set(["accepted", "rejected", "not_taken", "unknown", "review"]);

/** A status answer without a rule proves nothing, so a status call needs rules, and only of outcomes that it can prove. */
export function statusRules(status: DialectConfig["status"]): Problem[] {
  if (!status) return [];
  const { rules } = status.answer;
  if (rules.length === 0)
    return [{ path: "status.answer.rules", message: "needs at least one: what no rule matches proves nothing" }];
  return rules.flatMap((rule, at) => {
    const long = "outcome" in rule;
    const outcome = long ? rule.outcome : Object.keys(rule)[0];
    if (outcome === undefined || PROVABLE.has(String(outcome))) return [];
    const path = `status.answer.rules.${at}.${long ? "outcome" : outcome}`;
    return [{ path, message: "must be accepted, rejected, not_taken or unknown: a status call proves nothing else" }];
  });
}

/** A value that no request of any kind could use is wrong even where none uses it. Told by what a post would say, which knows most. */
export function valueProblems(config: DialectConfig): Problem[] {
  return Object.keys(config.values).flatMap((name) => {
    const tries = (["post", "ping", "win", "loss", "status"] satisfies Phase["kind"][]).map((kind) => {
      const compiler = new Compiler(config);
      const language = compiler.language({ kind, path: "" }, "POST");
      compiler.sink.at(`values.${name}`, () => language.text(`{{value.${name}}}`), null);
      return compiler.sink.problems;
    });
    return tries.some((problems) => problems.length === 0) ? [] : (tries[0] ?? []);
  });
}

/** Every request of a dialect, with its place. */
export function requestsOf({
  auth,
  ping,
  post,
  status,
  win,
  loss,
}: DialectConfig): { path: string; request: RequestTemplate }[] {
  const steps = (path: string, list: readonly { request: RequestTemplate }[] = []) =>
    list.map(({ request }, at) => ({ path: `${path}.${at}.request`, request }));
  const one = (path: string, request: RequestTemplate | undefined) => (request ? [{ path, request }] : []);
  return [
    ...one("auth.request", auth?.type === "exchange" ? auth.request : undefined),
    ...steps("ping.before", ping?.before),
    ...one("ping.request", ping?.request),
    ...steps("post.before", post.before),
    ...one("post.request", post.request),
    ...steps("post.after", post.after),
    ...one("status.request", status?.request),
    ...one("win.request", win?.request),
    ...one("loss.request", loss?.request),
  ];
}
