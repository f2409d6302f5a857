import type { WatchMemory } from "../../alerts/memory.ts";
import { type Volume, volumeFindings } from "../../alerts/rules-volume.ts";
import { type HourOfPings, pingsOfHour } from "../../ledger/watch.ts";
import type { AlertContext } from "./context.ts";

const HOUR_MS = 3_600_000;
/** Earlier days that are compared with. */
const DAYS = 14;
/** After the hour's end, so that its last rows are in the ledger. */
const SETTLES_MS = 300_000;

/** The newest complete hour against the same hour of earlier days, once an hour; until the next one, what it showed stands. */
export async function lookAtVolume({ g, db }: AlertContext, memory: WatchMemory): Promise<WatchMemory["volume"]> {
  const hour = Math.floor((g.deps.now() - SETTLES_MS) / HOUR_MS) * HOUR_MS - HOUR_MS;
  if (hour <= memory.volume.hour) return memory.volume;
  const [now = [], ...before] = await pingsOfHour(db, hour, DAYS);
  return { hour, findings: volumeFindings(memory.records.policy, volumesOf(now, before), hour) };
}

/** A day without any ping of a pair counts as 0 once the pair was seen on an earlier one. */
export function volumesOf(now: HourOfPings[], before: HourOfPings[][]): Volume[] {
  const key = ({ publisher_id, campaign_id }: Omit<HourOfPings, "pings">) => `${publisher_id}/${campaign_id}`;
  const days = before.map((day) => new Map(day.map((one) => [key(one), one.pings])));
  const pairs = new Map([...now, ...before.flat()].map((one) => [key(one), one]));
  const today = new Map(now.map((one) => [key(one), one.pings]));
  return [...pairs].map(([name, { publisher_id, campaign_id }]) => {
    const first = days.findLastIndex((day) => day.has(name));
    const known = days.slice(0, first + 1).map((day) => day.get(name) ?? 0);
    return { publisher_id, campaign_id, pings: today.get(name) ?? 0, before: known };
  });
}
