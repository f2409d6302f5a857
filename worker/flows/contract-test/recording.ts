import type { Dialect, WireAnswer } from "../../buyers/dialect.ts";
import type { AnswerPlace } from "../../buyers/dialects/answer/explain.ts";
import type { Deps } from "../../deps.ts";

/** A request as it left, credentials and all: mask it before it is shown. */
export interface SentRequest {
  method: string;
  url: string;
  headers: [string, string][];
  body: string | null;
}
/** An answer that was read, and as whose. */
export interface ReadAnswer {
  place: AnswerPlace;
  wire: WireAnswer;
}

/** The same dependencies, but every request that leaves is noted. */
export function recordingDeps(deps: Deps, sent: SentRequest[]): Deps {
  return {
    ...deps,
    fetch: (request) => {
      const { method = "GET", headers, body } = request.init;
      sent.push({
        method,
        url: request.url,
        headers: Array.isArray(headers) ? (headers as [string, string][]) : Object.entries({ ...headers }),
        body: typeof body === "string" ? body : null,
      });
      return deps.fetch(request);
    },
  };
}

/** The same dialect, but every answer that it reads is noted with its place. */
export function recordingDialect(dialect: Dialect, read: ReadAnswer[]): Dialect {
  const noted = (place: AnswerPlace, wire: WireAnswer): WireAnswer => {
    read.push({ place, wire });
    return wire;
  };
  return {
    ...dialect,
    readBid: (wire) => dialect.readBid(noted("ping", wire)),
    readOutcome: (wire, context) => dialect.readOutcome(noted("post", wire), context),
    steps: {
      beforePing: dialect.steps.beforePing.map((step) => ({
        ...step,
        read: (wire) => step.read(noted(`ping.before.${step.name}`, wire)),
      })),
      beforePost: dialect.steps.beforePost.map((step) => ({
        ...step,
        read: (wire) => step.read(noted(`post.before.${step.name}`, wire)),
      })),
      afterPost: dialect.steps.afterPost.map((step) => ({
        ...step,
        read: (wire, context) => step.read(noted(`post.after.${step.name}`, wire), context),
      })),
    },
  };
}
