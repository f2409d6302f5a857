import type { Endpoint } from "../../schema/config/buyer.ts";
import { fillOf, secretsIn } from "../buyers/auth/compile.ts";
import { AuthProblem, type OAuth } from "../buyers/auth/oauth.ts";
import { KeyProblem } from "../buyers/auth/pem.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { codeChallenge, codeVerifier, makeState, type OAuthState, readState } from "../crypto/oauth-state.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { guardOf, secretsOfEndpoint } from "./secrets.ts";
import { tokenCall } from "./token-fetch.ts";

/** A person has so long to consent. */
const CONSENT_MS = 600_000;
export const CALLBACK_PATH = "/v1/oauth/callback";

export type Started =
  | { kind: "started"; authorize_url: string; state: string; expires_at: number; redirect_uri: string }
  | { kind: "refused"; why: string };

/** A configured endpoint, as the ledger has it now. */
export interface SetUpEndpoint {
  endpoint: Endpoint;
  version: number;
}

/** Where a person gives consent for an endpoint's refresh token (RFC 6749, 4.1.1, with PKCE). Nothing is kept until it comes back. */
export async function startOAuth(
  g: Gateway,
  { endpoint, version }: SetUpEndpoint,
  { author, test }: { author: string; test: boolean },
): Promise<Started> {
  const refused = (why: string): Started => ({ kind: "refused", why });
  const auth = codeAuth(endpoint);
  if (typeof auth === "string") return refused(auth);
  const redirect_uri = redirectUri(g);
  if (redirect_uri === null) return refused("the gateway needs its setting PUBLIC_URL: consent comes back there");
  const secrets = await secretsOfEndpoint(g, endpoint, version, test);
  const fill = fillOf(endpoint.dialect.maps, { secrets, now: g.deps.now() });
  const [address, client_id] = [fill(auth.authorize_url), fill(auth.client_id)];
  if (!address || !client_id) return refused("auth.authorize_url or auth.client_id has no value");
  const verdict = guardOf(g)(address);
  if (!verdict.ok) return refused(`auth.authorize_url: ${verdict.message}`);
  const nonce = requestNonce(g.deps);
  const expires_at = g.deps.now() + CONSENT_MS;
  const secret = g.settings.HASH_SECRET;
  const state = makeState(secret, { endpoint_id: endpoint.id, test, author, nonce, expires_at });
  const url = new URL(address);
  const params = {
    response_type: "code",
    client_id,
    redirect_uri,
    ...(auth.scope === undefined ? {} : { scope: auth.scope }),
    state,
    code_challenge: codeChallenge(codeVerifier(secret, nonce)),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
  return { kind: "started", authorize_url: url.href, state, expires_at, redirect_uri };
}

/** The state of a consent that came back; null: forged, or ten minutes old. */
export function consentState(g: Gateway, state: string): OAuthState | null {
  try {
    return readState(g.settings.HASH_SECRET, state, g.deps.now());
  } catch {
    return null;
  }
}

export type Exchanged =
  /** `name`: of the credential that the refresh token becomes. */
  { kind: "token"; name: string; refresh_token: string } | { kind: "refused"; why: string };

/** Exchanges the code of a consent for the refresh token (RFC 6749, 4.1.3). */
export async function exchangeCode(
  g: Gateway,
  { endpoint, version }: SetUpEndpoint,
  state: OAuthState,
  code: string,
): Promise<Exchanged> {
  const refused = (why: string): Exchanged => ({ kind: "refused", why });
  const [auth, redirect_uri] = [codeAuth(endpoint), redirectUri(g)];
  if (typeof auth === "string") return refused(auth);
  const [name] = secretsIn(auth.refresh_token);
  if (redirect_uri === null || name === undefined) return refused("the endpoint's set-up has changed meanwhile");
  const secrets = await secretsOfEndpoint(g, endpoint, version, state.test);
  const place = { g, endpoint, version, auth, test: state.test, secrets };
  const code_verifier = codeVerifier(g.settings.HASH_SECRET, state.nonce);
  try {
    const result = await tokenCall(place, auth, { grant: "authorization_code", code, redirect_uri, code_verifier });
    if (result.kind !== "token") return refused(result.why);
    if (result.refresh_token === null)
      return refused("the answer holds no refresh token: the scope or the address may have to ask for offline access");
    return { kind: "token", name, refresh_token: result.refresh_token };
  } catch (error) {
    if (error instanceof AuthProblem || error instanceof KeyProblem) return refused(error.message);
    throw error;
  }
}

/** What is missing, in a sentence, or the `auth` that a consent is for. */
function codeAuth({ dialect: { auth } }: Endpoint): OAuth | string {
  if (auth?.type !== "oauth2" || auth.grant !== "refresh_token")
    return "the dialect's auth must be oauth2 with grant refresh_token";
  if (auth.authorize_url === undefined) return "auth.authorize_url is missing: where a person consents";
  if (secretsIn(auth.refresh_token).length !== 1)
    return "auth.refresh_token must be one credential, like {{secret.refresh_token}}: the token is stored there";
  return auth;
}

const redirectUri = ({ settings }: Gateway): string | null =>
  settings.PUBLIC_URL === undefined ? null : `${settings.PUBLIC_URL}${CALLBACK_PATH}`;
