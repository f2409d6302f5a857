import * as z from "zod";
import { hostPatternSchema, jsonValueSchema, templateSchema } from "./common.ts";

export const ENCODINGS = ["json", "form", "query", "multipart", "xml", "soap", "text"] as const;
export type Encoding = (typeof ENCODINGS)[number];
export const METHODS = ["POST", "PUT", "PATCH", "GET", "DELETE"] as const;

const headerNameSchema = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}$/);

/** A header (or query or body field) with a digest over parts of the request. Runs after everything else is built. */
export const hmacSchema = z.strictObject({
  /** Where it goes: the header's name, or `query.<name>`. */
  header: headerNameSchema,
  hmac: z.enum(["md5", "sha1", "sha256", "sha512"]),
  /** The key, with placeholders: `{{secret.signing_key}}`. */
  key: templateSchema,
  /** How the key's text becomes bytes. */
  key_encoding: z.enum(["text", "base64", "hex"]).default("text"),
  /** What is signed, with placeholders; `{{request.body}}`, `{{request.url}}`, `{{request.path}}`, `{{request.method}}`, `{{request.nonce}}`, `{{request.timestamp}}`. */
  over: templateSchema,
  encode: z.enum(["hex", "base64", "base64url"]).default("hex"),
  prefix: z.string().max(60).default(""),
});

/** Signs after Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature). Two secrets during a rotation. */
export const standardWebhooksSchema = z.strictObject({
  standard_webhooks: z.array(templateSchema).min(1).max(3),
});
export const signatureSchema = z.union([hmacSchema, standardWebhooksSchema]);
export type Signature = z.output<typeof signatureSchema>;

/** What is different on a test lead: merged over the request, objects member by member; `{"$omit": true}` takes a member out. */
export const testOverridesSchema = z.strictObject({
  url: templateSchema.min(8).max(2_000).optional(),
  headers: z.record(headerNameSchema, templateSchema.max(4_000)).optional(),
  query: z.record(z.string().max(120), jsonValueSchema).optional(),
  body: jsonValueSchema.optional(),
});

/** A request. Texts may hold placeholders; objects may hold directives (`$if`, `$json`, …): docs/dialect-language.md. */
export const requestTemplateSchema = z.strictObject({
  method: z.enum(METHODS).default("POST"),
  url: z.string().min(8).max(2_000),
  headers: z.record(headerNameSchema, templateSchema.max(4_000)).default({}),
  /** Beside a body of any encoding. */
  query: z.record(z.string().max(120), jsonValueSchema).optional(),
  encoding: z.enum(ENCODINGS).default("json"),
  /** With `xml`, `soap` and `text` also one text: the document with placeholders, whose values are escaped for it. */
  body: jsonValueSchema.optional(),
  /** `empty`: members with empty text, empty lists and empty objects are left out too. */
  omit: z.enum(["missing", "empty"]).default("missing"),
  soap: z
    .strictObject({
      version: z.enum(["1.1", "1.2"]).default("1.1"),
      action: templateSchema.max(500).optional(),
      /** The content of soap:Header. */
      header: jsonValueSchema.optional(),
    })
    .optional(),
  sign: z.array(signatureSchema).max(5).default([]),
  /** Hosts that this request may go to. Needed where anything but a credential decides the host. */
  hosts: z.array(hostPatternSchema).min(1).max(20).optional(),
  test: testOverridesSchema.optional(),
});
export type RequestTemplate = z.output<typeof requestTemplateSchema>;
