import * as z from "zod";
import type {
  ZodOpenApiOperationObject,
  ZodOpenApiOverride,
  ZodOpenApiPathsObject,
  ZodOpenApiResponsesObject,
} from "zod-openapi";
import { createDocument } from "zod-openapi";
import type { ProblemCode } from "../../schema/api/problems.ts";
import { PROBLEMS, problemSchema } from "../../schema/api/problems.ts";
import type { Operation } from "./operation.ts";

const PUBLISHER_KEYS: Record<string, string[]>[] = [{ bearer: [] }, { keyHeader: [] }, { keyQuery: [] }];
const PROBLEM = { "application/problem+json": { schema: problemSchema } };

/** The OpenAPI 3.1 document of these operations as JSON text. Costs some milliseconds: made once per isolate, on demand. */
export function apiDocument(operations: readonly Operation[]): string {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:([A-Za-z_]+)/g, "{$1}");
    paths[path] = { ...paths[path], [operation.method]: describe(operation) };
  }
  const document = createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Ping/post gateway",
        version: "1",
        description:
          "Sells a lead to the buyer who bids most. Business outcomes are HTTP 200 with `result`; errors of the caller are problems (RFC 9457) whose codes [are explained here](/docs/errors). Money is in the campaign's currency, with up to four decimals.",
      },
      paths,
      components: {
        securitySchemes: {
          bearer: { type: "http", scheme: "bearer", description: "The publisher's API key." },
          keyHeader: { type: "apiKey", in: "header", name: "X-Api-Key" },
          keyQuery: {
            type: "apiKey",
            in: "query",
            name: "api_key",
            description:
              "Also as `api_key` in the body. For systems that can do nothing else: addresses end up in logs.",
          },
          buyer: { type: "http", scheme: "bearer", description: "A buyer's own key." },
          operator: { type: "http", scheme: "bearer", description: "An operator's token." },
        },
      },
    },
    { override: describeTransformed },
  );
  return JSON.stringify(document);
}

/**
 * What a transform makes cannot be read from it. Where a schema with one is answered and says nothing of itself, its input is shown:
 * transforms here only normalise.
 */
const describeTransformed: ZodOpenApiOverride = ({ zodSchema, jsonSchema, io }) => {
  if (io !== "output" || zodSchema._zod.def.type !== "pipe" || Object.keys(jsonSchema).length > 0) return;
  const { $schema: _, ...shown } = z.toJSONSchema(zodSchema, { io: "input", unrepresentable: "any" });
  Object.assign(jsonSchema, shown);
};

function describe(operation: Operation): ZodOpenApiOperationObject {
  const names = [...operation.path.matchAll(/:([A-Za-z_]+)/g)].map((match) => match[1] ?? "");
  const path = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const json = { "application/json": { schema: operation.request ?? z.never() } };
  const content = operation.form_encoded
    ? { ...json, "application/x-www-form-urlencoded": { schema: operation.request ?? z.never() } }
    : json;
  return {
    operationId: operation.id,
    summary: operation.summary,
    tags: operation.tags,
    ...(operation.notes ? { description: operation.notes } : {}),
    security: securityOf(operation),
    requestParams: {
      ...(names.length > 0 ? { path } : {}),
      ...(operation.query ? { query: operation.query } : {}),
      ...(operation.headers ? { header: operation.headers } : {}),
    },
    ...(operation.request ? { requestBody: { required: true, content } } : {}),
    responses: responsesOf(operation),
  };
}

function securityOf({ auth }: Operation): Record<string, string[]>[] {
  if (auth === "none") return [];
  return auth === "publisher" ? PUBLISHER_KEYS : [{ [auth]: [] }];
}

/** 200, the problems by status, and `default` for whatever else. */
function responsesOf(operation: Operation): ZodOpenApiResponsesObject {
  const codes = new Set(operation.problems ?? []);
  if (operation.auth === "publisher" || operation.auth === "buyer")
    for (const code of ["unauthorized", "rate_limited", "overloaded", "unavailable"]) codes.add(code);
  const byStatus = new Map<number, string[]>();
  for (const code of codes) {
    if (!Object.hasOwn(PROBLEMS, code)) continue;
    const { status, meaning } = PROBLEMS[code as ProblemCode];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${meaning}`]);
  }
  const responses: ZodOpenApiResponsesObject = {
    "200": { description: "The answer.", content: { "application/json": { schema: operation.response } } },
  };
  for (const [status, lines] of [...byStatus].sort(([a], [b]) => a - b))
    responses[String(status) as "400"] = { description: lines.join("\n\n"), content: PROBLEM };
  responses.default = { description: "A problem.", content: PROBLEM };
  return responses;
}
