import type { ConfigKind } from "../../schema/config/index.ts";
import { credentialOwner, postbackOwner, testCredentialOwner, turnstileOwner } from "./secrets.ts";

/** Kinds of record that hold secrets. */
export const SEALED_KINDS = ["endpoint", "publisher", "form"] as const satisfies ConfigKind[];
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
      return typeof body.postback_secret_sealed === "string"
        ? { ...body, postback_secret_sealed: replace(body.postback_secret_sealed, postbackOwner(id)) }
        : body;
    case "form":
      return typeof body.turnstile_sealed === "string"
        ? { ...body, turnstile_sealed: replace(body.turnstile_sealed, turnstileOwner(id)) }
        : body;
  }
}

function mapped(texts: unknown, replace: (name: string, text: string) => string): Record<string, string> | null {
  const sealed = Object.entries((texts ?? {}) as Record<string, string>);
  return sealed.length === 0 ? null : Object.fromEntries(sealed.map(([name, text]) => [name, replace(name, text)]));
}
