import type { BiddingCounts, BiddingReport } from "../../schema/rollups/bidding.ts";
import { SLOT_MS } from "../../schema/rollups/rollups.ts";
import { type Room, tell } from "./room.ts";

/** The ledger hears of changed slots so often: a row of each contract, and its sums. */
const TELL_MS = 300_000;
/** Slots of a day are kept to be added to; what comes later than that is not counted: its slot could not be told as a whole any more. */
const KEEP_SLOTS = 96;

type Kept = { slot: number; contract_id: string; body: string };

/** Adds up what isolates counted of this buyer's contracts, slot by slot. */
export function mergeBidding(room: Room, report: BiddingReport, now: number): void {
  const { slot, contract_id } = report;
  if (slot <= Math.floor(now / SLOT_MS) - KEEP_SLOTS) return;
  const known = room.sql.all<Kept>("SELECT body FROM bidding WHERE slot = ? AND contract_id = ?", slot, contract_id)[0];
  const sums = known ? (JSON.parse(known.body) as BiddingCounts) : {};
  for (const [column, count] of Object.entries(report.counts) as [keyof BiddingCounts, number][])
    sums[column] = (sums[column] ?? 0) + count;
  room.sql.run(
    "INSERT INTO bidding (slot, contract_id, body, changed) VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET body = excluded.body, changed = 1",
    slot,
    contract_id,
    JSON.stringify(sums),
  );
  room.due.putEarlier("bidding", "", now + TELL_MS);
}

/** Tells the ledger the whole of each slot that has changed, so that a repeat changes nothing there; forgets what is old. */
export function biddingDue(room: Room, now: number): void {
  const changed = room.sql.all<Kept>("SELECT slot, contract_id, body FROM bidding WHERE changed = 1 ORDER BY slot");
  tell(
    room,
    changed.map(({ slot, contract_id, body }) => ({
      table: "bidding" as const,
      row: {
        ...(JSON.parse(body) as BiddingCounts),
        slot,
        contract_id,
        buyer_id: room.buyer,
        at: slot * SLOT_MS,
      },
    })),
    now,
    // In the same alarm: one of its own would be more than the row.
    true,
  );
  room.sql.run("UPDATE bidding SET changed = 0 WHERE changed = 1");
  room.sql.run("DELETE FROM bidding WHERE slot <= ?", Math.floor(now / SLOT_MS) - KEEP_SLOTS);
}
