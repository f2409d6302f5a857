import {
  channelSecretOwner,
  credentialOwner,
  hookUrlOwner,
  syntheticKeyOwner,
  testCredentialOwner,
  turnstileOwner,
} from "../../flows/secrets.ts";
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
    const { credentials, test_credentials, ...body } = written;
    const { credentials_sealed, test_credentials_sealed } = current ?? {};
    const changes = { credentials: asChanges(credentials), test_credentials: asChanges(test_credentials) };
    return sealCredentials(ctx, id, { ...body, credentials_sealed, test_credentials_sealed }, changes, false);
  }
  if (kind === "form") {
    const { turnstile_secret: plain, ...body } = written;
    if (typeof plain === "string") return { ...body, turnstile_sealed: await ctx.sealText(plain, turnstileOwner(id)) };
    return plain === null ? body : withSecretsOf(kind, body, current);
  }
  const single = SINGLE[kind];
  if (single) return sealSingle(ctx, id, written, current, single);
  if (kind === "inbound") {
    const { keys, ...body } = written;
    if (!Array.isArray(keys)) return withSecretsOf(kind, body, current);
    return { ...body, key_digests: keys.map((key) => ctx.inboundDigest(id, String(key))) };
  }
  return withSecretsOf(kind, written, current);
}

/** Kinds whose secrets are members of their own: what an operator writes, where it is kept, what it is bound to. */
const SINGLE: Partial<
  Record<RecordKind, readonly (readonly [wire: string, stored: string, owner: (id: string) => string])[]>
> = {
  alert_channel: [
    ["secret", "secret_sealed", channelSecretOwner],
    ["hook_url", "hook_url_sealed", hookUrlOwner],
  ],
  synthetic: [["key", "key_sealed", syntheticKeyOwner]],
};

async function sealSingle(
  ctx: AdminContext,
  id: string,
  written: Body,
  current: Body | null,
  secrets: NonNullable<(typeof SINGLE)[RecordKind]>,
): Promise<Body> {
  const next: Body = openPart(written);
  for (const [wire, stored, owner] of secrets) {
    const plain = written[wire];
    delete next[wire];
    if (typeof plain === "string") next[stored] = await ctx.sealText(plain, owner(id));
    else if (plain !== null && current?.[stored] !== undefined) next[stored] = current[stored];
  }
  return next;
}

type Changes = Record<string, string | null>;
const asChanges = (value: unknown): Changes | undefined =>
  typeof value === "object" && value !== null ? (value as Changes) : undefined;

/** An endpoint's body with other credentials: those that are named are changed, or (`whole`) become all of their group. */
export async function sealCredentials(
  ctx: AdminContext,
  id: string,
  body: Body,
  changes: Record<"credentials" | "test_credentials", Changes | undefined>,
  whole: boolean,
): Promise<Body> {
  const next: Body = { ...body };
  const groups = [
    ["credentials", "credentials_sealed", credentialOwner],
    ["test_credentials", "test_credentials_sealed", testCredentialOwner],
  ] as const;
  for (const [group, stored, owner] of groups) {
    const sealed = whole && changes[group] ? {} : { ...asTexts(body[stored]) };
    for (const [name, plain] of Object.entries(changes[group] ?? {})) {
      if (plain === null) delete sealed[name];
      else sealed[name] = await ctx.sealText(plain, owner(id, name));
    }
    if (Object.keys(sealed).length > 0) next[stored] = sealed;
    else delete next[stored];
  }
  return next;
}

const SEALED = [
  "credentials_sealed",
  "test_credentials_sealed",
  "turnstile_sealed",
  "postback_secret_sealed",
  "key_digests",
  "secret_sealed",
  "hook_url_sealed",
  "key_sealed",
] as const;

/** A body with the secrets of another version of its record: an old version must not bring back a credential that was replaced. */
export function withSecretsOf(kind: RecordKind, body: Body, current: Body | null): Body {
  const open = openPart(body);
  if (!current) return open;
  const own: Partial<Record<RecordKind, readonly (typeof SEALED)[number][]>> = {
    endpoint: ["credentials_sealed", "test_credentials_sealed"],
    form: ["turnstile_sealed"],
    publisher: ["postback_secret_sealed"],
    inbound: ["key_digests"],
    alert_channel: ["secret_sealed", "hook_url_sealed"],
    synthetic: ["key_sealed"],
  };
  const kept = (own[kind] ?? []).filter((name) => current[name] !== undefined);
  return { ...open, ...Object.fromEntries(kept.map((name) => [name, current[name]])) };
}

/** A stored body without anything sealed: what an operator may see. */
export function openPart(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !SEALED.some((sealed) => sealed === name)));
}

/** Names of the secrets that a stored body holds. */
export const secretNames = (body: Body): string[] => secretsIn(body).map(([name]) => name);

/** Secrets by the name that an operator knows them by, sealed: to be compared, never to be shown. */
export function secretsIn(body: Body): [name: string, sealed: unknown][] {
  const secrets: [string, unknown][] = [
    ...Object.entries(asTexts(body.credentials_sealed)),
    ...Object.entries(asTexts(body.test_credentials_sealed)).map(([name, sealed]): [string, unknown] => [
      `test_credentials.${name}`,
      sealed,
    ]),
  ];
  for (const [name, member] of BY_NAME) if (body[member] !== undefined) secrets.push([name, body[member]]);
  if (Array.isArray(body.key_digests) && body.key_digests.length > 0) secrets.push(["keys", body.key_digests]);
  return secrets;
}

const BY_NAME = [
  ["turnstile_secret", "turnstile_sealed"],
  ["postback_secret", "postback_secret_sealed"],
  ["secret", "secret_sealed"],
  ["hook_url", "hook_url_sealed"],
  ["key", "key_sealed"],
] as const satisfies [string, (typeof SEALED)[number]][];
