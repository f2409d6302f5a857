import type { ConfigKind } from "../../schema/config/index.ts";
import { credentialOwner, postbackOwner, turnstileOwner } from "./secrets.ts";

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
      const sealed = Object.entries((body.credentials_sealed ?? {}) as Record<string, string>);
      if (sealed.length === 0) return body;
      const anew = sealed.map(([name, text]) => [name, replace(text, credentialOwner(id, name))]);
      return { ...body, credentials_sealed: Object.fromEntries(anew) as Record<string, string> };
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
