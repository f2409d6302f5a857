import * as z from "zod";
import { base64url, fromBase64, fromUtf8, utf8 } from "../../crypto/encoding.ts";
import { hmac, sameText } from "../../crypto/hash.ts";
import type { Identity, OperatorToken } from "../../routes/admin/identity.ts";

/** Ms from sign-in to the next one. */
export const SESSION_MS = 12 * 3_600_000;

const sessionSchema = z.object({
  author: z.string(),
  /** The beginning of the token's digest: another token ends the session. */
  token: z.string(),
  /** Epoch ms. */
  expires_at: z.number(),
});
interface Secrets {
  HASH_SECRET: string;
  ADMIN_TOKENS: Record<string, OperatorToken>;
}

const mac = (secret: string, text: string): string => hmac(secret, "console-session", text);
const markOf = (token: OperatorToken): string => token.sha256.slice(0, 16);

/** The cookie's value. Nothing is kept of it here: the token's end is the session's end. */
export function makeSession(secrets: Secrets, author: string, now: number): string | null {
  const token = Object.hasOwn(secrets.ADMIN_TOKENS, author) ? secrets.ADMIN_TOKENS[author] : undefined;
  if (!token) return null;
  const text = base64url(utf8(JSON.stringify({ author, token: markOf(token), expires_at: now + SESSION_MS })));
  return `${text}.${mac(secrets.HASH_SECRET, text)}`;
}

/** Who it is, with the role of today; null: not ours, over, or the token is gone. */
export function readSession(secrets: Secrets, cookie: string, now: number): Identity | null {
  const [text = "", given = ""] = cookie.split(".");
  if (cookie.length > 1_000 || !sameText(given, mac(secrets.HASH_SECRET, text))) return null;
  const session = sessionSchema.parse(JSON.parse(fromUtf8(fromBase64(text))));
  const token = Object.hasOwn(secrets.ADMIN_TOKENS, session.author) ? secrets.ADMIN_TOKENS[session.author] : undefined;
  if (!token || session.expires_at <= now || markOf(token) !== session.token) return null;
  return { author: session.author, role: token.role };
}
