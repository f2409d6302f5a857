import type { ServerResponse } from "node:http";
import type { Answer } from "./buyer.ts";
import type { Chosen } from "./faults.ts";

const TRICKLE_MS = 50;

/** Sends the answer as the fault wants it; without one, as HTTP should be. */
export function send(
  response: ServerResponse,
  answer: Answer,
  active: Chosen | null,
  timers: Set<NodeJS.Timeout>,
): void {
  const wire = active?.fault.wire;
  const bytes = Buffer.from(answer.body);
  const later = (run: () => void, ms: number) => void timers.add(setTimeout(run, ms));
  const head = (headers: Record<string, string | number> = {}) =>
    response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length, ...headers });
  const half = () => head().write(bytes.subarray(0, Math.max(1, bytes.length >> 1)));
  if (response.destroyed || wire?.kind === "never") return;
  switch (wire?.kind) {
    case "wait":
      later(() => head().end(bytes), active?.arg ?? wire.default_ms);
      break;
    case "reset":
      response.socket?.destroy();
      break;
    case "half":
      half();
      later(() => response.socket?.destroy(), TRICKLE_MS);
      break;
    case "half_open":
      half();
      break;
    case "trickle":
      head();
      trickle(response, bytes, later);
      break;
    case "close":
      head({ connection: "close" }).end(bytes);
      break;
    default:
      head().end(bytes);
  }
}

function trickle(response: ServerResponse, bytes: Buffer, later: (run: () => void, ms: number) => void, at = 0): void {
  if (response.destroyed) return;
  if (at >= bytes.length) {
    response.end();
    return;
  }
  response.write(bytes.subarray(at, at + 1));
  later(() => trickle(response, bytes, later, at + 1), TRICKLE_MS);
}
