import { Buffer } from "node:buffer";

/** Byte and text forms. base64url without padding for everything that is stored or sent by us. */
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text);
export const fromUtf8 = (bytes: Uint8Array | ArrayBuffer): string => decoder.decode(bytes);
const encoder: { encode(text: string): Uint8Array<ArrayBuffer> } = new TextEncoder() as never;
const decoder = new TextDecoder();

export const base64url = (bytes: Uint8Array): string => buffer(bytes).toString("base64url");
export const base64 = (bytes: Uint8Array): string => buffer(bytes).toString("base64");
const buffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** Reads base64 and base64url. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** Fixed-width base 62 of a non-negative integer; higher digits are cut off. Sorts like the number. */
export function base62(value: number, width: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < width; i++) {
    text = DIGITS[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}

/** Base 62 text of bytes, one character each (5.95 bits): for randomness and MACs, not reversible. */
export function base62Bytes(bytes: Uint8Array, width: number): string {
  let text = "";
  for (let i = 0; i < width; i++) text += DIGITS[(bytes[i] ?? 0) % 62];
  return text;
}

/** A name for one call or batch that nobody else will choose. */
export const nonce = (random: Uint8Array): string => base62Bytes(random, random.length);

/** null when it is not base 62. */
export function fromBase62(text: string): number | null {
  let value = 0;
  for (const char of text) {
    const digit = DIGITS.indexOf(char);
    if (digit < 0) return null;
    value = value * 62 + digit;
  }
  return value;
}
