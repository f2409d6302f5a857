import { base62Bytes, base64 } from "../../crypto/encoding.ts";
import type { AdminContext } from "./context.ts";

type Random = Pick<AdminContext, "bytes">;

/** The public key of a form: 24 characters, told to browsers. */
export const newFormKey = (ctx: Random): string => `f_${base62Bytes(ctx.bytes(22), 22)}`;

/** The key of a publisher's own address: 27 characters, as good as a password where its requests carry no key. */
export const newInboundKey = (ctx: Random): string => `in_${base62Bytes(ctx.bytes(24), 24)}`;

/** A publisher's API key: 32 characters of base 62 (190 bits) behind a prefix that secret scanners and people recognise. */
export const newApiKey = (ctx: Random, test: boolean): string =>
  `pk_${test ? "test" : "live"}_${base62Bytes(ctx.bytes(32), 32)}`;

/** A buyer's own key, as long. */
export const newBuyerKey = (ctx: Random): string => `bk_live_${base62Bytes(ctx.bytes(32), 32)}`;

/** A Standard Webhooks secret: 24 bytes. */
export const newWebhookSecret = (ctx: Random): string => `whsec_${base64(ctx.bytes(24))}`;
