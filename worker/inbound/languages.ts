import type { InboundDialect } from "../../schema/config/inbound.ts";
import type { Subject } from "../buyers/dialects/expression/condition.ts";
import { compilePath } from "../buyers/dialects/expression/path.ts";
import { DialectProblem } from "../buyers/dialects/expression/problem.ts";
import type { Getter } from "../buyers/dialects/expression/value.ts";
import { pipesOf } from "../buyers/dialects/pipes/index.ts";
import type { Reading } from "./reading.ts";

/** What an answer is made of, beside the request. */
export interface AnswerScope {
  reading: Reading;
  answer: Record<string, unknown>;
  /** Within `$each`. */
  item?: unknown;
  /** Items that `$each` may still write: the lists may be the request's own, one within another. */
  budget?: { left: number };
}

const SPECIAL: Record<string, Getter<Reading>> = {
  $path: ({ raw }) => raw.path,
  $method: ({ raw }) => raw.method,
  $ping_id: ({ ping_id }) => ping_id,
};

function nameInRequest(name: string): Getter<Reading> {
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special) return special;
  if (name.startsWith("$query.")) {
    const find = compilePath(name.slice("$query.".length));
    return ({ query }) => find(query);
  }
  if (name.startsWith("$header.")) {
    const header = name.slice("$header.".length);
    return ({ raw }) => raw.header(header) ?? undefined;
  }
  if (name.startsWith("$"))
    throw new DialectProblem(`${name} is no name: $path, $method, $ping_id, $query.…, $header.…`);
  const find = compilePath(name);
  return ({ document }) => find(document);
}

const ANSWER_NAMES = new Set([
  "result",
  "id",
  "ping_id",
  "lead_id",
  "price",
  "price_text",
  "currency",
  "expires_in",
  "expires_at",
  "bids",
  "redirect_url",
  "code",
  "message",
  "status",
  "fields",
  "missing",
  "invalid",
  "retry_after",
  "test",
  "campaign",
]);

function nameInAnswer(name: string): Getter<AnswerScope> {
  if (name.startsWith("answer.")) {
    const [first = ""] = name.slice("answer.".length).split(".");
    if (!ANSWER_NAMES.has(first))
      throw new DialectProblem(`${name} is no name: answer.${[...ANSWER_NAMES].join(", ")}`);
    const find = compilePath(name.slice("answer.".length));
    return ({ answer }) => find(answer);
  }
  if (name === "item") return ({ item }) => item;
  if (name.startsWith("item.")) {
    const find = compilePath(name.slice("item.".length));
    return ({ item }) => find(item);
  }
  if (name.startsWith("$") || name.startsWith("request.")) {
    const find = nameInRequest(name.startsWith("$") ? name : name.slice("request.".length));
    return ({ reading }) => find(reading);
  }
  throw new DialectProblem(`${name} is no name: answer.…, request.…, $path, $query.…, $header.…`);
}

/** Names and pipes of the request's side. What is missing is missing: no proxy stands between a publisher and us. */
export const requestLanguage = ({ maps }: Pick<InboundDialect, "maps">): Subject<Reading> => ({
  name: nameInRequest,
  pipe: pipesOf({ maps }),
  now: ({ raw }) => raw.now,
  status: () => 0,
  weak: () => false,
});

export const answerLanguage = ({ maps }: Pick<InboundDialect, "maps">): Subject<AnswerScope> => ({
  name: nameInAnswer,
  pipe: pipesOf({ maps }),
  now: ({ reading }) => reading.raw.now,
  status: ({ answer }) => Number(answer.status ?? 200),
  weak: () => false,
});
