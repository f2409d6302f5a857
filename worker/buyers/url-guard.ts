import { isPublicAddress } from "./addresses.ts";

export type UrlVerdict = { ok: true } | { ok: false; message: string };
export type UrlGuard = (url: string) => UrlVerdict;

const refused = (message: string): UrlVerdict => ({ ok: false, message });

/** Names that resolve inside somebody's network, or nowhere. */
const INNER_SUFFIXES = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion"];
const MAX_LENGTH = 8_000;

/**
 * May the gateway call this URL? https on a public host, without credentials, on port 443 or an unprivileged one. Checked when an
 * endpoint is saved and again at dispatch, since parts of a URL may come from templates. `local` (one machine, tests) also lets
 * plain http and loopback pass, on any port. A name that resolves to a private address cannot be seen here.
 * `message` names what is wrong, never the URL.
 */
export function checkUrl(url: string, { local }: { local: boolean }): UrlVerdict {
  if (url.length > MAX_LENGTH) return refused(`longer than ${MAX_LENGTH} characters`);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed) return refused("not a URL");
  if (parsed.protocol !== "https:" && !(local && parsed.protocol === "http:"))
    return refused("must begin with https://");
  if (parsed.username !== "" || parsed.password !== "") return refused("must not hold credentials");
  const host = parsed.hostname.replace(/\.$/, "");
  if (local && isLoopback(host)) return { ok: true };
  const port = Number(parsed.port || 443);
  if (parsed.protocol === "https:" && port !== 443 && port < 1_024) return refused("port must be 443 or at least 1024");
  return checkHost(host);
}

/** The same for a template: placeholders stand for harmless text. A host may be one (`https://{{secret.host}}/`), or all that it begins with. */
export function checkTemplateUrl(template: string, options: { local: boolean }): UrlVerdict {
  const whole = template.replace(/^\{\{[^{}]*\}\}/, "https://x.example");
  return checkUrl(whole.replace(/\{\{[^{}]*\}\}/g, "x.example"), options);
}

function checkHost(host: string): UrlVerdict {
  const literal = host.startsWith("[") || /^[0-9.]+$/.test(host);
  if (literal)
    return isPublicAddress(host) ? { ok: true } : refused("must not be a private, local or reserved address");
  if (!host.includes(".") || host.split(".").includes("")) return refused("must be a full host name");
  const inner = INNER_SUFFIXES.some((suffix) => host === suffix || host.endsWith(`.${suffix}`));
  return inner ? refused("must not be a local host name") : { ok: true };
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
