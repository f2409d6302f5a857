import type { TokenAuth } from "../../../schema/config/dialect.ts";
import type { WireRequest } from "../../../schema/rpc/dialer.ts";
import { base64, utf8 } from "../../crypto/encoding.ts";
import type { WireAnswer } from "../dialect.ts";
import { USER_AGENT } from "../dialects/request/headers.ts";
import { signedJwt } from "./pem.ts";

export type OAuth = Extract<TokenAuth, { type: "oauth2" }>;

/** What one request to a token endpoint asks for. */
export type Asked =
  | { grant: "client_credentials" }
  | { grant: "refresh_token"; refresh_token: string }
  | { grant: "password" }
  | { grant: "jwt_bearer" }
  | { grant: "authorization_code"; code: string; redirect_uri: string; code_verifier: string };

/** Fills in a template of `auth`: its credentials. undefined: there is no such value. */
export type Fill = (template: string | undefined) => string | undefined;

/** Seconds that an assertion is good for. */
const ASSERTION_S = 180;

/** A part of `auth` that has no value; named, never shown. */
export class AuthProblem extends Error {}

/**
 * A request to a token endpoint (RFC 6749, 4.1.3, 4.3.2, 4.4.2, 6; RFC 7523, 2.1; RFC 7636, 4.5). `now`: epoch ms.
 * @throws {AuthProblem} when a part has no value; {KeyProblem} for a private key that is none.
 */
export async function tokenRequest(
  auth: OAuth,
  asked: Asked,
  { fill, now, nonce }: { fill: Fill; now: number; nonce: string },
): Promise<WireRequest> {
  const need = (name: string, template: string | undefined): string => {
    const value = fill(template);
    if (!value) throw new AuthProblem(`auth.${name} has no value`);
    return value;
  };
  const url = need("token_url", auth.token_url);
  const form = new URLSearchParams();
  switch (asked.grant) {
    case "client_credentials":
      form.set("grant_type", "client_credentials");
      break;
    case "refresh_token":
      form.set("grant_type", "refresh_token");
      form.set("refresh_token", asked.refresh_token);
      break;
    case "password":
      form.set("grant_type", "password");
      form.set("username", need("username", auth.username));
      form.set("password", need("password", auth.password));
      break;
    case "authorization_code":
      form.set("grant_type", "authorization_code");
      form.set("code", asked.code);
      form.set("redirect_uri", asked.redirect_uri);
      form.set("code_verifier", asked.code_verifier);
      break;
    case "jwt_bearer":
      form.set("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
      form.set("assertion", await assertion(auth, url, { need, fill, now, nonce }));
      break;
  }
  // The scope of a code was given with it; every other request may name one.
  if (auth.scope !== undefined && asked.grant !== "authorization_code") form.set("scope", auth.scope);
  if (auth.audience !== undefined) form.set("audience", auth.audience);
  const headers: [string, string][] = [
    ["content-type", "application/x-www-form-urlencoded"],
    ["accept", "application/json"],
    ["user-agent", USER_AGENT],
  ];
  const basic = clientOf(auth, asked, form, need);
  if (basic !== null) headers.push(["authorization", basic]);
  return { method: "POST", url, headers, body: form.toString() };
}

type Need = (name: string, template: string | undefined) => string;

/** Puts the client into the body, or returns the header that names it (RFC 6749, 2.3.1: both parts form-encoded first). */
function clientOf(auth: OAuth, asked: Asked, form: URLSearchParams, need: Need): string | null {
  const id = need("client_id", auth.client_id);
  if (auth.client_auth === "basic")
    return `Basic ${base64(utf8(`${formEncoded(id)}:${formEncoded(need("client_secret", auth.client_secret))}`))}`;
  // Whoever is no client of its own (a JWT's issuer) need not be named.
  if (auth.client_auth === "none" && asked.grant === "jwt_bearer") return null;
  form.set("client_id", id);
  if (auth.client_auth === "body" && auth.client_secret !== undefined)
    form.set("client_secret", need("client_secret", auth.client_secret));
  return null;
}

const formEncoded = (text: string): string => new URLSearchParams({ t: text }).toString().slice(2);

async function assertion(
  auth: OAuth,
  url: string,
  { need, fill, now, nonce }: { need: Need; fill: Fill; now: number; nonce: string },
): Promise<string> {
  const { jwt } = auth;
  if (!jwt) throw new AuthProblem("auth.jwt is missing");
  const issued = Math.floor(now / 1_000);
  const subject = fill(jwt.subject);
  const claims = {
    iss: need("jwt.issuer", jwt.issuer),
    ...(subject ? { sub: subject } : {}),
    aud: fill(jwt.audience) || url,
    iat: issued,
    exp: issued + ASSERTION_S,
    jti: nonce,
    ...(auth.scope === undefined ? {} : { scope: auth.scope }),
  };
  const key_id = fill(jwt.key_id);
  return signedJwt(need("jwt.private_key", jwt.private_key), key_id ? { kid: key_id } : {}, claims);
}

/** What a token endpoint's answer holds (RFC 6749, 5.1 and 5.2), before anything of it is used. */
export type TokenAnswer =
  | { kind: "token"; access_token: string; expires_in_s: number | null; refresh_token: string | null; body: unknown }
  /** `code`: the answer's `error`, where it is one of the known words. */
  | { kind: "refused" | "failed"; why: string; code: string | null };

const ERRORS: ReadonlySet<string> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "access_denied",
  "invalid_token",
  "temporarily_unavailable",
  "server_error",
]);
const PASSING: ReadonlySet<string> = new Set(["temporarily_unavailable", "server_error"]);

export function readTokenAnswer({ status, body }: Pick<WireAnswer, "status" | "body">): TokenAnswer {
  const parsed = parse(body);
  const code = typeof parsed.error === "string" && ERRORS.has(parsed.error) ? parsed.error : null;
  const why = `the token endpoint answered ${status}${code === null ? "" : ` ${code}`}`;
  const passing = status === 429 || status >= 500 || status === 408 || (code !== null && PASSING.has(code));
  if (passing) return { kind: "failed", why, code };
  if (status < 200 || status >= 300 || code !== null) return { kind: "refused", why, code };
  const { access_token, expires_in, refresh_token } = parsed;
  if (typeof access_token !== "string" || access_token === "" || access_token.length > MOST)
    return { kind: "failed", why: `${why} without an access_token`, code };
  return {
    kind: "token",
    access_token,
    expires_in_s: seconds(expires_in),
    refresh_token: text(refresh_token),
    body: parsed,
  };
}

/** Longest token that is used. */
const MOST = 16_000;
const text = (value: unknown): string | null =>
  typeof value === "string" && value !== "" && value.length <= MOST ? value : null;

/** A number, or the number as text. */
export function seconds(value: unknown): number | null {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) && read > 0 ? read : null;
}

function parse(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}
