import type {
  AdvanceReply,
  AttemptKey,
  AttemptRecord,
  EvidenceReply,
  LeadView,
  SettleCommand,
} from "../../schema/rpc/book.ts";
import {
  advanced,
  bidderAt,
  decideAdvance,
  evidenceStands,
  holds,
  settled,
  withBidder,
  witnessed,
} from "../auction-book-rules.ts";
import type { BookContext } from "./context.ts";
import type { Ends } from "./ends.ts";
import { deliveryEvent, setUpAlert } from "./events.ts";
import { type Lead, viewOf, withStep } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";
import type { Leads } from "./leads.ts";

/** What happens between claim and end: advance, evidence, settle. */
export class Work {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
    private readonly leads: Leads,
    private readonly ends: Ends,
  ) {}

  /** Before anything is asked of a bidder; renews the lease. */
  advance(lead_id: string, epoch: number, key: AttemptKey): AdvanceReply {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      const reply = decideAdvance(lead, epoch, key, now);
      if (reply.kind !== "go") return reply;
      const moved = withBidder(lead, key.index, (bidder) => advanced(bidder, key));
      const contract = bidderAt(lead, key.index).contract_id;
      this.leads.renew(
        withStep({ ...moved, nudges: 0 }, now, "advanced", { contract, ...key, epoch }),
        lead.lease_ms,
        now,
      );
      return reply;
    });
  }

  /** What an attempt came to: a fact, so welcome at any epoch and in any state; written once per attempt. */
  evidence(lead_id: string, record: AttemptRecord): EvidenceReply {
    const now = this.book.now();
    const reply = this.book.sql.transaction((): EvidenceReply => {
      const lead = this.table.need(lead_id);
      const kind = evidenceStands(lead, record);
      if (this.table.hasAttempt(lead_id, record.attempt_id)) return { kind, state: lead.state };
      const late = kind === "late";
      this.table.addAttempt(lead_id, record, now, late);
      this.book.emit([deliveryEvent(lead, record, now, late)]);
      return { kind, state: this.witness(lead, record, kind, now).state };
    });
    // Contested evidence fixes an answer where there was none.
    if (reply.kind === "late") this.book.told(lead_id);
    return reply;
  }

  private witness(lead: Lead, record: AttemptRecord, kind: EvidenceReply["kind"], now: number): Lead {
    const { contract_id, outcome, attempt_id, takes = false } = record;
    const detail = { contract: contract_id, outcome, attempt: attempt_id, takes, late: kind === "late" };
    const seen = withStep(
      withBidder(lead, record.index, (bidder) => witnessed(bidder, record)),
      now,
      "evidence",
      detail,
    );
    if (!takes) return this.table.save(seen, now);
    if (kind === "late") {
      const known = lead.contested.includes(record.reservation_id);
      return known
        ? this.table.save(seen, now)
        : this.ends.contest(seen, record.reservation_id, record.price ?? null, now);
    }
    const taken = withBidder(seen, record.index, (bidder) => ({
      ...bidder,
      status: "accepted",
      not_before: undefined,
    }));
    return this.table.save(taken, now);
  }

  settle(command: SettleCommand): { kind: "settled"; lead: LeadView } | { kind: "stale" } {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(command.lead_id);
      if (!holds(lead, command.epoch)) return { kind: "stale" };
      const { contract_id } = bidderAt(lead, command.index);
      // Another bidder has the lead already: this one's "yes" was contested when it came, and stays a doubt.
      const second =
        command.status === "accepted" && lead.plan.some((b, i) => i !== command.index && b.status === "accepted");
      const status = second ? "unknown" : command.status;
      const next = withBidder(lead, command.index, (bidder) => settled(bidder, { ...command, status }, now));
      const detail = {
        contract: contract_id,
        status,
        refusal: command.refusal ?? null,
        retry_in_ms: command.retry_in_ms ?? null,
      };
      const saved = this.table.save(withStep(next, now, "settled", detail), now);
      if (command.status === "set_up_error") this.book.emit([setUpAlert(lead, command.index, now)]);
      return { kind: "settled", lead: viewOf(saved, now) };
    });
  }
}
