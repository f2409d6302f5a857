import type { AttemptRecord, EvidenceReply } from "../../schema/rpc/book.ts";
import { accepted, movedBy, seen } from "../auction-book-evidence-rules.ts";
import { evidenceStands, isEarly } from "../auction-book-rules.ts";
import type { BookContext } from "./context.ts";
import type { Ends } from "./ends.ts";
import { deliveryEvent, leadEvent } from "./events.ts";
import { type Lead, withStep } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";
import { chargedMore } from "./sale-alerts.ts";

/** What an attempt came to: a fact, so welcome at any epoch and in any state; written once per attempt. */
export class Evidence {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
    private readonly ends: Ends,
  ) {}

  add(lead_id: string, record: AttemptRecord): EvidenceReply {
    const now = this.book.now();
    const reply = this.book.sql.transaction((): EvidenceReply => {
      const lead = this.table.need(lead_id);
      // A status call is made once; a report is written once per result, so what does not count yet must not use that up.
      if (record.kind === "report" && isEarly(lead, record)) return { kind: "early", state: lead.state };
      const kind = evidenceStands(lead, record);
      if (this.table.hasAttempt(lead_id, record.attempt_id)) return { kind, state: lead.state };
      const late = kind === "late";
      // What is sealed with a key that was destroyed can never be read.
      const kept = lead.erased_at === null ? record : { ...record, sealed: undefined };
      this.table.addAttempt(lead_id, kept, now, late);
      this.book.emit([deliveryEvent(lead, kept, now, late), ...chargedMore(lead, record, now)]);
      return { kind, state: this.witness(lead, record, late, now).state };
    });
    // Contested evidence fixes an answer where there was none.
    if (reply.kind === "late") this.book.told(lead_id);
    return reply;
  }

  private witness(lead: Lead, record: AttemptRecord, late: boolean, now: number): Lead {
    const { contract_id, outcome, attempt_id, takes = false, kind = "post" } = record;
    const detail = { contract: contract_id, outcome, attempt: attempt_id, takes, late, kind };
    const noted = withStep(seen(lead, record), now, "evidence", detail);
    if (takes && late && !lead.contested.includes(record.reservation_id))
      return this.ends.contest(noted, record.reservation_id, record.price ?? null, now);
    return this.moved(takes && !late ? accepted(noted, record) : noted, record, now);
  }

  /** Opens a lead that rests, and brings one that waits forward, where the evidence gives it something to do. */
  private moved(lead: Lead, record: AttemptRecord, now: number): Lead {
    const next = movedBy(lead, record, now);
    if (!next) return this.table.save(lead, now);
    this.book.due.put("sweep", next.lead_id, now);
    if (lead.state === "open") return this.table.save(next, now);
    const saved = this.table.save(withStep(next, now, "reopened", { by: record.kind ?? "post" }), now);
    this.book.emit([leadEvent(saved)]);
    return saved;
  }
}
