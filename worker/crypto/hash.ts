import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { utf8 } from "./encoding.ts";

/** One-way forms of identifying values. Synchronous: they stand on the ping path. */
export const sha256Hex = (text: string): string => createHash("sha256").update(text).digest("hex");
export const md5Hex = (text: string): string => createHash("md5").update(text).digest("hex");

export function hmac(secret: string, purpose: string, text: string): string {
  return createHmac("sha256", secret).update(`${purpose}:${text}`).digest("base64url");
}

/** Digests compare in constant time. */
export function sameText(a: string, b: string): boolean {
  const left = utf8(a);
  const right = utf8(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * A consumer's key in one campaign: `<book shard>:<HMAC of the SHA-256 of the phone or e-mail>`. The digest alone could be
 * reversed by trying all phone numbers; the HMAC cannot without the secret.
 */
export function consumerKey(
  secret: string,
  campaign: string,
  kind: "phone" | "email",
  sha256: string,
  shardOf: (spread: number) => string,
): string {
  const digest = createHmac("sha256", secret).update(`consumer:${campaign}:${kind}:${sha256}`).digest();
  return `${shardOf(digest.readUInt32BE(0))}:${digest.toString("base64url").slice(0, 32)}`;
}

/** The consumer for one buyer's duplicate window and for the suppression list: the same in every campaign. 64 bits. */
export function suppressionHash(secret: string, kind: "phone" | "email", sha256: string): string {
  return hmac(secret, `suppress:${kind}`, sha256).slice(0, 11);
}

/** Of the key in a publisher's own requests: it was chosen elsewhere and may be short, so its SHA-256 alone could be guessed. */
export const inboundDigest = (secret: string, id: string, key: string): string => hmac(secret, `inbound:${id}`, key);

export const shardOfConsumer = (key: string): string => key.slice(0, key.indexOf(":"));
