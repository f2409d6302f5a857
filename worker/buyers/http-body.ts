export interface BodyReader {
  /** The whole body as UTF-8, or null when it is longer than the limit (the rest is cancelled). Rejects when the stream breaks. */
  text(): Promise<string | null>;
  cancel(): void;
}

/** Reads a body piece by piece, so that a body of any length costs at most `limit` bytes and one piece. */
export function readBody(response: Response, limit: number): BodyReader {
  const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
  const cancel = (): void => {
    reader?.cancel().catch(() => {});
  };
  return {
    cancel,
    text: async () => {
      if (!reader) return "";
      if (Number(response.headers.get("content-length") ?? 0) > limit) {
        cancel();
        return null;
      }
      const pieces: Uint8Array[] = [];
      let length = 0;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return new TextDecoder().decode(joined(pieces, length));
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
