import { fromMultipart, fromUrlEncoded, multipartPairs } from "./form-encoding.ts";
import type { Checked } from "./refuse.ts";
import { refused, refusedField } from "./refuse.ts";

/** Bytes of a request's body. A lead with 200 fields needs a tenth of it. */
export const MAX_BODY = 64 * 1_024;
/** An envelope, a lead or a list in it, and one level to spare for the message of the campaign's parser. */
const MAX_DEPTH = 5;
/** Names that mean something to JavaScript's objects; no field may have them. */
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);

/** A body as it came: JSON keeps its nesting, form encoding is flat pairs with texts. */
export type Body = { encoding: "json" | "form"; value: Record<string, unknown> };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Reads a body of at most {@link MAX_BODY} bytes: JSON, form-encoded, and multipart where `multipart` says so.
 * Nothing of the body is repeated in a refusal but field names.
 */
export async function readBody(request: Request, options: { multipart: boolean }): Promise<Checked<Body>> {
  const header = request.headers.get("content-type") ?? "";
  const type = (header.split(";", 1)[0] ?? "").trim().toLowerCase();
  const kind = kindOf(type);
  if (!kind || (kind === "multipart" && !options.multipart)) return refused("unsupported_media_type");
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(header)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== "utf-8" && charset !== "utf8" && charset !== "us-ascii")
    return refused("unsupported_media_type");
  const bytes = await readLimited(request);
  if (!bytes) return refused("body_too_large");
  if (kind === "multipart") return checkKeys(await fromMultipart(bytes, header));
  const text = decode(bytes);
  if (text === null) return refused("invalid_encoding");
  return checkKeys(kind === "form" ? fromUrlEncoded(text) : parseJson(text));
}

/** Encodings that old systems still send, by the names that they give them. */
const LATIN = new Set(["iso-8859-1", "latin1", "windows-1252", "cp1252"]);

/**
 * A body of at most {@link MAX_BODY} bytes as text, whatever its content type says; of multipart its pairs. What is not UTF-8 is read
 * as the Western European encoding that it then almost certainly is.
 */
export async function readLegacyBody(request: Request): Promise<Checked<string | [string, string][]>> {
  const header = request.headers.get("content-type") ?? "";
  const bytes = await readLimited(request);
  if (!bytes) return refused("body_too_large");
  if (/^\s*multipart\/form-data/i.test(header)) return multipartPairs(bytes, header);
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(header)?.[1]?.toLowerCase() ?? "";
  const text = LATIN.has(charset) ? null : decode(bytes);
  return { ok: true, value: text ?? new TextDecoder("windows-1252").decode(bytes) };
}

function kindOf(type: string): "json" | "form" | "multipart" | null {
  if (type === "application/json" || (type.startsWith("application/") && type.endsWith("+json"))) return "json";
  if (type === "application/x-www-form-urlencoded") return "form";
  return type === "multipart/form-data" ? "multipart" : null;
}

/** null: larger than allowed. A stated length is believed only to refuse, or to read in one go; what was read is counted. */
async function readLimited(request: Request): Promise<Uint8Array<ArrayBuffer> | null> {
  const stated = Number(request.headers.get("content-length") ?? Number.NaN);
  if (stated > MAX_BODY) return null;
  if (stated >= 0) {
    const all = new Uint8Array(await request.arrayBuffer());
    return all.length > MAX_BODY ? null : all;
  }
  if (!request.body) return new Uint8Array(0);
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > MAX_BODY) {
      await reader.cancel();
      return null;
    }
    parts.push(part.value);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }
  return all;
}

function decode(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

function parseJson(text: string): Checked<Body> {
  if (text.trim() === "") return refused("invalid_body", { detail: "The body is empty: send one JSON object." });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused("invalid_json", { detail: `The body is not JSON${placeOf(error, text)}.` });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refused("invalid_body", { detail: "The body must be one JSON object." });
  return { ok: true, value: { encoding: "json", value: value as Record<string, unknown> } };
}

/** Where reading stopped, without the engine's message: that one quotes the body. */
function placeOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "";
  const found = /at position (\d+)/.exec(message)?.[1];
  const at = found !== undefined ? Number(found) : message.includes("end of JSON") ? text.length : null;
  if (at === null) return "";
  const before = text.slice(0, at).split("\n");
  return `: reading stopped at character ${at} (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** Refuses names that could reach an object's prototype, and nesting that no call has. */
function checkKeys(body: Checked<Body>): Checked<Body> {
  if (!body.ok) return body;
  const found = walk(body.value.value, "", 1);
  if (!found) return body;
  return refusedField(
    found.code,
    found.path,
    found.code === "too_deep" ? "is nested too deeply" : "is not a possible name",
  );
}

function walk(value: object, path: string, depth: number): { code: "forbidden_key" | "too_deep"; path: string } | null {
  if (depth > MAX_DEPTH) return { code: "too_deep", path };
  for (const [key, inner] of Object.entries(value)) {
    const at = path === "" ? key : `${path}.${key}`;
    if (FORBIDDEN.has(key)) return { code: "forbidden_key", path: at };
    if (typeof inner === "object" && inner !== null) {
      const found = walk(inner, at, depth + 1);
      if (found) return found;
    }
  }
  return null;
}
