import type { ContractTerms } from "../../schema/rpc/account.ts";
import { type Pace, paceOf, spanOf, type Wait, waitOf } from "../pacing-rules.ts";
import { contractTerms } from "./known-terms.ts";
import type { Room } from "./room.ts";

/**
 * Pacing needs to know when leads were taken lately. `slots` has one row a lead within the pace's span, so never more than its count;
 * `paces` says how many, and under which rule they were kept, because counting them for each lead would read them all.
 */
function keptUnder(room: Room, contract_id: string): { rule: string; kept: number } | undefined {
  return room.sql.all<{ rule: string; kept: number }>(
    "SELECT rule, kept FROM paces WHERE contract_id = ?",
    contract_id,
  )[0];
}

function keep(room: Room, contract_id: string, rule: string, kept: number): void {
  room.sql.run(
    "INSERT INTO paces (contract_id, rule, kept) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET rule = excluded.rule, kept = excluded.kept",
    contract_id,
    rule,
    kept,
  );
}

/** Terms with another pacing have come: what was taken before counts under it too, and nothing is kept where there is none. */
export function repace(room: Room, terms: ContractTerms, now: number): void {
  const { contract_id, pacing } = terms;
  const known = keptUnder(room, contract_id);
  const rule = JSON.stringify(pacing ?? null);
  if (known ? known.rule === rule : !pacing) return;
  room.sql.run("DELETE FROM slots WHERE contract_id = ?", contract_id);
  room.sql.run("DELETE FROM paces WHERE contract_id = ?", contract_id);
  if (!pacing) return;
  room.sql.run(
    "INSERT INTO slots (contract_id, at, reservation_id) SELECT contract_id, at, reservation_id FROM reservations WHERE contract_id = ? AND at > ? AND state <> 'released'",
    contract_id,
    now - spanOf(paceOf(pacing)),
  );
  const kept = room.sql.all<{ n: number }>("SELECT count(*) AS n FROM slots WHERE contract_id = ?", contract_id)[0]?.n;
  keep(room, contract_id, rule, kept ?? 0);
}

/** How long the contract must wait for its next lead; null = not at all. */
export function paceWait(room: Room, contract_id: string, now: number): Wait | null {
  const pacing = contractTerms(room, contract_id)?.pacing;
  const known = keptUnder(room, contract_id);
  if (!pacing || !known || known.kept === 0) return null;
  const pace = paceOf(pacing);
  const newest = nth(room, contract_id, 0);
  const blocking =
    pace.window && known.kept >= pace.window.count ? nthBlocking(room, contract_id, known.kept, pace) : null;
  return waitOf(pace, { kept: known.kept, newest, blocking }, now);
}

function nth(room: Room, contract_id: string, offset: number): number | null {
  const rows = room.sql.all<{ at: number }>(
    "SELECT at FROM slots WHERE contract_id = ? ORDER BY at DESC LIMIT 1 OFFSET ?",
    contract_id,
    offset,
  );
  return rows[0]?.at ?? null;
}

/** Counted from the oldest end, where it lies as long as no more are kept than the rule allows. */
function nthBlocking(room: Room, contract_id: string, kept: number, pace: Pace): number | null {
  const rows = room.sql.all<{ at: number }>(
    "SELECT at FROM slots WHERE contract_id = ? ORDER BY at LIMIT 1 OFFSET ?",
    contract_id,
    kept - (pace.window?.count ?? kept),
  );
  return rows[0]?.at ?? null;
}

/** Notes a lead that was taken, and forgets those that the pace no longer looks at. */
export function takeSlot(room: Room, of: { contract_id: string; reservation_id: string; at: number }): void {
  const pacing = contractTerms(room, of.contract_id)?.pacing;
  const known = keptUnder(room, of.contract_id);
  if (!pacing || !known) return;
  const before = of.at - spanOf(paceOf(pacing));
  const old = room.sql.all<{ n: number }>(
    "SELECT count(*) AS n FROM slots WHERE contract_id = ? AND at <= ?",
    of.contract_id,
    before,
  )[0];
  if (old && old.n > 0) room.sql.run("DELETE FROM slots WHERE contract_id = ? AND at <= ?", of.contract_id, before);
  room.sql.run(
    "INSERT INTO slots (contract_id, at, reservation_id) VALUES (?, ?, ?)",
    of.contract_id,
    of.at,
    of.reservation_id,
  );
  keep(room, of.contract_id, known.rule, known.kept - (old?.n ?? 0) + 1);
}

/** A released reservation's slot is free again; one that is long past wants nothing back. */
export function giveSlotBack(room: Room, of: { contract_id: string; reservation_id: string; at: number }): void {
  const known = keptUnder(room, of.contract_id);
  if (!known) return;
  const key = [of.contract_id, of.at, of.reservation_id];
  const found = room.sql.all(
    "SELECT 1 AS n FROM slots WHERE contract_id = ? AND at = ? AND reservation_id = ?",
    ...key,
  );
  if (found.length === 0) return;
  room.sql.run("DELETE FROM slots WHERE contract_id = ? AND at = ? AND reservation_id = ?", ...key);
  keep(room, of.contract_id, known.rule, known.kept - 1);
}
