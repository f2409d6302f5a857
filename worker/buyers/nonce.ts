import type { Deps } from "../deps.ts";

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** 32 random hex digits for one request of a dialect. */
export function requestNonce(deps: Pick<Deps, "bytes">): string {
  let text = "";
  for (const byte of deps.bytes(16)) text += HEX[byte];
  return text;
}
