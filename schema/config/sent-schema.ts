import * as z from "zod";
import { jsonValueSchema } from "./dialect/common.ts";

/** Where the document is, if the body is a form: the parameter that holds it. */
const field = z.string().min(1).max(120).optional();

/** A buyer's schema of one request: JSON Schema (also of a form's or a query's fields, as texts), or XML Schema. */
export const sentSchemaSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("json_schema"), field, schema: z.record(z.string(), jsonValueSchema) }),
  z.strictObject({ type: z.literal("xsd"), field, text: z.string().min(20).max(60_000) }),
]);
export type SentSchema = z.output<typeof sentSchemaSchema>;

export const sentSchemasSchema = z.strictObject({
  ping: sentSchemaSchema.optional(),
  post: sentSchemaSchema.optional(),
});
export type SentSchemas = z.output<typeof sentSchemasSchema>;
