import * as z from "zod";
import type { Operation } from "../operation.ts";

const BASE = "/v1/admin";
const BODY = ["invalid_json", "invalid_body", "body_too_large", "unsupported_media_type", "invalid_fields"];
const ALWAYS = ["unauthorized", "forbidden", "ledger_unavailable"];
export const ifMatch = z.object({
  "if-match": z
    .string()
    .optional()
    .meta({ description: 'The version that was read, as in `"3"`; refused when it has changed.' }),
});

/** "a buyer", "an endpoint". */
export const oneOf = (kind: string): string => `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;

type Rest = Omit<Operation, "auth" | "path" | "problems" | "tags"> & {
  path: string;
  problems?: string[];
  tags?: string[];
};

/** An operator's call with the problems that every one of its kind may answer. */
export function operation(tag: string, rest: Rest): Operation {
  const body = rest.request ? BODY : rest.query ? ["invalid_fields"] : [];
  return {
    tags: [`operator: ${tag}`],
    ...rest,
    path: BASE + rest.path,
    auth: "operator",
    problems: [...ALWAYS, ...body, ...(rest.problems ?? [])],
  };
}
