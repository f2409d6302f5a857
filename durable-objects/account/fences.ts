import { ZERO } from "../../schema/money.ts";
import type { FenceReply } from "../../schema/rpc/account.ts";
import { refundedOf } from "./refund.ts";
import { reservationsOf } from "./reservations.ts";
import { DAY_MS, type Room } from "./room.ts";

/** A lead's worker that was overtaken so long ago is gone. */
export const FENCE_KEEP_MS = 7 * DAY_MS;

export function leastEpoch(room: Room, lead_id: string): number {
  return room.sql.all<{ epoch: number }>("SELECT epoch FROM fences WHERE lead_id = ?", lead_id)[0]?.epoch ?? 0;
}

/**
 * From now on nothing of this lead is reserved below `epoch` (which never sinks). Answers what exists for it; a hold in doubt, and
 * one whose doubt has expired, is `held`: whether the buyer has the lead is unknown. A charge that went back is `released`.
 */
export function fence(room: Room, lead_id: string, epoch: number, now: number): FenceReply[] {
  room.sql.run(
    "INSERT INTO fences (lead_id, epoch, at) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET epoch = max(epoch, excluded.epoch), at = excluded.at",
    lead_id,
    epoch,
    now,
  );
  room.due.putEarlier("purge", "", now + DAY_MS);
  return reservationsOf(room, lead_id).map(({ reservation_id, state, price }) => {
    if (state === "captured" && refundedOf(room, reservation_id) === 0)
      return { reservation_id, state, price: price ?? ZERO };
    return { reservation_id, state: state === "released" || state === "captured" ? "released" : "held" };
  });
}
