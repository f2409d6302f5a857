import type { Publisher, PublisherKey } from "../../schema/config/publisher.ts";
import { BoundedMap } from "../gateway/memory.ts";
import type { CompiledInbound } from "../inbound/index.ts";
import type { LimitKind, PublicContext, SnapshotView } from "./context.ts";
import type { Allowance } from "./limits.ts";
import { ipOf, RateWindows, tooMany, withinFlood } from "./limits.ts";
import type { Checked } from "./refuse.ts";
import { refuse, refused } from "./refuse.ts";
import type { StatusMemory } from "./status/index.tsx";

/** Plain data that the public routes of one isolate share. */
export class RouteState {
  readonly windows = new RateWindows();
  /** SHA-256 by key, of known keys only: an attacker's guesses must not push them out. */
  readonly hashes = new BoundedMap<string, string>(1_000);
  /** Inbound dialects, compiled once per version of their record. */
  readonly status: StatusMemory = { at: 0, look: null };
  readonly inbound = new BoundedMap<string, CompiledInbound>(500);
}

export interface Caller {
  snapshot: SnapshotView;
  publisher: Publisher;
  /** Sent with a test key, a call is a test. */
  key: Pick<PublisherKey, "test">;
  /** Rate-limit headers of every answer to this request. */
  headers: Record<string, string>;
}

const MAX_KEY = 200;

/** The key from header or query; null when there is none, so that the body may hold it. */
export function keyOf(request: Request): string | null {
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  const key = bearer ?? request.headers.get("x-api-key");
  if (key) return key;
  const query = request.url.indexOf("?");
  return query < 0 ? null : new URLSearchParams(request.url.slice(query)).get("api_key");
}

/** The configuration, or a retryable 503. */
export async function snapshotOf(ctx: PublicContext): Promise<Checked<SnapshotView>> {
  try {
    return { ok: true, value: await ctx.snapshot() };
  } catch {
    ctx.log({ event: "error", where: "snapshot" });
    return refused("unavailable", { headers: { "retry-after": "2" } });
  }
}

/** Who calls, and whether it may call now. Requests without a known key are limited by address. */
export async function identify(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  key: string | null,
  kind: LimitKind,
): Promise<Checked<Caller>> {
  const view = await snapshotOf(ctx);
  if (!view.ok) return view;
  const snapshot = view.value;
  const known = key === null || key.length > MAX_KEY ? undefined : lookUp(ctx, state, snapshot, key);
  const publisher = known?.status === "active" ? snapshot.publisher(known.publisher_id) : undefined;
  if (!known || !publisher) return { ok: false, refusal: await stranger(ctx, request) };
  const allowed = await admit(ctx, state, publisher, kind);
  return allowed.ok ? { ok: true, value: { snapshot, publisher, key: known, headers: allowed.value } } : allowed;
}

/** Whether a known publisher may call now: its limit, the flood guard, our load. The value is the rate-limit headers. */
export async function admit(
  ctx: PublicContext,
  state: RouteState,
  publisher: Publisher,
  kind: LimitKind,
): Promise<Checked<Record<string, string>>> {
  const { ok, headers } = await allow(ctx, state, publisher, kind);
  if (!ok) return { ok: false, refusal: tooMany(headers) };
  const wait_s = kind === "reads" ? null : ctx.refusedByLoad(kind === "pings" ? "ping" : "post", publisher.id);
  if (wait_s !== null) return refused("overloaded", { headers: { ...headers, "retry-after": String(wait_s) } });
  return { ok: true, value: headers };
}

/** Of a known key: its record, and its hash remembered. */
export function lookUp(
  ctx: PublicContext,
  state: RouteState,
  snapshot: SnapshotView,
  key: string,
): PublisherKey | undefined {
  const cached = state.hashes.get(key);
  const hash = cached ?? ctx.sha256Hex(key);
  const known = snapshot.keyByHash(hash);
  if (known && cached === undefined) state.hashes.set(key, hash);
  return known;
}

/** The publisher's own limit, then the platform's guard. */
export async function allow(
  ctx: PublicContext,
  state: RouteState,
  publisher: Publisher,
  kind: LimitKind,
): Promise<Allowance> {
  const allowance = state.windows.take(publisher, kind, ctx.now());
  if (!allowance.ok || (await withinFlood(ctx, publisher.id, kind))) return allowance;
  return { ok: false, headers: allowance.headers };
}

/** What somebody without a known key gets. */
export async function stranger(ctx: PublicContext, request: Request): Promise<Response> {
  if (!(await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous"))) return tooMany();
  return refuse("unauthorized", { headers: { "www-authenticate": 'Bearer realm="publisher"' } });
}
