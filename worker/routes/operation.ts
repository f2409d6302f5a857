import type * as z from "zod";
import type { OperatorRole } from "../../schema/lists.ts";

/** One call as the API document describes it. A test holds the list of operations against the mounted routes. */
export interface Operation {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** As the router has it: `/v1/leads/:id`. Path parameters are described by name in the document. */
  path: string;
  /** Unique; clients are generated from it. */
  id: string;
  summary: string;
  tags: string[];
  /** `publisher`: an API key; `buyer`: a buyer's own key; `operator`: a bearer token. */
  auth: "publisher" | "buyer" | "operator" | "none";
  /** Of an operator's call: the least role that may make it. Absent: viewer for GET, admin for everything else. */
  role?: OperatorRole;
  request?: z.ZodType;
  /** The body may be form-encoded too. */
  form_encoded?: boolean;
  query?: z.ZodObject;
  /** Request headers beyond the key. */
  headers?: z.ZodObject;
  /** Of status 200. */
  response: z.ZodType;
  /** Markdown. */
  notes?: string;
  /** Problem codes that it may answer, beyond those of every call. */
  problems?: string[];
}

/** Of every call whose body is JSON or form-encoded. */
export const BODY_PROBLEMS = [
  "invalid_json",
  "invalid_form",
  "invalid_encoding",
  "invalid_body",
  "duplicate_key",
  "forbidden_key",
  "too_deep",
  "body_too_large",
  "unsupported_media_type",
  "invalid_fields",
];
