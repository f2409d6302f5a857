export interface BodyReader {
  /** The whole body as text, or null when it is longer than the limit (the rest is cancelled). Rejects when the stream breaks. */
  text(): Promise<string | null>;
  cancel(): void;
}

/**
 * Reads a body so that one of any length costs at most `limit` bytes and one piece. `content_type`: of its header. The response's stream
 * is only touched where it must be: making one costs as much as reading a bid.
 */
export function readBody(response: Response, limit: number, content_type: string): BodyReader {
  const { headers } = response;
  const stated = headers.get("content-length");
  // A length beside pieces says nothing (RFC 9112, 6.3): the platform shows it and reads the pieces, however many.
  const length = stated === null || headers.get("transfer-encoding") !== null ? Number.NaN : Number(stated);
  // One call of the platform instead of several: never where a stated length may be that of a packed body.
  if (length >= 0 && length <= limit && headers.get("content-encoding") === null)
    return { cancel: () => cancelled(response.body), text: () => whole(response, content_type) };
  const { body } = response;
  if (!body) return { cancel: () => {}, text: async () => "" };
  if (length > limit) return { cancel: () => cancelled(body), text: () => body.cancel().then(toNull, toNull) };
  return byPieces(body.getReader() as ReadableStreamDefaultReader<Uint8Array>, limit, content_type);
}

/** JSON without a charset is UTF-8 (RFC 8259, 8.1): the platform reads it into text by itself. */
const whole = async (response: Response, content_type: string): Promise<string> =>
  content_type === "application/json"
    ? response.text()
    : decoded(new Uint8Array(await response.arrayBuffer()), content_type);

/** A stream that is being read is ended by its request's signal. */
const cancelled = (body: Response["body"]): void => void body?.cancel().catch(() => {});

const toNull = (): null => null;

function byPieces(reader: ReadableStreamDefaultReader<Uint8Array>, limit: number, content_type: string): BodyReader {
  const cancel = (): void => {
    reader.cancel().catch(() => {});
  };
  return {
    cancel,
    text: async () => {
      const pieces: Uint8Array[] = [];
      let length = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return decoded(joined(pieces, length), content_type);
        length += value.byteLength;
        if (length > limit) {
          cancel();
          return null;
        }
        pieces.push(value);
      }
    },
  };
}

/** Single-byte encodings by their usual names; they are one for every reader (WHATWG). */
const SINGLE_BYTE = /^(iso-?8859-1|latin-?1|windows-1252|cp1252|us-ascii|iso-8859-15)$/i;

/**
 * UTF-8, unless the header or an XML declaration names an encoding of one byte, or the body begins as UTF-16. Declarations of UTF-16
 * without its mark are not believed: many a server's serialiser writes them into UTF-8.
 */
function decoded(bytes: Uint8Array, content_type: string): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return decoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return decoder("utf-16be").decode(bytes);
  const named =
    charsetOf(content_type) ?? (first === 0x3c && second === 0x3f ? xmlEncoding(bytes.subarray(0, 100)) : undefined);
  if (named === undefined || !SINGLE_BYTE.test(named)) return utf8.decode(bytes);
  return decoder(/15$/.test(named) ? "iso-8859-15" : "windows-1252").decode(bytes);
}

/** Keeps nothing between two calls. */
const utf8 = new TextDecoder();

const charsetOf = (content_type: string): string | undefined =>
  content_type.includes(";") ? /;\s*charset="?([\w.-]{1,30})/i.exec(content_type)?.[1] : undefined;

/** UTF-8 where the runtime does not know the other one. */
function decoder(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder();
  }
}

const xmlEncoding = (head: Uint8Array): string | undefined =>
  /^<\?xml[^>]*\bencoding=["']([\w.-]{1,30})/i.exec(decoder("windows-1252").decode(head))?.[1];

function joined(pieces: Uint8Array[], length: number): Uint8Array {
  if (pieces.length === 1 && pieces[0]) return pieces[0];
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.byteLength;
  }
  return all;
}
