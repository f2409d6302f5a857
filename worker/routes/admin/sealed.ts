import { credentialOwner, turnstileOwner } from "../../flows/secrets.ts";
import type { AdminContext } from "./context.ts";
import type { RecordKind } from "./kinds.ts";

type Body = Record<string, unknown>;
const asTexts = (value: unknown): Record<string, string> =>
  typeof value === "object" && value !== null ? (value as Record<string, string>) : {};

/**
 * What is stored of a body that an operator wrote: secrets sealed, each bound to its record. Secrets that the body does not name
 * stay as they are in `current`, since nobody can read and repeat them; null takes one away.
 */
export async function sealBody(
  ctx: AdminContext,
  kind: RecordKind,
  id: string,
  written: Body,
  current: Body | null,
): Promise<Body> {
  if (kind === "endpoint") {
    const { credentials, ...body } = written;
    const sealed = { ...asTexts(current?.credentials_sealed) };
    for (const [name, plain] of Object.entries((credentials ?? {}) as Record<string, string | null>)) {
      if (plain === null) delete sealed[name];
      else sealed[name] = await ctx.sealText(plain, credentialOwner(id, name));
    }
    return Object.keys(sealed).length > 0 ? { ...body, credentials_sealed: sealed } : body;
  }
  if (kind === "form") {
    const { turnstile_secret: plain, ...body } = written;
    if (typeof plain === "string") return { ...body, turnstile_sealed: await ctx.sealText(plain, turnstileOwner(id)) };
    return plain === null ? body : withSecretsOf(kind, body, current);
  }
  if (kind === "inbound") {
    const { keys, ...body } = written;
    if (!Array.isArray(keys)) return withSecretsOf(kind, body, current);
    return { ...body, key_digests: keys.map((key) => ctx.inboundDigest(id, String(key))) };
  }
  return withSecretsOf(kind, written, current);
}

const SEALED = ["credentials_sealed", "turnstile_sealed", "postback_secret_sealed", "key_digests"] as const;

/** A body with the secrets of another version of its record: an old version must not bring back a credential that was replaced. */
export function withSecretsOf(kind: RecordKind, body: Body, current: Body | null): Body {
  const open = openPart(body);
  if (!current) return open;
  const own = {
    endpoint: "credentials_sealed",
    form: "turnstile_sealed",
    publisher: "postback_secret_sealed",
    inbound: "key_digests",
  } as const;
  const name = kind in own ? own[kind as keyof typeof own] : undefined;
  return name !== undefined && current[name] !== undefined ? { ...open, [name]: current[name] } : open;
}

/** A stored body without anything sealed: what an operator may see. */
export function openPart(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !SEALED.some((sealed) => sealed === name)));
}

/** Names of the secrets that a stored body holds. */
export function secretNames(body: Body): string[] {
  const names = Object.keys(asTexts(body.credentials_sealed));
  if (body.turnstile_sealed !== undefined) names.push("turnstile_secret");
  if (body.postback_secret_sealed !== undefined) names.push("postback_secret");
  if (Array.isArray(body.key_digests) && body.key_digests.length > 0) names.push("keys");
  return names;
}
