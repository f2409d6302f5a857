import * as z from "zod";
import { shardsOf } from "../lines.ts";
import { cursorOf, type RunJob, Tally } from "./job.ts";

export const repairParams = z.object({ endpoint_id: z.string() });
const cursorSchema = z.object({ shard: z.number() });

/** Parked leads of a call, and the time (ms) over which they are spread: a repaired endpoint must not meet all of them at once. */
const AT_ONCE = 100;
const SPREAD_MS = 60_000;
const SHARDS = 16;

/** An endpoint was repaired (its record was written): parked leads that wait for it resume, in every book. */
export const repairStep: RunJob = async ({ g }, job, cursor) => {
  const { endpoint_id } = repairParams.parse(job.params);
  const shards = shardsOf(g);
  const tally = new Tally();
  let { shard } = cursorOf(cursorSchema, cursor, { shard: 0 });
  for (const until = Math.min(shards.length, shard + SHARDS); shard < until; ) {
    const resumed = await g.book(shards[shard] ?? "").repaired(endpoint_id, SPREAD_MS, AT_ONCE);
    tally.did("resumed", resumed);
    // More than fit into one call: the rest follows once these have had their time.
    if (resumed >= AT_ONCE) return tally.step({ shard }, SPREAD_MS);
    shard++;
  }
  return tally.step(shard < shards.length ? { shard } : null);
};
