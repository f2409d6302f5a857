import type { LeadOutcome } from "../../schema/rpc/book.ts";
import { hasAccepted } from "../auction-book-rules.ts";
import type { Auctions } from "./auctions.ts";
import type { BookContext } from "./context.ts";
import type { Ends } from "./ends.ts";
import { deliveryEvent, leadEvent } from "./events.ts";
import { type Lead, withStep } from "./lead.ts";
import { hasEnded, mayBeTaken, rests } from "./lead-state.ts";
import type { LeadTable } from "./lead-table.ts";

/** A person's data: found by marks, destroyed with the lead's key, or its key wrapped anew. */
export class Erasure {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
    private readonly auctions: Auctions,
    private readonly ends: Ends,
  ) {}

  leadsOf(marks: string[]): string[] {
    return [...new Set(marks.flatMap((mark) => this.table.marked(mark)))];
  }

  /**
   * What is left tells what happened to the lead, never who it was about. A slim lead's rows in D1 know more than the book and are the
   * caller's to empty; the key that opens them is destroyed here too.
   */
  erase(lead_id: string, author: string): "erased" | "open" | "not_found" {
    const now = this.book.now();
    const result = this.book.sql.transaction(() => {
      const found = this.table.get(lead_id);
      if (!found) return "not_found";
      if (found.erased_at !== null) return "erased";
      if (found.state === "open") return "open";
      const lead = rests(found) && nobodyHas(found) ? this.endUnsold(found) : found;
      this.forget(lead, author, now);
      return "erased";
    });
    if (result === "erased") this.book.told(lead_id);
    return result;
  }

  /** The same key under a newer one of the ring. A repeat finds it done. */
  rewrap(lead_id: string, from: string, to: string): boolean {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.get(lead_id);
      if (!lead || lead.erased_at !== null || (lead.wrapped_key !== from && lead.wrapped_key !== to)) return false;
      if (lead.wrapped_key === to) return true;
      const saved = this.table.save({ ...lead, wrapped_key: to }, now);
      if (!saved.slim) this.book.emit([leadEvent(saved)]);
      return true;
    });
  }

  private endUnsold(lead: Lead): Lead {
    this.ends.close({ v: 1, lead_id: lead.lead_id, epoch: null, state: "unsold", code: "not_taken" });
    return this.table.need(lead.lead_id);
  }

  private forget(lead: Lead, author: string, now: number): void {
    this.table.removeMarks(lead);
    if (hasEnded(lead) && this.book.ended.awaits(lead)) this.book.consumersDueNow(lead);
    const bare: Lead = {
      ...lead,
      sealed: "",
      wrapped_key: "",
      person_marks: {},
      past_marks: [],
      // A buyer may have put into its bid what it was told of the person.
      plan: lead.plan.map((bidder) => ({ ...bidder, carried: {} })),
      // A lead that stays in review still has to free its consumer one day.
      consumer_keys: hasEnded(lead) ? [] : lead.consumer_keys,
      frozen: withoutRedirect(lead.frozen),
      outcome: withoutRedirect(lead.outcome),
      erased_at: now,
    };
    const saved = this.table.save(lead.slim ? bare : withStep(bare, now, "erased", { by: author }), now);
    const auction_ids = [saved.auction_id, ...saved.re_auction_ids].filter((id) => id !== null);
    this.book.outbox.forget([saved.lead_id, ...auction_ids]);
    if (saved.slim) return;
    const deliveries = this.table.attempts(saved.lead_id).map((attempt) => {
      this.table.unsealAttempt(saved.lead_id, attempt);
      const { at, late_evidence, ...record } = attempt;
      return deliveryEvent(saved, { ...record, sealed: undefined }, at, late_evidence);
    });
    const held = auction_ids.flatMap((id) => this.auctions.unseal(id));
    this.book.emit([leadEvent(saved), ...deliveries, ...held]);
  }
}

/** No buyer has it or may have it, nor said so. */
const nobodyHas = (lead: Lead): boolean => !mayBeTaken(lead) && !hasAccepted(lead);

const withoutRedirect = (outcome: LeadOutcome | null): LeadOutcome | null =>
  outcome && { ...outcome, redirect_sealed: undefined };
