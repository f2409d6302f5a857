import type { LedgerEvent } from "../../schema/events.ts";
import { type Money, money } from "../../schema/money.ts";
import type { CloseCommand, CloseReply, LeadOutcome } from "../../schema/rpc/book.ts";
import { closed, contest, decideClose, frozenWith } from "../auction-book-close-rules.ts";
import { repairedLead } from "../auction-book-reopen-rules.ts";
import { type BookContext, HEARD_MS } from "./context.ts";
import { alertEvent, leadEvent, moneyEvents } from "./events.ts";
import { type Lead, withStep } from "./lead.ts";
import { hasEnded, told } from "./lead-state.ts";
import type { LeadTable } from "./lead-table.ts";
import { chargedMore, deniedBefore } from "./sale-alerts.ts";

/** What a lead comes to: freeze, close, and the postback that tells of it. */
export class Ends {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
  ) {}

  freeze(lead_id: string, outcome: LeadOutcome): LeadOutcome {
    const now = this.book.now();
    const answer = this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      const before = told(lead);
      if (before) return before;
      const next = frozenWith(lead, outcome);
      const answer = answerOf(next);
      const detail = { result: answer.result, code: answer.code ?? null, price: answer.price };
      this.book.emit([leadEvent(this.table.save(withStep(next, now, "frozen", detail), now))]);
      return answer;
    });
    this.book.told(lead_id);
    return answer;
  }

  close(command: CloseCommand): CloseReply {
    const now = this.book.now();
    const reply = this.book.sql.transaction((): CloseReply => {
      const lead = this.table.need(command.lead_id);
      switch (decideClose(lead, command)) {
        case "stale":
          return { kind: "stale", state: lead.state };
        case "same":
          return { kind: "closed", outcome: answerOf(lead) };
        case "contested_before":
          return { kind: "contested", outcome: this.fixed(lead, now) };
        case "contest":
          return {
            kind: "contested",
            outcome: answerOf(this.contest(lead, command.reservation_id ?? "", command.price ?? null, now)),
          };
        case "apply":
          return { kind: "closed", outcome: answerOf(this.apply(lead, command, now)) };
      }
    });
    this.book.told(command.lead_id);
    return reply;
  }

  /** `ok`, or given up (no `retry_in_ms`): the postback is off the list; given up raises an alert. */
  postbackDone(lead_id: string, ok: boolean, retry_in_ms: number | null): void {
    const now = this.book.now();
    this.book.sql.transaction(() => {
      const lead = this.table.get(lead_id);
      if (!lead?.postback_due) return;
      const step = withStep(lead, now, "postback", { ok, retry_in_ms });
      if (!ok && retry_in_ms !== null) {
        this.table.save(step, now);
        this.book.due.put("postback", lead_id, now + retry_in_ms);
        return;
      }
      const saved = this.table.save({ ...step, postback_due: false }, now);
      this.book.due.drop("postback", lead_id);
      const message = "The publisher's system did not take the postback: it has not heard how this lead ended.";
      this.book.emit([
        leadEvent(saved),
        ...(ok ? [] : [alertEvent("postback_failed", lead, lead.publisher_id, message, now)]),
      ]);
    });
  }

  /** Who closes is answered, also while another's sale is on its way. */
  private fixed(lead: Lead, now: number): LeadOutcome {
    if (told(lead)) return answerOf(lead);
    const next = this.table.save(frozenWith(lead, { result: "rejected", code: "under_review", price: money(0) }), now);
    this.book.emit([leadEvent(next)]);
    return answerOf(next);
  }

  private apply(lead: Lead, command: CloseCommand, now: number): Lead {
    const next = closed(lead, command, now);
    const detail = {
      state: next.state,
      why: next.rest?.why ?? null,
      code: command.code ?? null,
      reservation: command.reservation_id ?? null,
      price: command.price ?? null,
      payout: next.sale?.payout ?? null,
      evidence: command.epoch === null,
    };
    const saved = this.table.save(withStep(next, now, "closed", detail), now);
    const ended = hasEnded(saved);
    const contested = saved.contested.filter((id) => !lead.contested.includes(id));
    const alerts = [...contested.map((id) => this.contestedAlert(lead, id, now)), ...this.saleAlerts(lead, saved, now)];
    this.book.emit([leadEvent(saved), ...(ended ? moneyEvents(saved, now) : []), ...alerts]);
    if (saved.state === "parked") return this.resumedIfRepaired(saved, now);
    if (!ended) return saved;
    this.book.consumersDue(saved);
    if (saved.postback_due) this.book.due.put("postback", saved.lead_id, now);
    return saved;
  }

  /** Of a sale that its flow made: an operator's own is known to one. Only after a take-over can a charge be older than its answer. */
  private saleAlerts(before: Lead, after: Lead, now: number): LedgerEvent[] {
    if (before.state !== "open" || after.state !== "sold" || after.epoch === 1) return [];
    const named = this.table.attempts(after.lead_id).flatMap((attempt) => chargedMore(after, attempt, now));
    return [...named.slice(0, 1), ...deniedBefore(before, after, now)];
  }

  /** Its endpoint was repaired between the lead's post and its end: the repair found nobody waiting, and none may come after it. */
  private resumedIfRepaired(lead: Lead, now: number): Lead {
    const attempts = this.table.attempts(lead.lead_id);
    for (const { status, endpoint_id } of lead.plan) {
      const repaired = status === "set_up_error" ? this.table.repairedAt(endpoint_id) : null;
      if (repaired === null) continue;
      const heard = repaired + HEARD_MS;
      const met = attempts.findLast((attempt) => attempt.endpoint_id === endpoint_id)?.at;
      const next =
        met !== undefined && met <= heard ? repairedLead(lead, endpoint_id, now, Math.max(now, heard)) : null;
      if (!next) continue;
      const saved = this.table.save(withStep(next, now, "reopened", { by: "repair", endpoint: endpoint_id }), now);
      this.book.emit([leadEvent(saved)]);
      this.book.due.put("sweep", lead.lead_id, saved.resume_at ?? now);
      return saved;
    }
    return lead;
  }

  /** A "yes" that came too late, or money captured for another's lead: an alert, never a sale. Inside a transaction. */
  contest(lead: Lead, reservation_id: string, price: Money | null, now: number): Lead {
    const detail = { reservation: reservation_id, price, was: lead.state };
    const saved = this.table.save(withStep(contest(lead, reservation_id, now), now, "contested", detail), now);
    // Of a slim lead D1 has more than the book.
    const row = saved.slim ? [] : [leadEvent(saved)];
    this.book.emit([...row, this.contestedAlert(lead, reservation_id, now)]);
    return saved;
  }

  private contestedAlert(lead: Lead, reservation_id: string, now: number): LedgerEvent {
    const message = `Reservation ${reservation_id}: the buyer took the lead, but it was ${lead.state} and its publisher was told "${told(lead)?.result ?? "nothing"}".`;
    return alertEvent("contested", lead, reservation_id, message, now);
  }
}

function answerOf(lead: Lead): LeadOutcome {
  const outcome = told(lead);
  if (!outcome) throw new Error("a lead that was closed has an answer");
  return outcome;
}
