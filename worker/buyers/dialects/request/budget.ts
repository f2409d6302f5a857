import { type Build, BuildFailure } from "./build.ts";

/** Parts (members, elements, 32 characters of text) that one request may be made of, wherever they come from. */
const MAX_PARTS = 50_000;
const CHARS = 32;

const tooLarge = (): BuildFailure => new BuildFailure("the request would be too large");

/**
 * Counts what a placeholder brings into a request. Values may use each other and stand in lists of lists, so that a few lines could ask
 * for more than a memory holds: the request is not made then.
 */
export function spend(build: Build, value: unknown): unknown {
  if (typeof value === "string") build.made += 1 + Math.trunc(value.length / CHARS);
  else if (typeof value === "object" && value !== null) build.made += weigh(value, MAX_PARTS - build.made);
  else build.made++;
  if (build.made > MAX_PARTS) throw tooLarge();
  return value;
}

/** Parts of a tree, counted up to a limit. The same object in several places counts in each: it is written in each. */
export function weigh(value: unknown, limit = MAX_PARTS): number {
  const open: unknown[] = [value];
  let parts = 0;
  while (open.length > 0 && parts <= limit) {
    const next = open.pop();
    parts += 1 + (typeof next === "string" ? Math.trunc(next.length / CHARS) : 0);
    if (typeof next === "object" && next !== null) for (const inner of Object.values(next)) open.push(inner);
    if (open.length > limit) return limit + 1;
  }
  return parts;
}

/** A computed value that is too large by itself is none. */
export function bounded(value: unknown): unknown {
  if (typeof value === "string" ? value.length > MAX_PARTS * 2 : weigh(value) > MAX_PARTS) throw tooLarge();
  return value;
}
