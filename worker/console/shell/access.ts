import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { OperatorRole } from "../../../schema/lists.ts";
import type { Deps } from "../../deps.ts";
import type { Identity } from "../../routes/admin/identity.ts";

export interface AccessSettings {
  ACCESS_TEAM_DOMAIN: string;
  ACCESS_AUD: string;
  ACCESS_ROLES: Record<string, OperatorRole>;
}

const keys = new Map<string, JWTVerifyGetKey>();

/** The team's signing keys, kept and refreshed by jose; fetched through the injected network. */
function keysOf(team: string, deps: Deps): JWTVerifyGetKey {
  const known = keys.get(team);
  if (known) return known;
  const made = createRemoteJWKSet(new URL(`https://${team}/cdn-cgi/access/certs`), {
    timeoutDuration: 3_000,
    [customFetch]: (url, options) => deps.fetch({ url: String(url), init: options as RequestInit }),
  });
  keys.set(team, made);
  return made;
}

/**
 * Who Cloudflare Access says is there (header `Cf-Access-Jwt-Assertion`): the signature, issuer, audience and time are checked here, so
 * that a request that went round Access is nobody's. null: not signed in, or without a role.
 * Source: Cloudflare Zero Trust documentation, "Validate JWTs".
 */
export async function accessIdentity(
  settings: AccessSettings,
  assertion: string | undefined,
  deps: Deps,
  getKey: JWTVerifyGetKey = keysOf(settings.ACCESS_TEAM_DOMAIN, deps),
): Promise<Identity | null> {
  if (assertion === undefined) return null;
  const { ACCESS_TEAM_DOMAIN: team, ACCESS_AUD: audience } = settings;
  try {
    const { payload } = await jwtVerify(assertion, getKey, {
      issuer: `https://${team}`,
      audience,
      algorithms: ["RS256"],
      currentDate: new Date(deps.now()),
    });
    const email = typeof payload.email === "string" ? payload.email.toLowerCase() : "";
    const role = roleOf(settings.ACCESS_ROLES, email);
    return role ? { author: email, role } : null;
  } catch {
    return null;
  }
}

/** An address's own entry goes before its domain's. */
export function roleOf(roles: Record<string, OperatorRole>, email: string): OperatorRole | null {
  const at = email.lastIndexOf("@");
  if (at < 1) return null;
  for (const name of [email, `*${email.slice(at)}`]) if (Object.hasOwn(roles, name)) return roles[name] ?? null;
  return null;
}
