import type * as z from "zod";
import { leadAnswerSchema, pingAnswerSchema, postAnswerSchema } from "../../../schema/api/answers.ts";
import { leadRequestSchema, pingRequestSchema, postRequestSchema } from "../../../schema/api/calls.ts";
import { type Block, code, heading, table, text } from "../../flows/specification/blocks.ts";

interface Call {
  title: string;
  line: string;
  about: string;
  request?: z.ZodObject;
  answer: z.ZodObject;
}

const calls = (origin: string): Call[] => [
  {
    title: "Ping",
    line: `POST ${origin}/v1/pings`,
    about:
      "Facts that name nobody; the answer is an offer. `price` is what you get, and a promise: a post of this ping brings at least that, or nothing.",
    request: pingRequestSchema,
    answer: pingAnswerSchema,
  },
  {
    title: "Post",
    line: `POST ${origin}/v1/posts`,
    about: "The whole lead, while the ping lives. Fields of the ping need not be repeated.",
    request: postRequestSchema,
    answer: postAnswerSchema,
  },
  {
    title: "One step",
    line: `POST ${origin}/v1/leads`,
    about: "The whole lead at once: auction and sale in one call.",
    request: leadRequestSchema,
    answer: postAnswerSchema,
  },
  {
    title: "State of a lead",
    line: `GET ${origin}/v1/leads/LEAD_ID`,
    about: "At any time until 30 days after its end.",
    answer: leadAnswerSchema,
  },
];

/** Each call with its members, from the schemas that read and write them. */
export function callBlocks(origin: string): Block[] {
  return [
    heading("Calls"),
    text(
      "JSON, or `application/x-www-form-urlencoded` with the lead's fields as plain keys; UTF-8, at most 64 KiB. Amounts are decimals with at most four places, times ISO 8601 with an offset.",
    ),
    ...calls(origin).flatMap(({ title, line, about, request, answer }) => [
      heading(title, 3),
      code(line),
      text(about),
      ...(request ? table(["you send", "", "about"], membersOf(request)) : []),
      ...table(["answer", "", "about"], membersOf(answer)),
    ]),
  ];
}

function membersOf(schema: z.ZodObject): string[][] {
  return Object.entries(schema.shape).flatMap(([name, member]) => {
    const type = member as z.ZodType;
    if (/^sub_id[2-5]$/.test(name)) return [];
    const required = !type.safeParse(undefined).success;
    const about = type.meta()?.description ?? inner(type)?.meta()?.description ?? ABOUT[name] ?? "";
    return [[`\`${name === "sub_id1" ? "sub_id1 … sub_id5" : name}\``, required ? "always" : "", about]];
  });
}

/** What `.optional()` and `.default()` were put around. */
function inner(type: z.ZodType): z.ZodType | undefined {
  const { innerType } = type.def as { innerType?: z.ZodType };
  return innerType;
}

/** Members that have no words of their own in the document. */
const ABOUT: Readonly<Record<string, string>> = {
  result: "`accepted`, `rejected`; in pending mode a post may be `pending`.",
  currency: "Of every amount.",
  bids: "Each offer that reached the price rules, best first; `bid_ids` of a post choose among them.",
  consent:
    "`{brand, text, at, ip, ua}`: the same as the fields `consent_text`, `consent_at`, `consent_ip`, `consent_user_agent`.",
  campaign: "The campaign's id.",
};
