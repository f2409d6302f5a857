import * as z from "zod";
import { hostPatternSchema, ownNameSchema, sourceSchema, templateSchema } from "./common.ts";
import { dialectConditionSchema } from "./condition.ts";
import { requestTemplateSchema } from "./request.ts";

/** When a token that seemed good is fetched once more and the request repeated: 401, unless the buyer says it otherwise. */
const refresh = {
  refresh_when: dialectConditionSchema.default("$status is 401"),
  /** Hosts that token requests may go to beside the one of `token_url`. */
  hosts: z.array(hostPatternSchema).max(20).optional(),
};

/** OAuth 2.0 (RFC 6749, RFC 7523). `{{token.access_token}}`, and what `carry` names; the Authorization header is added by itself. */
export const oauthSchema = z.strictObject({
  type: z.literal("oauth2"),
  grant: z.enum(["client_credentials", "refresh_token", "jwt_bearer", "password"]),
  token_url: z.string().min(8).max(2_000),
  client_id: templateSchema.max(500),
  client_secret: templateSchema.max(2_000).optional(),
  /** How the client names itself: HTTP Basic, or in the body. */
  client_auth: z.enum(["basic", "body", "none"]).default("body"),
  scope: z.string().max(1_000).optional(),
  audience: z.string().max(500).optional(),
  /** `refresh_token`: where the token is. A new one in the answer replaces it (rotation). */
  refresh_token: templateSchema.max(4_000).optional(),
  username: templateSchema.max(500).optional(),
  password: templateSchema.max(2_000).optional(),
  /** `jwt_bearer`: RS256 with a PKCS #8 key. */
  jwt: z
    .strictObject({
      private_key: templateSchema.max(8_000),
      issuer: templateSchema.max(500),
      subject: templateSchema.max(500).optional(),
      audience: templateSchema.max(500).optional(),
      key_id: templateSchema.max(200).optional(),
    })
    .optional(),
  /** Where a person consents (authorization code with PKCE), for the one-time set-up of a refresh token. */
  authorize_url: z.string().min(8).max(2_000).optional(),
  /** Further values of the token's answer, as `token.<name>`: `instance_url`, say. */
  carry: z.record(ownNameSchema, sourceSchema).default({}),
  /** Used when the answer names none. */
  lifetime_s: z.int().min(30).max(31_536_000).default(3_600),
  /** The header that carries it; null: the dialect's own requests do. */
  header: templateSchema.max(500).nullable().default("Bearer {{token.access_token}}"),
  ...refresh,
});

/** A token exchange of the buyer's own making: one request, and where in its answer the token is. */
export const exchangeSchema = z.strictObject({
  type: z.literal("exchange"),
  request: requestTemplateSchema,
  format: z.enum(["json", "xml", "text"]).default("json"),
  /** Must hold, or there is no token. */
  ok: dialectConditionSchema.optional(),
  token: sourceSchema,
  expires_in_s: sourceSchema.optional(),
  carry: z.record(ownNameSchema, sourceSchema).default({}),
  lifetime_s: z.int().min(30).max(31_536_000).default(3_600),
  ...refresh,
});

export const basicAuthSchema = z.strictObject({
  type: z.literal("basic"),
  username: templateSchema.max(500),
  password: templateSchema.max(2_000).default(""),
});
export const bearerAuthSchema = z.strictObject({ type: z.literal("bearer"), token: templateSchema.max(4_000) });

/** Headers of all requests of the dialect; `header` and `query` credentials are written into the requests themselves. */
export const authSchema = z.discriminatedUnion("type", [
  basicAuthSchema,
  bearerAuthSchema,
  oauthSchema,
  exchangeSchema,
]);
export type AuthConfig = z.output<typeof authSchema>;
export type TokenAuth = Extract<AuthConfig, { type: "oauth2" | "exchange" }>;
