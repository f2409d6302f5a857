import { base64url, fromBase64, utf8 } from "../../crypto/encoding.ts";

/** A private key that cannot be used; the message names no part of it. */
export class KeyProblem extends Error {}

/** The bytes of a PKCS #8 key in PEM, also where its line breaks came as `\n`. */
function pkcs8(pem: string): Uint8Array<ArrayBuffer> {
  const text = pem.replaceAll("\\n", "\n");
  if (/BEGIN RSA PRIVATE KEY/.test(text))
    throw new KeyProblem("the private key is PKCS #1: convert it with openssl pkcs8 -topk8 -nocrypt");
  if (/BEGIN ENCRYPTED/.test(text)) throw new KeyProblem("the private key has a passphrase: take it off");
  const body = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----/.exec(text)?.[1];
  if (body === undefined) throw new KeyProblem("the private key must be PEM: -----BEGIN PRIVATE KEY-----");
  return fromBase64(body.replace(/\s/g, ""));
}

/**
 * A JWT (RFC 7519) signed with RS256.
 * @throws {KeyProblem} for a key that is none.
 */
export async function signedJwt(
  pem: string,
  header: Record<string, unknown>,
  claims: Record<string, unknown>,
): Promise<string> {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("pkcs8", pkcs8(pem), algorithm, false, ["sign"]).catch((error: unknown) => {
    if (error instanceof KeyProblem) throw error;
    throw new KeyProblem("the private key cannot be read as an RSA key");
  });
  const part = (value: object) => base64url(utf8(JSON.stringify(value)));
  const text = `${part({ alg: "RS256", typ: "JWT", ...header })}.${part(claims)}`;
  const signature = new Uint8Array(await crypto.subtle.sign(algorithm.name, key, utf8(text)));
  return `${text}.${base64url(signature)}`;
}
