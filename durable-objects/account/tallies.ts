import type { Money } from "../../schema/money.ts";
import { counted, givenBack, type Tally, type Window } from "../caps-rules.ts";
import type { Room } from "./room.ts";

/** Tallies of a contract: of the whole ("") and of one source, or of all sources. */
export function talliesOf(room: Room, contract_id: string, source?: string): Map<string, Tally> {
  const rows =
    source === undefined
      ? room.sql.all<{ source: string; body: string }>(
          "SELECT source, body FROM tallies WHERE contract_id = ? ORDER BY source",
          contract_id,
        )
      : room.sql.all<{ source: string; body: string }>(
          "SELECT source, body FROM tallies WHERE contract_id = ? AND source IN ('', ?)",
          contract_id,
          source,
        );
  return new Map(rows.map((row) => [row.source, JSON.parse(row.body) as Tally]));
}

/** Counts a reservation in, for the contract and for its source. */
export function countIn(
  room: Room,
  of: { contract_id: string; source: string },
  windows: readonly Window[],
  amount: Money,
  now: number,
): void {
  const tallies = talliesOf(room, of.contract_id, of.source);
  for (const scope of ["", of.source]) {
    write(room, of.contract_id, scope, counted(tallies.get(scope) ?? {}, windows, amount, now));
  }
}

/** Gives back to the windows that the reservation was counted in, whatever window it is now. */
export function giveBack(
  room: Room,
  of: { contract_id: string; source: string; windows: string[] },
  count: 0 | 1,
  amount: number,
): void {
  if (count === 0 && amount === 0) return;
  const tallies = talliesOf(room, of.contract_id, of.source);
  for (const scope of ["", of.source]) {
    const tally = tallies.get(scope);
    if (tally) write(room, of.contract_id, scope, givenBack(tally, of.windows, count, amount));
  }
}

function write(room: Room, contract_id: string, source: string, tally: Tally): void {
  room.sql.run(
    "INSERT INTO tallies (contract_id, source, body) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    contract_id,
    source,
    JSON.stringify(tally),
  );
}
