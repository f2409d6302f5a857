import { dialectJsonSchema } from "../../schema/config/dialect/json-schema.ts";

let text: string | undefined;

/** GET /schemas/dialect.json (the newest language) and /schemas/dialect-1.json (this one, for ever): for editors of dialect files. */
export function dialectSchemaAnswer(): Response {
  text ??= JSON.stringify(dialectJsonSchema());
  return new Response(text, {
    headers: {
      "content-type": "application/schema+json",
      "cache-control": "public, max-age=300",
      "access-control-allow-origin": "*",
    },
  });
}
