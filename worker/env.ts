import * as z from "zod";
import type { AuctionBook } from "../durable-objects/auction-book.ts";
import type { BuyerAccount } from "../durable-objects/buyer-account.ts";
import type { Dialer } from "../durable-objects/dialer.ts";
import type { Keeper } from "../durable-objects/keeper.ts";
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
}

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
      return z
        .record(z.string().regex(/^[a-z0-9._-]{1,40}$/), z.string().regex(/^[0-9a-f]{64}$/))
        .parse(JSON.parse(text));
    } catch {
      ctx.addIssue({ code: "custom", message: 'must be JSON like {"alice":"<sha256 of her token, hex>"}' });
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
