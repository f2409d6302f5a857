import type { Deps } from "../deps.ts";

/** 32 random hex digits for one request of a dialect. */
export const requestNonce = (deps: Pick<Deps, "bytes">): string =>
  Array.from(deps.bytes(16), (byte) => byte.toString(16).padStart(2, "0")).join("");
