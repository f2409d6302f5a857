import type { StoredConfig } from "../../ledger/config-store.ts";
import type { AdminContext } from "./context.ts";

/** A record as it is stored now, and the endpoint that it named before. */
type Written = Pick<StoredConfig, "kind" | "id" | "version" | "author" | "body">;

/**
 * An endpoint, or a contract through it, was written: leads that are parked for it are tried again. Should the keeper not answer,
 * the next write (or a replay) does it; whatever is written, the keeper is seen to.
 */
export async function afterWrite(ctx: AdminContext, written: Written, before: StoredConfig | null): Promise<void> {
  const keeper = ctx.keeper?.();
  if (!keeper) return;
  const { kind, id: of, version, author } = written;
  const started = endpointsOf(written, before).map((endpoint_id) => {
    // One job a written version: two contracts of an endpoint may be at the same one.
    const id = `repair_${ctx.sha256Hex(`${kind} ${of} ${version} ${endpoint_id}`).slice(0, 32)}`;
    return keeper.start({ id, kind: "repair", author, params: { endpoint_id } });
  });
  await Promise.allSettled(started.length > 0 ? started : [keeper.tick()]);
}

/** Nobody waits for an endpoint that is new. */
function endpointsOf({ kind, id, body }: Written, before: StoredConfig | null): string[] {
  if (!before) return [];
  if (kind === "endpoint") return [id];
  if (kind !== "contract") return [];
  const named = [body.endpoint_id, before.body.endpoint_id].filter((one) => typeof one === "string");
  return [...new Set(named)];
}
