import type { Endpoint } from "../../schema/config/buyer.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { checkUrl, type UrlGuard, type UrlVerdict } from "../buyers/url-guard.ts";
import { openWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** An endpoint's credentials in the clear, in memory only; opened once per version and isolate. Test leads have the test ones. */
export const secretsOf = (g: Gateway, contract: CompiledContract, test = false): Promise<Record<string, string>> =>
  secretsOfEndpoint(g, contract.endpoint, contract.endpoint_version, test);

/** Of every endpoint without credentials. */
export const NO_SECRETS: Record<string, string> = Object.freeze({});

export async function secretsOfEndpoint(
  g: Gateway,
  endpoint: Pick<Endpoint, "id" | "credentials_sealed" | "test_credentials_sealed">,
  version: number,
  test: boolean,
): Promise<Record<string, string>> {
  const sealed = Object.entries(endpoint.credentials_sealed);
  const own = test ? Object.entries(endpoint.test_credentials_sealed) : [];
  if (sealed.length + own.length === 0) return NO_SECRETS;
  const key = `${endpoint.id}/${version}${own.length > 0 ? "/test" : ""}`;
  const known = g.isolate.secrets.get(key);
  if (known) return known;
  const ring = await g.ring();
  const open = (texts: [string, string][], owner: typeof credentialOwner) =>
    Promise.all(
      texts.map(async ([name, text]) => [name, await openWithRing(ring, text, owner(endpoint.id, name))] as const),
    );
  const secrets = Object.fromEntries([
    ...(await open(sealed, credentialOwner)),
    ...(await open(own, testCredentialOwner)),
  ]);
  g.isolate.secrets.set(key, secrets);
  return secrets;
}

/** Does this endpoint speak with other credentials on test leads? */
export const hasTestCredentials = (endpoint: Pick<Endpoint, "test_credentials_sealed">): boolean =>
  Object.keys(endpoint.test_credentials_sealed).length > 0;

/** What a sealed credential is bound to: it opens for no other endpoint or name. */
export const credentialOwner = (endpoint_id: string, name: string): string => `endpoint/${endpoint_id}/${name}`;
export const testCredentialOwner = (endpoint_id: string, name: string): string =>
  `endpoint/${endpoint_id}/test/${name}`;
export const tokenOwner = (endpoint_id: string, test: boolean): string =>
  `token/${endpoint_id}/${test ? "test" : "live"}`;
export const refreshOwner = (endpoint_id: string, test: boolean): string =>
  `refresh/${endpoint_id}/${test ? "test" : "live"}`;
export const postbackOwner = (publisher_id: string): string => `publisher/${publisher_id}/postback`;
export const channelSecretOwner = (channel_id: string): string => `alert_channel/${channel_id}/secret`;
export const hookUrlOwner = (channel_id: string): string => `alert_channel/${channel_id}/hook_url`;
export const syntheticKeyOwner = (id: string): string => `synthetic/${id}/key`;
export const turnstileOwner = (form_id: string): string => `form/${form_id}/turnstile`;

/** Most verdicts that are kept: URLs with parts of a lead in them are all different. */
const MOST_VERDICTS = 1_000;
const verdicts = { local: new Map<string, UrlVerdict>(), deployed: new Map<string, UrlVerdict>() };

/** The URL check in force: on one machine plain http and loopback are allowed. A verdict hangs on the URL alone, so it is kept. */
export function guardOf({ settings }: Pick<Gateway, "settings">): UrlGuard {
  const local = settings.LOCAL_MODE;
  const known = local ? verdicts.local : verdicts.deployed;
  return (url) => {
    const before = known.get(url);
    if (before) return before;
    const verdict = checkUrl(url, { local });
    if (known.size >= MOST_VERDICTS) known.clear();
    known.set(url, verdict);
    return verdict;
  };
}
