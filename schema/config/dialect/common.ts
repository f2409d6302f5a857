import * as z from "zod";

/** JSON, as it stands in a configuration; its texts may hold placeholders. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export const jsonValueSchema: z.ZodType<JsonValue, JsonValue> = z.json() as z.ZodType<JsonValue, JsonValue>;

/** Names that a dialect gives to its own things: maps, values, steps, carried values. */
export const ownNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, "must be a letter and up to 39 letters, digits or _")
  .refine((name) => name !== "__proto__" && name !== "constructor" && name !== "prototype", "is reserved");

/** Text with placeholders: `{{name}}`, `{{name | pipe argument}}`. */
export const templateSchema = z.string().max(20_000);

/**
 * Where a value of an answer is: a path (`data.bids.0.price`), a text with placeholders over the answer
 * (`{{Message}}: {{Errors.* | join "; "}}`), or a list of these, of which the first with a value counts.
 */
export const sourceSchema = z.union([z.string().max(2_000), z.array(z.string().max(2_000)).min(1).max(10)], {
  error: "must be a path as text (in YAML quoted, where it looks like a number), or a list of paths",
});
export type Source = z.output<typeof sourceSchema>;

/** `accounts.example.com`, or `*.example.com` for every host below it. */
export const hostPatternSchema = z
  .string()
  .max(253)
  .regex(/^(\*\.)?([a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}$/i, "must be a host like api.example.com or *.example.com");
