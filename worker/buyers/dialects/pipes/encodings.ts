import { Buffer } from "node:buffer";
import { escapeXml } from "../formats/escape-xml.ts";
import { clip, onText, onValue, type PipeTable } from "./pipe.ts";

export const ENCODINGS: PipeTable = {
  base64: onText((text) => Buffer.from(text, "utf8").toString("base64")),
  base64_decode: onText((text) =>
    /^[A-Za-z0-9+/_=\s-]*$/.test(text) ? Buffer.from(text, "base64").toString("utf8") : undefined,
  ),
  base64url: onText((text) => Buffer.from(text, "utf8").toString("base64url")),
  hex: onText((text) => Buffer.from(text, "utf8").toString("hex")),
  json: onValue((value) => {
    const text = JSON.stringify(value);
    return text === undefined || text.length !== clip(text).length ? undefined : text;
  }),
  xml_escape: onText(escapeXml),
  html_decode: onText(htmlDecoded),
};

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** The usual named references and all numeric ones; others stay as they are. Decoded once: `&amp;lt;` is `&lt;`. */
export function htmlDecoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : whole;
  });
}
