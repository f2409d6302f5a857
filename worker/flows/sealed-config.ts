import type { ConfigKind } from "../../schema/config/index.ts";
import {
  channelSecretOwner,
  credentialOwner,
  hookUrlOwner,
  postbackOwner,
  syntheticKeyOwner,
  testCredentialOwner,
  turnstileOwner,
} from "./secrets.ts";

/** Kinds of record that hold secrets. */
export const SEALED_KINDS = [
  "endpoint",
  "publisher",
  "form",
  "alert_channel",
  "synthetic",
] as const satisfies ConfigKind[];
export type SealedKind = (typeof SEALED_KINDS)[number];

export interface SealedText {
  text: string;
  /** What it is bound to. */
  owner: string;
}
type Body = Record<string, unknown>;

/** Every sealed text of a stored record. */
export function sealedTexts(kind: SealedKind, id: string, body: Body): SealedText[] {
  const found: SealedText[] = [];
  mapSealed(kind, id, body, (text, owner) => {
    found.push({ text, owner });
    return text;
  });
  return found;
}

/** The record with each sealed text replaced. */
export function mapSealed(
  kind: SealedKind,
  id: string,
  body: Body,
  replace: (text: string, owner: string) => string,
): Body {
  switch (kind) {
    case "endpoint": {
      const live = mapped(body.credentials_sealed, (name, text) => replace(text, credentialOwner(id, name)));
      const test = mapped(body.test_credentials_sealed, (name, text) => replace(text, testCredentialOwner(id, name)));
      return {
        ...body,
        ...(live ? { credentials_sealed: live } : {}),
        ...(test ? { test_credentials_sealed: test } : {}),
      };
    }
    case "publisher":
      return one(body, "postback_secret_sealed", postbackOwner(id), replace);
    case "form":
      return one(body, "turnstile_sealed", turnstileOwner(id), replace);
    case "alert_channel":
      return one(
        one(body, "secret_sealed", channelSecretOwner(id), replace),
        "hook_url_sealed",
        hookUrlOwner(id),
        replace,
      );
    case "synthetic":
      return one(body, "key_sealed", syntheticKeyOwner(id), replace);
  }
}

function one(body: Body, name: string, owner: string, replace: (text: string, owner: string) => string): Body {
  const text = body[name];
  return typeof text === "string" ? { ...body, [name]: replace(text, owner) } : body;
}

function mapped(texts: unknown, replace: (name: string, text: string) => string): Record<string, string> | null {
  const sealed = Object.entries((texts ?? {}) as Record<string, string>);
  return sealed.length === 0 ? null : Object.fromEntries(sealed.map(([name, text]) => [name, replace(name, text)]));
}
