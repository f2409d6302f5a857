import type { Deps } from "../deps.ts";
import type { Env } from "../env.ts";

/** Share of a known caller's requests that are counted: each look at the platform's guard costs as much as asking a buyer. */
const COUNTED = 0.1;

/** The platform's guard against floods, by location and roughly. The limit of `FLOOD` in wrangler.toml is for the share that is counted. */
export async function belowFlood(
  env: Pick<Env, "FLOOD" | "FLOOD_ANONYMOUS">,
  deps: Pick<Deps, "random">,
  key: string,
  kind: string,
): Promise<boolean> {
  if (kind !== "anonymous" && deps.random() >= COUNTED) return true;
  const guard = kind === "anonymous" ? env.FLOOD_ANONYMOUS : env.FLOOD;
  return (await guard.limit({ key: `${kind}/${key}` })).success;
}
