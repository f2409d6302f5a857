import type { Deps } from "../deps.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const BYTES = 16;

/** 32 random hex digits for one request of a dialect. */
export const requestNonce = (deps: Pick<Deps, "bytes">): string => hex(deps.bytes(BYTES));

/** The same for the requests of a fan-out, drawn at once: the platform's generator costs by the call. */
export function requestNonces(deps: Pick<Deps, "bytes">, count: number): string[] {
  const bytes = deps.bytes(BYTES * count);
  return Array.from({ length: count }, (_, i) => hex(bytes.subarray(i * BYTES, (i + 1) * BYTES)));
}

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += HEX[byte];
  return text;
}
