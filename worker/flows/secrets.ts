import type { CompiledContract } from "../auction/compiled.ts";
import { checkUrl, type UrlGuard } from "../buyers/url-guard.ts";
import { openWithRing } from "../crypto/seal.ts";
import type { Gateway } from "../gateway/gateway.ts";

/** An endpoint's credentials in the clear, in memory only; opened once per version and isolate. */
export async function secretsOf(g: Gateway, contract: CompiledContract): Promise<Record<string, string>> {
  const sealed = contract.endpoint.credentials_sealed;
  const names = Object.keys(sealed);
  if (names.length === 0) return {};
  const key = `${contract.endpoint.id}/${contract.endpoint_version}`;
  const known = g.isolate.secrets.get(key);
  if (known) return known;
  const ring = await g.ring();
  const entries = await Promise.all(
    names.map(
      async (name) =>
        [name, await openWithRing(ring, sealed[name] ?? "", credentialOwner(contract.endpoint.id, name))] as const,
    ),
  );
  const secrets = Object.fromEntries(entries);
  g.isolate.secrets.set(key, secrets);
  return secrets;
}

/** What a sealed credential is bound to: it opens for no other endpoint or name. */
export const credentialOwner = (endpoint_id: string, name: string): string => `endpoint/${endpoint_id}/${name}`;
export const postbackOwner = (publisher_id: string): string => `publisher/${publisher_id}/postback`;
export const turnstileOwner = (form_id: string): string => `form/${form_id}/turnstile`;

/** The URL check in force: on one machine plain http and loopback are allowed. */
export const guardOf =
  (g: Gateway): UrlGuard =>
  (url) =>
    checkUrl(url, { local: g.settings.LOCAL_MODE });
