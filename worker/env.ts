import * as z from "zod";
import type { AuctionBook } from "../durable-objects/auction-book.ts";
import type { BuyerAccount } from "../durable-objects/buyer-account.ts";
import type { Dialer } from "../durable-objects/dialer.ts";
import type { Keeper } from "../durable-objects/keeper.ts";
import { OPERATOR_ROLES } from "../schema/lists.ts";
import type { DeliveryMessage } from "../schema/queue.ts";

/** Bindings and variables as the platform hands them over (wrangler.toml names them). */
export interface Env {
  DB: D1Database;
  BOOK: DurableObjectNamespace<AuctionBook>;
  ACCOUNT: DurableObjectNamespace<BuyerAccount>;
  DIALER: DurableObjectNamespace<Dialer>;
  ALERTS: DurableObjectNamespace;
  KEEPER: DurableObjectNamespace<Keeper>;
  DELIVERIES: Queue<DeliveryMessage>;
  FLOOD: RateLimit;
  FLOOD_ANONYMOUS: RateLimit;
  ANALYTICS?: AnalyticsEngineDataset;
  ASSETS?: Fetcher;
  /** Workers Email; without it channels of type `email` cannot send. */
  ALERT_MAIL?: SendEmail;
  /** Secrets. */
  KEYRING: string;
  HASH_SECRET: string;
  ADMIN_TOKENS: string;
  /** Variables. */
  REGION?: string;
  BOOK_SHARDS?: string;
  DIALERS?: string;
  MAX_IN_FLIGHT?: string;
  PUBLIC_URL?: string;
  LOCAL_MODE?: string;
  /** Cloudflare Access in front of `/ops`: the team's domain, the application's audience tag, and who has which role. */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUD?: string;
  ACCESS_ROLES?: string;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** By operator's name. A digest alone is an admin's. */
const operatorTokensSchema = z.record(
  z.string().regex(/^[a-z0-9._-]{1,40}$/),
  z.union([
    sha256.transform((digest) => ({ sha256: digest, role: "admin" as const })),
    z.strictObject({ sha256, role: z.enum(OPERATOR_ROLES) }),
  ]),
);
/** Cloudflare Access: who signs in there, by e-mail address or `*@example.com`, has which role here. */
const accessRolesSchema = z.record(z.string().regex(/^(\*|[^@\s]+)@[^@\s]+$/), z.enum(OPERATOR_ROLES));

const settingsSchema = z.object({
  /** `k2:<base64 of 32 bytes>,k1:<…>`: the first wraps, all unwrap. */
  KEYRING: z
    .string()
    .regex(
      /^[a-z0-9]+:[A-Za-z0-9+/=]{44}(,[a-z0-9]+:[A-Za-z0-9+/=]{44})*$/,
      "must be name:base64-of-32-bytes, newest first",
    ),
  HASH_SECRET: z.string().min(32),
  ADMIN_TOKENS: z.string().transform((text, ctx) => {
    try {
      return operatorTokensSchema.parse(JSON.parse(text));
    } catch {
      const like = '{"alice":"<sha256 of her token, hex>","bob":{"sha256":"<his>","role":"viewer"}}';
      ctx.addIssue({ code: "custom", message: `must be JSON like ${like}` });
      return z.NEVER;
    }
  }),
  REGION: z.enum(["wnam", "enam", "sam", "weur", "eeur", "apac", "oc", "afr", "me"]).default("enam"),
  BOOK_SHARDS: z.coerce.number().int().min(1).max(3_844).default(16),
  DIALERS: z.coerce.number().int().min(1).max(10_000).default(600),
  /** Requests that one isolate works on at a time; three quarters of them may be pings. */
  MAX_IN_FLIGHT: z.coerce.number().int().min(8).max(10_000).default(256),
  /** Where buyers reach this gateway: the base of the callback addresses in their posts. Empty: posts carry none. */
  PUBLIC_URL: z
    .union([z.literal(""), z.url({ protocol: /^https?$/ })])
    .transform((url) => url.replace(/\/+$/, "") || undefined)
    .optional(),
  /** Sign-in to the console by Cloudflare Access, like `team.cloudflareaccess.com`; empty: by token alone. */
  ACCESS_TEAM_DOMAIN: z.union([z.literal(""), z.string().regex(/^[a-z0-9-]+\.cloudflareaccess\.com$/)]).default(""),
  ACCESS_AUD: z.union([z.literal(""), z.string().regex(/^[0-9a-f]{64}$/)]).default(""),
  ACCESS_ROLES: z
    .string()
    .default("{}")
    .transform((text, ctx) => {
      try {
        return accessRolesSchema.parse(JSON.parse(text));
      } catch {
        ctx.addIssue({
          code: "custom",
          message: 'must be JSON like {"alice@example.com":"admin","*@example.com":"viewer"}',
        });
        return z.NEVER;
      }
    }),
  LOCAL_MODE: z
    .enum(["0", "1"])
    .default("0")
    .transform((v) => v === "1"),
});
export type Settings = z.output<typeof settingsSchema>;

const parsed = new WeakMap<Env, Settings>();

/** The checked settings, parsed once per isolate. Throws with the names (never the values) of what is wrong. */
export function settingsOf(env: Env): Settings {
  const known = parsed.get(env);
  if (known) return known;
  const result = settingsSchema.safeParse(env);
  if (!result.success) {
    const wrong = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`gateway settings: ${wrong.join("; ")}`);
  }
  parsed.set(env, result.data);
  return result.data;
}
