import { type Money, money } from "../../schema/money.ts";
import type { ContractTerms, ReserveCommand, ReserveReply } from "../../schema/rpc/account.ts";
import { admission } from "../breaker-rules.ts";
import { type Closed, type Refusal, refusalOf, repeatOf } from "../buyer-account-rules.ts";
import { capBreach, type Window, windowsAt } from "../caps-rules.ts";
import { beginPostProbe, breakerOf, isPostProbe } from "./breakers.ts";
import { leastEpoch } from "./fences.ts";
import { withHold } from "./holds.ts";
import { buyerTerms, contractTerms, endpointTerms, maintenanceOf, noteLeast } from "./known-terms.ts";
import { paceWait, takeSlot } from "./pace.ts";
import { duplicateOf, markConsumers, type Reservation, reservation, save } from "./reservations.ts";
import { moveFunds, type Room } from "./room.ts";
import { available, availableChanged, closureChanged } from "./status.ts";
import { countIn, talliesOf } from "./tallies.ts";
import { learn } from "./terms.ts";

/**
 * Holds money and one place under every cap, or says why not; run in one transaction. Refusals in the order of RESERVE_REFUSALS.
 * A repeat of a known id holds again (also in doubt), answers its capture, or is refused when it has ended otherwise.
 * @throws when the command is not well formed, or its id names another lead's or contract's reservation.
 */
export function reserve(room: Room, command: ReserveCommand, now: number): ReserveReply {
  wellFormed(command);
  const { buyer, contract, endpoint } = command.terms;
  learn(room, { buyer, contracts: [contract], endpoints: [endpoint] }, now);
  const least_epoch = leastEpoch(room, command.lead_id);
  const known = reservation(room, command.reservation_id);
  if (known) return repeated(room, known, command, least_epoch, now);
  ask(room, command);
  const { refusal, windows, probe } = judged(room, command, least_epoch, now);
  if (!refusal) hold(room, command, windows, probe, now);
  availableChanged(room, now);
  closureChanged(room, contract.contract_id, now, command.source);
  return refusal ?? { kind: "held", dispatch_in_ms: command.dispatch_in_ms, probe };
}

function wellFormed(command: ReserveCommand): void {
  if (command.v !== 1) throw new Error("reserve: unknown version");
  if (!Number.isSafeInteger(command.amount) || command.amount < 0) throw new Error("reserve: amount must be 0 or more");
  if (command.source === "" || command.source === "*") throw new Error("reserve: source must name a publisher");
  if (!(command.hold_ms > 0)) throw new Error("reserve: hold_ms must be above 0");
}

/** Notes what is asked of the buyer, so that status rows can say when it no longer fits. */
function ask(room: Room, command: ReserveCommand): void {
  room.sql.run("UPDATE account SET asked = ? WHERE id = 1 AND asked <> ?", command.amount, command.amount);
  noteLeast(room, command.terms.contract.contract_id, command.amount);
}

interface Judged {
  refusal: Refusal | null;
  windows: readonly Window[];
  probe: boolean;
}

/** Judges by the newest terms known, which may be newer than the caller's. */
function judged(room: Room, command: ReserveCommand, least_epoch: number, now: number): Judged {
  const { contract_id } = command.terms.contract;
  const { endpoint_id } = command.terms.endpoint;
  const contract = contractTerms(room, contract_id) ?? command.terms.contract;
  const windows = windowsAt(contract.time_zone, now);
  const breaker = admission(breakerOf(room, endpoint_id, "post"), now, contract.probe_with_lead);
  const since = now - contract.duplicate_window_ms;
  const wait = paceWait(room, contract_id, now);
  const refusal = refusalOf({
    epoch: command.epoch,
    least_epoch,
    terms: { buyer: buyerTerms(room), contract, endpoint: endpointTerms(room, endpoint_id) },
    maintenance: maintained(room, endpoint_id, now),
    duplicate_of:
      contract.duplicate_window_ms > 0 ? duplicateOf(room, command.consumer_keys, command.lead_id, since) : null,
    breaker,
    cap: closedCap(room, contract, windows, command, now),
    paced: wait && { detail: wait.rule, reopens_in_ms: wait.ms },
    amount: command.amount,
    available: available(room),
  });
  return { refusal, windows, probe: breaker === "probe" };
}

/** The planned window of buyer or endpoint that lasts now, by the newest terms known. */
function maintained(room: Room, endpoint_id: string, now: number): Closed | null {
  const found = maintenanceOf(room, endpoint_id, now);
  return found && { detail: found.window.reason, reopens_in_ms: found.until - now };
}

function closedCap(
  room: Room,
  contract: ContractTerms,
  windows: readonly Window[],
  { source, amount }: ReserveCommand,
  now: number,
): Closed | null {
  const breach = capBreach(contract.caps, talliesOf(room, contract.contract_id, source), windows, source, amount);
  return breach && { detail: breach.detail, reopens_in_ms: breach.until === null ? null : breach.until - now };
}

function hold(room: Room, command: ReserveCommand, windows: readonly Window[], probe: boolean, now: number): void {
  const { reservation_id, lead_id, source, epoch, amount } = command;
  const { contract_id } = command.terms.contract;
  const { endpoint_id } = command.terms.endpoint;
  const held: Reservation = {
    reservation_id,
    lead_id,
    contract_id,
    endpoint_id,
    source,
    epoch,
    state: "held",
    amount,
    price: null,
    at: now,
    windows: windows.map((window) => window.key),
    consumer_keys: [...new Set(command.consumer_keys)],
    doubted_at: null,
    doubt_until: null,
    ended_at: null,
    why: null,
  };
  const until = now + command.hold_ms;
  const holds = withHold(room.sql, reservation_id, until);
  save(room, held);
  moveFunds(room, { held: amount, holds });
  countIn(room, held, windows, amount, now);
  takeSlot(room, held);
  markConsumers(room, held, now);
  if (holds) room.due.soon(until);
  else room.due.put("hold", reservation_id, until);
  if (probe) beginPostProbe(room, endpoint_id, reservation_id, now);
}

function repeated(
  room: Room,
  known: Reservation,
  command: ReserveCommand,
  least_epoch: number,
  now: number,
): ReserveReply {
  sameContent(known, command.lead_id, command.terms.contract.contract_id, command.amount);
  const reply = repeatOf(known, command.epoch, least_epoch);
  if (reply !== "again") return reply;
  save(room, { ...known, state: "held", epoch: command.epoch });
  room.due.drop("doubt", known.reservation_id);
  room.due.put("hold", known.reservation_id, now + command.hold_ms);
  return { kind: "held", dispatch_in_ms: command.dispatch_in_ms, probe: isPostProbe(room, known) };
}

/** An id names one thing for ever; the same id with other content is a defect of the caller and touches nothing. */
function sameContent(known: Reservation, lead_id: string, contract_id: string, amount: Money): void {
  if (known.lead_id === lead_id && known.contract_id === contract_id && known.amount === money(amount)) return;
  throw new Error("reservation_conflict: this reservation id was used for something else");
}
