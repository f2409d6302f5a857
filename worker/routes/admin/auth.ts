import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { OperatorRole } from "../../../schema/lists.ts";
import { sameText } from "../../crypto/hash.ts";
import type { Operation } from "../operation.ts";
import { problem } from "../problem.ts";
import type { AdminContext, AdminEnv } from "./context.ts";
import { type Identity, mayAct, vouchedFor } from "./identity.ts";

const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;
type Tokens = Pick<AdminContext, "tokens" | "sha256Hex">;

/** Whose token it is, or null. All are compared, each in constant time, so that an answer's time tells nothing. */
export function identityOf(ctx: Tokens, token: string): Identity | null {
  const hash = ctx.sha256Hex(token);
  let found: Identity | null = null;
  for (const [author, { sha256, role }] of Object.entries(ctx.tokens))
    if (sameText(hash, sha256)) found = { author, role };
  return found;
}

function bearer(ctx: Tokens, authorization: string | undefined): Identity | null {
  const token = BEARER.exec(authorization ?? "")?.[1];
  return token === undefined ? null : identityOf(ctx, token);
}

/** Every admin call needs an operator's token; its name becomes the author of what the call changes. */
export const authenticate: MiddlewareHandler<AdminEnv> = async (c, next) => {
  const identity = vouchedFor(c.req.raw) ?? bearer(c.var.ctx, c.req.header("authorization"));
  if (identity === null)
    return problem(401, "unauthorized", "an operator's token is needed: Authorization: Bearer <token>", undefined, {
      "www-authenticate": 'Bearer realm="admin"',
    });
  c.set("author", identity.author);
  c.set("role", identity.role);
  await next();
};

/** The least role for a call: what its operation says; else reading is everybody's and changing is an admin's. */
export function roleTable(operations: readonly Operation[]): (method: string, path: string) => OperatorRole {
  const roles = new Map<string, OperatorRole>();
  for (const { method, path, role } of operations) if (role) roles.set(`${method.toUpperCase()} ${path}`, role);
  return (method, path) =>
    roles.get(`${method} ${path}`) ?? (method === "GET" || method === "HEAD" ? "viewer" : "admin");
}

/** Refuses what the caller's role may not do. What is sealed (`open=true`) is not a viewer's to open. */
export function authorize(operations: readonly Operation[]): MiddlewareHandler<AdminEnv> {
  const roleOf = roleTable(operations);
  return async (c, next) => {
    const path = matchedRoutes(c).findLast((route) => route.method === c.req.method)?.path ?? "";
    const opens = c.req.query("open") === "true" ? "operator" : "viewer";
    const needed = [roleOf(c.req.method, path), opens as OperatorRole].find((role) => !mayAct(c.var.role, role));
    if (needed) return problem(403, "forbidden", `this needs the role ${needed}; ${c.var.author} has ${c.var.role}`);
    await next();
  };
}
