import type { Inbound } from "../../../schema/config/inbound.ts";
import { type CompiledInbound, compileInbound, pairsOf, type RawRequest } from "../../inbound/index.ts";
import { readLegacyBody } from "../body.ts";
import type { RouteState } from "../caller.ts";
import { snapshotOf } from "../caller.ts";
import type { PublicContext, SnapshotView } from "../context.ts";
import { ipOf, tooMany, withinFlood } from "../limits.ts";
import type { Checked } from "../refuse.ts";
import { refused } from "../refuse.ts";

/** An inbound address: its record, its dialect, and the configuration of the moment. */
export interface Address {
  snapshot: SnapshotView;
  record: Inbound;
  dialect: CompiledInbound;
}

/** The address by its key. A stranger who guesses addresses is limited like one who guesses keys. */
export async function addressOf(
  ctx: PublicContext,
  state: RouteState,
  request: Request,
  key: string,
): Promise<Checked<Address>> {
  const view = await snapshotOf(ctx);
  if (!view.ok) return view;
  const snapshot = view.value;
  const found = snapshot.inbound(key);
  if (!found) {
    const allowed = await withinFlood(ctx, `ip:${ipOf(request)}`, "anonymous");
    return allowed ? refused("inbound_not_found") : { ok: false, refusal: tooMany() };
  }
  const name = `${found.body.id}@${found.version}`;
  const known = state.inbound.get(name);
  const dialect = known ?? compileInbound(found.body);
  if (!known) state.inbound.set(name, dialect);
  return { ok: true, value: { snapshot, record: found.body, dialect } };
}

/** The request as its dialect reads it. An unreadable body is still answered in the publisher's own shape. */
export async function rawOf(
  request: Request,
  path: string,
  now: number,
): Promise<{ raw: RawRequest; refusal: Response | null }> {
  const body = await readLegacyBody(request);
  const raw: RawRequest = {
    method: request.method,
    path,
    query: pairsOf(new URL(request.url).search),
    header: (name) => request.headers.get(name),
    body: body.ok ? body.value : "",
    now,
  };
  return { raw, refusal: body.ok ? null : body.refusal };
}
