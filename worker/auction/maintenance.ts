import type { MaintenanceWindow } from "../../schema/config/maintenance.ts";
import { openHours } from "./schedule.ts";

export interface Maintained {
  window: MaintenanceWindow;
  /** Epoch ms when it ends; of a weekly one by the clock on the wall, so that a change of the clock in it may move it. */
  until: number;
}

/** The planned window that lasts at `now` (epoch ms) and ends last; null = none. */
export function inMaintenance(windows: readonly MaintenanceWindow[] | undefined, now: number): Maintained | null {
  if (windows === undefined || windows.length === 0) return null;
  let found: Maintained | null = null;
  for (const window of windows) {
    const until = endOf(window, now);
    if (until !== null && (found === null || until > found.until)) found = { window, until };
  }
  return found;
}

/** null: it does not last at `now`. */
function endOf({ from, to, weekly, time_zone }: MaintenanceWindow, now: number): number | null {
  if (weekly) return openHours(weekly, time_zone, now);
  return from !== undefined && to !== undefined && from <= now && now < to ? to : null;
}

/** Once and over: of no use any more. */
export const isOver = ({ to }: Pick<MaintenanceWindow, "to">, now: number): boolean => to !== undefined && to <= now;
