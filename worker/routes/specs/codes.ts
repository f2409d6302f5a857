import { PROBLEMS, type ProblemCode } from "../../../schema/api/problems.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { type Block, code, heading, table, text } from "../../flows/specification/blocks.ts";
import { ANSWER_TEXTS } from "../messages.ts";
import { PUBLIC_OPERATIONS } from "../operations.ts";

/** What every call with a key may answer. */
const ALWAYS = [
  "unauthorized",
  "rate_limited",
  "overloaded",
  "internal_error",
  "unavailable",
  "try_again",
  "not_found",
];
const CALLS = new Set(["ping", "post", "lead", "leadState"]);

/** Problem codes of a publisher's calls, from the operations themselves. */
export const problemCodes = (): ProblemCode[] => {
  const named = PUBLIC_OPERATIONS.filter(({ id }) => CALLS.has(id)).flatMap(({ problems = [] }) => problems);
  const known = (word: string): word is ProblemCode => Object.hasOwn(PROBLEMS, word);
  return [...new Set([...named, ...ALWAYS, "idempotency_key_reused", "method_not_allowed"])]
    .filter(known)
    .sort((a, b) => PROBLEMS[a].status - PROBLEMS[b].status);
};

const EXAMPLE = {
  type: "/docs/errors#invalid_fields",
  title: "Invalid fields",
  status: 422,
  code: "invalid_fields",
  detail: "2 fields are not as required: correct and send again.",
  errors: [
    { field: "zip", code: "invalid", message: "must be a US ZIP code like 02134 or 02134-1000" },
    { field: "first_name", code: "required", message: "is required in a post" },
  ],
};

export function codeBlocks(): Block[] {
  return [
    heading("Answers"),
    text("What the market says is always HTTP 200 with `result`. `code` says why, `message` says it in words."),
    ...table(
      ["result", "means"],
      [
        ["`accepted`", "ping: an offer. Post or lead: sold; `price` is what you get"],
        ["`rejected`", "not sold, and it will not be: offer it elsewhere"],
        ["`pending`", "only for publishers in pending mode: the lead is safe and being worked on"],
      ],
    ),
    ...table(
      ["code", "what happened", "what to do"],
      ANSWER_CODES.map((word) => [`\`${word}\``, ANSWER_TEXTS[word].happened, ANSWER_TEXTS[word].action]),
    ),
    heading("Errors"),
    text(
      "Only mistakes in the request, and ours, have another status than 200: `application/problem+json` (RFC 9457), with one entry in `errors` per field. Values are never repeated.",
    ),
    code(JSON.stringify(EXAMPLE, null, 2), "json"),
    ...table(
      ["status", "code", "what happened", "what to do"],
      problemCodes().map((word) => {
        const { status, meaning, action } = PROBLEMS[word];
        return [String(status), `\`${word}\``, meaning, action];
      }),
    ),
  ];
}
