import type { WatchMemory } from "../../alerts/memory.ts";
import type { AlertContext } from "./context.ts";

export async function lookAtVolume(_c: AlertContext, memory: WatchMemory): Promise<WatchMemory["volume"]> {
  return memory.volume;
}
