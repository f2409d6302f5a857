import { createHash } from "node:crypto";
import * as z from "zod";
import { base64url, fromBase64, fromUtf8, utf8 } from "./encoding.ts";
import { hmac, sameText } from "./hash.ts";

/** What comes back with a consent, so that nothing need be kept while a person gives it. */
const stateSchema = z.object({
  endpoint_id: z.string(),
  test: z.boolean(),
  author: z.string(),
  nonce: z.string(),
  /** Epoch ms. */
  expires_at: z.number(),
});
export type OAuthState = z.output<typeof stateSchema>;

const mac = (secret: string, text: string): string => hmac(secret, "oauth-state", text);

export function makeState(secret: string, state: OAuthState): string {
  const text = base64url(utf8(JSON.stringify(state)));
  return `${text}.${mac(secret, text)}`;
}

/** null: not one of ours, or too old. */
export function readState(secret: string, text: string, now: number): OAuthState | null {
  const [body = "", given = ""] = text.split(".");
  if (text.length > 2_000 || !sameText(given, mac(secret, body))) return null;
  const state = stateSchema.parse(JSON.parse(fromUtf8(fromBase64(body))));
  return state.expires_at > now ? state : null;
}

/** PKCE (RFC 7636): the verifier is made of the state's nonce and our secret, so that it need not be kept either. */
export const codeVerifier = (secret: string, nonce: string): string => hmac(secret, "oauth-verifier", nonce);
export const codeChallenge = (verifier: string): string => createHash("sha256").update(verifier).digest("base64url");
