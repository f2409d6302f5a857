import type { TokenOrder } from "../../durable-objects/account/tokens.ts";
import type { TokenFailure, TokenFetched } from "../../durable-objects/token-rules.ts";
import type { Endpoint } from "../../schema/config/buyer.ts";
import type { TokenAuth } from "../../schema/config/dialect.ts";
import type { WireRequest } from "../../schema/rpc/dialer.ts";
import { carriedBy, fillOf, readExchange } from "../buyers/auth/compile.ts";
import { type Asked, AuthProblem, type OAuth, readTokenAnswer, tokenRequest } from "../buyers/auth/oauth.ts";
import { KeyProblem } from "../buyers/auth/pem.ts";
import type { WireAnswer } from "../buyers/dialect.ts";
import { compileDialect } from "../buyers/dialects/index.ts";
import { dialOne } from "../buyers/http-call.ts";
import { answerOf, failureText } from "../buyers/http-record.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { hmac } from "../crypto/hash.ts";
import { openWithRing, sealWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { guardOf, hasTestCredentials, refreshOwner, secretsOfEndpoint, tokenOwner } from "./secrets.ts";

/** A token endpoint is given so long. */
const FETCH_MS = 8_000;
const MOST_BYTES = 65_536;

/** What is known of the endpoint whose token is fetched. */
export interface TokenPlace {
  g: Gateway;
  endpoint: Endpoint;
  version: number;
  auth: TokenAuth;
  test: boolean;
  secrets: Record<string, string>;
}

const refused = (why: string): TokenFailure => ({ kind: "refused", why });
const failed = (why: string): TokenFailure => ({ kind: "failed", why });

/** Fetches the token of an endpoint, for the buyer's object: one request, two where a kept refresh token is no good any more. */
export async function fetchToken(g: Gateway, order: TokenOrder): Promise<TokenFetched> {
  const found = await placeOf(g, order).catch(() => null);
  if (found === null) return failed("the endpoint's configuration or credentials cannot be read");
  if (found === "none") return { kind: "unneeded" };
  try {
    return found.auth.type === "exchange"
      ? await exchanged(found, found.auth)
      : await granted(found, found.auth, order.refresh);
  } catch (error) {
    if (error instanceof AuthProblem || error instanceof KeyProblem) return refused(error.message);
    throw error;
  }
}

/** The configuration of at least the wanted version, where it can be had. */
async function placeOf(g: Gateway, { endpoint_id, test, version }: TokenOrder): Promise<TokenPlace | "none" | null> {
  let snapshot = await g.snapshot();
  if ((snapshot.endpoint(endpoint_id)?.version ?? 0) < version) {
    g.isolate.snapshots.expire();
    snapshot = await g.snapshot();
  }
  const known = snapshot.endpoint(endpoint_id);
  const auth = known?.body.dialect.auth;
  // A configuration older than the wanted one cannot say that no token is needed: what is kept would be forgotten for good.
  const unneeded = known && known.version >= version ? "none" : null;
  if (!known || (auth?.type !== "oauth2" && auth?.type !== "exchange")) return unneeded;
  if (test && !hasTestCredentials(known.body)) return unneeded;
  const secrets = await secretsOfEndpoint(g, known.body, known.version, test);
  return { g, endpoint: known.body, version: known.version, auth, test, secrets };
}

async function exchanged(place: TokenPlace, auth: Extract<TokenAuth, { type: "exchange" }>): Promise<TokenFetched> {
  const { g, endpoint, secrets, test } = place;
  const now = g.deps.now();
  const built = compileDialect(endpoint.dialect).buildExchange({ secrets, test, nonce: requestNonce(g.deps), now });
  if (!built?.ok) return refused(built === null ? "the dialect has no exchange" : built.message);
  const answer = await called(place, built.request);
  if ("kind" in answer) return answer;
  const read = readExchange(endpoint.dialect.maps, auth, answer);
  if (read.kind !== "token") return read;
  return grant(place, read.values, read.expires_in_s, null);
}

async function granted(place: TokenPlace, auth: OAuth, kept: TokenOrder["refresh"]): Promise<TokenFetched> {
  if (auth.grant !== "refresh_token") return asked(place, auth, { grant: auth.grant }, null);
  const configured = fillAuth(place)(auth.refresh_token);
  const basis = configured === undefined ? "" : basisOf(place.g, configured);
  const rotated = kept?.basis === basis ? await openRotated(place, kept.sealed) : null;
  if (rotated !== null) {
    const first = await asked(place, auth, { grant: "refresh_token", refresh_token: rotated }, basis);
    if (first.kind !== "refused" || configured === undefined) return first;
  }
  if (configured === undefined) return refused("there is no refresh token: run the endpoint's OAuth set-up");
  return asked(place, auth, { grant: "refresh_token", refresh_token: configured }, basis);
}

/** `basis`: of the refresh token that is configured; null where there is none to keep. */
async function asked(place: TokenPlace, auth: OAuth, what: Asked, basis: string | null): Promise<TokenFetched> {
  const result = await tokenCall(place, auth, what);
  if (result.kind !== "token") return result;
  const { access_token, expires_in_s, refresh_token, answer } = result;
  const carried = carriedBy(place.endpoint.dialect.maps, auth, answer);
  const used = what.grant === "refresh_token" ? what.refresh_token : null;
  const next = basis === null ? null : (refresh_token ?? used);
  const refresh = next === null || basis === null ? null : { sealed: await sealed(place, next, refreshOwner), basis };
  return grant(place, { ...carried, access_token }, expires_in_s, refresh);
}

export type TokenCall =
  | (Extract<ReturnType<typeof readTokenAnswer>, { kind: "token" }> & { answer: WireAnswer })
  | TokenFailure;

/** One request to the token endpoint, read. @throws {AuthProblem | KeyProblem} */
export async function tokenCall(place: TokenPlace, auth: OAuth, what: Asked): Promise<TokenCall> {
  const { g } = place;
  const request = await tokenRequest(auth, what, {
    fill: fillAuth(place),
    now: g.deps.now(),
    nonce: requestNonce(g.deps),
  });
  if (!hostAllowed(auth, request.url)) return refused("the token endpoint's host is not one of auth.hosts");
  const answer = await called(place, request);
  if ("kind" in answer) return answer;
  const read = readTokenAnswer(answer);
  return read.kind === "token" ? { ...read, answer } : { kind: read.kind, why: read.why };
}

const fillAuth = ({ g, endpoint, secrets }: TokenPlace) =>
  fillOf(endpoint.dialect.maps, { secrets, now: g.deps.now() });

/** A host that is written out is meant; one that a credential makes must be among `hosts`, where there are any. */
function hostAllowed({ token_url, hosts }: OAuth, url: string): boolean {
  if (!hosts || !/^(?:https?:\/\/[^/]*)?\{\{/.test(token_url)) return true;
  const host = URL.canParse(url) ? new URL(url).hostname.toLowerCase() : "";
  return hosts.some((pattern) => {
    const wanted = pattern.toLowerCase();
    return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted;
  });
}

async function called({ g, endpoint }: TokenPlace, built: WireRequest): Promise<WireAnswer | TokenFailure> {
  const verdict = guardOf(g)(built.url);
  if (!verdict.ok) return refused(`the token endpoint's address may not be called: ${verdict.message}`);
  const { client_certificate: certificate } = endpoint;
  const request = certificate === undefined ? built : { ...built, certificate };
  const result = await dialOne(g.deps, { request, timeout_ms: FETCH_MS, max_bytes: MOST_BYTES });
  const answer = answerOf(result, g.deps.now());
  if (answer === null) return failed(`the token endpoint: ${failureText(result)}`);
  if (answer.status >= 300 && answer.status < 400) return failed("the token endpoint answered with a redirect");
  return answer;
}

async function grant(
  place: TokenPlace,
  values: Record<string, string>,
  expires_in_s: number | null,
  refresh: TokenOrder["refresh"],
): Promise<TokenFetched> {
  // A life that is none, or without end, is not believed.
  const lifetime_s = Math.min(Math.max(expires_in_s ?? place.auth.lifetime_s, 10), 31_536_000);
  const text = await sealed(place, JSON.stringify(values), tokenOwner);
  return { kind: "granted", sealed: text, lifetime_ms: lifetime_s * 1_000, version: place.version, refresh };
}

const sealed = async ({ g, endpoint, test }: TokenPlace, plain: string, owner: typeof tokenOwner): Promise<string> =>
  sealWithRing(await g.ring(), g.deps.bytes(12), plain, owner(endpoint.id, test));

/** null: sealed by a key that is gone. */
const openRotated = async ({ g, endpoint, test }: TokenPlace, text: string): Promise<string | null> =>
  openWithRing(await g.ring(), text, refreshOwner(endpoint.id, test)).catch(() => null);

const basisOf = (g: Gateway, configured: string): string => hmac(g.settings.HASH_SECRET, "refresh", configured);
