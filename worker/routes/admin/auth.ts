import type { MiddlewareHandler } from "hono";
import { sameText } from "../../crypto/hash.ts";
import { problem } from "../problem.ts";
import type { AdminContext, AdminEnv } from "./context.ts";

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;

/** The operator's name, or null. All tokens are compared, each in constant time, so that an answer's time tells nothing. */
export function authorOf(
  ctx: Pick<AdminContext, "tokens" | "sha256Hex">,
  authorization: string | undefined,
): string | null {
  const token = BEARER.exec(authorization ?? "")?.[1];
  if (token === undefined) return null;
  const hash = ctx.sha256Hex(token);
  let author: string | null = null;
  for (const [name, expected] of Object.entries(ctx.tokens)) if (sameText(hash, expected)) author = name;
  return author;
}

/** Every admin call needs an operator's token; its name becomes the author of what the call changes. */
export const authenticate: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const author = authorOf(c.var.ctx, c.req.header("authorization"));
  if (author === null)
    return problem(401, "unauthorized", "an operator's token is needed: Authorization: Bearer <token>", undefined, {
      "www-authenticate": 'Bearer realm="admin"',
    });
  c.set("author", author);
  await next();
};
