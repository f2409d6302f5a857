import type { Deps } from "../deps.ts";

/** One server-sent event. `data` may have line breaks; `id` comes back as `Last-Event-ID` when the browser connects again. */
export interface SseEvent {
  event: string;
  data: string;
  id?: string;
}

export interface SseOptions {
  /** Between two looks, in ms. */
  every_ms: number;
  /** Then it ends by itself, and the browser connects again: its rights are looked at anew. */
  for_ms: number;
  /** What there is to tell now; [] is told as a heartbeat, so that a client that is gone is noticed. */
  next(): Promise<SseEvent[]>;
}

const BEAT = ": beat\n\n";
/** Looks that fail in a row before the stream ends. */
const MOST_FAILURES = 5;

export function sseText({ event, data, id }: SseEvent): string {
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  return `${id === undefined ? "" : `id: ${id.replace(/[\r\n\0]/g, "")}\n`}event: ${event}\n${lines.join("")}\n`;
}

/**
 * A stream of events that looks again only once the client has taken what came before: a slow client holds one look, and a closed one
 * ends the work.
 */
export function sseResponse(d: Pick<Deps, "now" | "timer">, { every_ms, for_ms, next }: SseOptions): Response {
  const text = new TextEncoder();
  const ends = d.now() + for_ms;
  let wake = (): void => {};
  let closed = false;
  let looks = 0;
  let failures = 0;
  /** Until it is time to look again, or nobody listens any more. */
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = d.timer(resolve, every_ms);
      wake = () => {
        stop();
        resolve();
      };
    });
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(text.encode(`retry: ${every_ms}\n\n`)),
      pull: async (controller) => {
        if (looks++ > 0) await pause();
        if (closed) return;
        const events = d.now() >= ends ? null : await next().catch(() => "failed" as const);
        if (closed) return;
        failures = events === "failed" ? failures + 1 : 0;
        if (events === null || failures >= MOST_FAILURES) return controller.close();
        const told = events === "failed" ? "" : events.map(sseText).join("");
        controller.enqueue(text.encode(told || BEAT));
      },
      cancel: () => {
        closed = true;
        wake();
      },
    },
    { highWaterMark: 1 },
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // A proxy that gathers the answer would hold it back.
      "x-accel-buffering": "no",
    },
  });
}
