import { ipOf, type RateWindows, tooMany, withinFlood } from "../limits.ts";
import type { Checked } from "../refuse.ts";
import { refuse } from "../refuse.ts";
import type { BuyerContext } from "./context.ts";

/** Reports a second and buyer, in one isolate: far above any buyer's sales. */
const REPORTS_PER_SECOND = 50;
const BEARER = /^Bearer ([\x21-\x7e]{1,200})$/i;

/** Who calls: one buyer, within its limit. */
export interface BuyerCaller {
  buyer_id: string;
  headers: Record<string, string>;
}

/** The buyer of an active key. Whoever has none is limited by address and told nothing. */
export async function identifyBuyer(
  ctx: BuyerContext,
  windows: RateWindows,
  request: Request,
): Promise<Checked<BuyerCaller>> {
  const token = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
  try {
    const key = token === undefined ? undefined : await ctx.keyByHash(ctx.sha256Hex(token));
    if (key?.status !== "active") return { ok: false, refusal: await stranger(ctx, request) };
    return await limited(ctx, windows, key.buyer_id);
  } catch {
    ctx.log({ event: "error", where: "snapshot" });
    return { ok: false, refusal: refuse("unavailable", { headers: { "retry-after": "2" } }) };
  }
}

/** A buyer's own limit, then the platform's guard. */
export async function limited(
  ctx: BuyerContext,
  windows: RateWindows,
  buyer_id: string,
): Promise<Checked<BuyerCaller>> {
  const limit = { id: `buyer/${buyer_id}`, pings_per_second: REPORTS_PER_SECOND };
  const allowance = windows.take(limit, "reports", ctx.now());
  const ok = allowance.ok && (await withinFlood(ctx, limit.id, "reports"));
  return ok
    ? { ok: true, value: { buyer_id, headers: allowance.headers } }
    : { ok: false, refusal: tooMany(allowance.headers) };
}

/** What somebody without a key gets. */
export async function stranger(ctx: BuyerContext, request: Request): Promise<Response> {
  if (!(await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous"))) return tooMany();
  return refuse("unauthorized", {
    detail: "A buyer's key is needed: Authorization: Bearer <key>.",
    headers: { "www-authenticate": 'Bearer realm="buyer"' },
  });
}
