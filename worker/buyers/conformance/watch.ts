import type { Deps } from "../../deps.ts";
import type { Seen } from "./input.ts";

/** Notes each answer as it comes; its length is counted while somebody else reads it. */
export function watchedFetch(send: Deps["fetch"], phase: Seen["phase"], note: (seen: Seen) => void): Deps["fetch"] {
  return async (request) => {
    const response = await send(request);
    const { headers, status } = response;
    const [content_type, retry_after] = [headers.get("content-type") ?? "", headers.get("retry-after")];
    // What is longer than may be read is not read to its end: its own word must do.
    const seen: Seen = { phase, status, content_type, retry_after, bytes: Number(headers.get("content-length") ?? 0) };
    note(seen);
    if (!response.body) return response;
    let read = 0;
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => {
          read += chunk.byteLength;
          seen.bytes = Math.max(seen.bytes, read);
          controller.enqueue(chunk);
        },
      }),
    );
    return new Response(counted, { status, headers });
  };
}
