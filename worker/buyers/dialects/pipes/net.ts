import { Buffer } from "node:buffer";
import { onText, type PipeTable } from "./pipe.ts";

export const NET: PipeTable = {
  email_user: onText((text) => emailOf(text)?.[1]),
  email_domain: onText((text) => emailOf(text)?.[2]?.toLowerCase()),
  host: onText((text) => urlOf(text)?.hostname),
  path_last: onText((text) => {
    const path = urlOf(text)?.pathname ?? text.split(/[?#]/, 1)[0] ?? "";
    const last = path.split("/").findLast((segment) => segment !== "");
    return last === undefined ? undefined : decoded(last);
  }),
  "query NAME": onText((text, name = "") => {
    const search = text.includes("?") ? (text.slice(text.indexOf("?") + 1).split("#", 1)[0] ?? "") : text;
    return new URLSearchParams(search).get(name) ?? undefined;
  }),
  url_encode: onText((text) => encodeURIComponent(text.toWellFormed())),
  url_decode: onText(decoded),
  form_decode: onText((text) => decoded(text.replaceAll("+", " "))),
};

const emailOf = (text: string): RegExpExecArray | null =>
  /^\s*([^\s@]{1,200})@([^\s@]{1,253})\s*$/.exec(text.slice(0, 500));

function urlOf(text: string): URL | undefined {
  const trimmed = text.slice(0, 10_000).trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed.replace(/^\/\//, "")}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** What is not an encoding stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return decodedBytes(text);
  }
}

/** Decoded as a whole: a call for each of thousands of broken pieces costs too much. */
function decodedBytes(text: string): string {
  const from = Buffer.from(text, "utf8");
  const bytes = Buffer.alloc(from.length);
  let length = 0;
  for (let at = 0; at < from.length; at++) {
    const high = from[at] === PERCENT ? digitOf(from[at + 1]) : -1;
    const low = high < 0 ? -1 : digitOf(from[at + 2]);
    bytes[length++] = low < 0 ? (from[at] ?? 0) : high * 16 + low;
    if (low >= 0) at += 2;
  }
  return bytes.toString("utf8", 0, length);
}

const PERCENT = 0x25;

/** Of a hexadecimal digit; -1: it is none. */
function digitOf(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
