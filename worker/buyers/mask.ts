import { Buffer } from "node:buffer";
import { escapeXml, escapeXmlText } from "./dialects/formats/escape-xml.ts";
import { headerText } from "./dialects/request/headers.ts";

const MASK = "***";

/**
 * Returns a function that replaces every secret in a text, also where it stands percent-encoded, form-encoded, as a JSON string, in XML or as a header:
 * records of requests and answers are kept, credentials in them are not. `only`: names of those that count; always the same of one object.
 */
export function masker(secrets: Record<string, string>, only?: readonly string[]): (text: string) => string {
  const known = maskers.get(secrets) ?? build(only ? chosen(secrets, only) : secrets);
  maskers.set(secrets, known);
  return known;
}

/** An endpoint's credentials are opened once per version: their masker is made once too. */
const maskers = new WeakMap<Record<string, string>, (text: string) => string>();

const chosen = (secrets: Record<string, string>, only: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(secrets).filter(([name]) => only.includes(name)));

function build(secrets: Record<string, string>): (text: string) => string {
  const forms = new Set(Object.values(secrets).flatMap(spellings));
  forms.delete("");
  // Longest first, so that a secret inside another leaves no rest of it.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => ordered.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

function spellings(secret: string): string[] {
  const formEncoded = new URLSearchParams({ s: secret }).toString().slice(2);
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    formEncoded,
    JSON.stringify(secret).slice(1, -1),
    headerText(secret),
    Buffer.from(secret, "utf8").toString("base64"),
    escapeXml(secret),
    escapeXmlText(secret),
  ];
}
