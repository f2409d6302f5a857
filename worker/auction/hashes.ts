/** What publishers hash, and the notations in which they send the digest. The hashing itself is worker/crypto's. */
export interface ParsedHash {
  algorithm: "sha256" | "md5";
  /** Lower case. */
  hex: string;
}

const SHA256 = /^(?:sha256:)?([0-9a-f]{64})$/;
const MD5 = /^md5:([0-9a-f]{32})$/;

/**
 * `phone_hash` and `email_hash`: SHA-256 as 64 hex digits, or MD5 declared as `md5:<32 hex digits>`; any case. null for all
 * else: 32 digits without a declaration could be a shortened SHA-256, which would match nobody.
 */
export function parseHash(input: string): ParsedHash | null {
  const text = input.trim().toLowerCase();
  const sha256 = SHA256.exec(text)?.[1];
  if (sha256 !== undefined) return { algorithm: "sha256", hex: sha256 };
  const md5 = MD5.exec(text)?.[1];
  return md5 === undefined ? null : { algorithm: "md5", hex: md5 };
}

/** The one notation that is stored and compared: bare hex for SHA-256, `md5:<hex>` for MD5. */
export const formatHash = (hash: ParsedHash): string => (hash.algorithm === "md5" ? `md5:${hash.hex}` : hash.hex);

const E164 = /^\+[1-9]\d{6,14}$/;

/** The text whose digest is `phone_hash`: E.164, digits with `+`. Takes only a normalised phone. */
export function phoneForHash(e164: string): string {
  if (!E164.test(e164)) throw new Error("a phone must be normalised before it is hashed");
  return e164;
}

/** The text whose digest is `email_hash`: the address trimmed, in lower case. */
export const emailForHash = (email: string): string => email.trim().toLowerCase();
