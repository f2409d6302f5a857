import { autoBuyers } from "./auto.ts";
import type { Player } from "./cast.ts";
import type { SimulatedBuyer } from "./server.ts";
import { solarBuyers } from "./solar.ts";

export * from "./behaviours.ts";
export { type Player, recordsOf } from "./cast.ts";
export * from "./server.ts";
export * as speech from "./speech.ts";

/** Everybody in the demo. @param site where the demo's own pages are. */
export const everyBuyer = (site: string): Player[] => [...autoBuyers(site), ...solarBuyers];

/** By id, as {@link startBuyers} takes them. */
export const behavioursOf = (players: Player[]): Record<string, SimulatedBuyer> =>
  Object.fromEntries(players.map((player) => [player.id, player.behaves]));
