import { base62Bytes } from "../crypto/encoding.ts";
import { deps } from "../deps.ts";
import type { PublicContext } from "./context.ts";
import { refuse } from "./refuse.ts";

/**
 * A fault of ours. Names and places go to the log; the message does not, it may quote the request. HTTP exceptions of mounted
 * apps are no exception: they should have answered themselves.
 */
export function failure(error: unknown, ctx: Pick<PublicContext, "log">): Response {
  const id = base62Bytes(deps().bytes(12), 12);
  ctx.log({ event: "error", where: "route", id, ...placesOf(error) });
  return refuse("internal_error", {
    detail: `Something went wrong here. Tell the operator this id: ${id}. A post may be repeated unchanged: it is never sold twice.`,
  });
}

/** What may be logged of an error: its name and where it was thrown, never its message. */
export function placesOf(error: unknown): { name: string; at: string } {
  const [name, stack] = error instanceof Error ? [error.name, error.stack ?? ""] : ["unknown", ""];
  const places = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return {
    name,
    at: places
      .slice(0, 5)
      .map((line) => line.trim())
      .join(" | "),
  };
}
