import type { AdvanceReply, AttemptKey, LeadView, SettleCommand } from "../../schema/rpc/book.ts";
import {
  advanced,
  bidderAt,
  decideAdvance,
  hasAccepted,
  holds,
  settled,
  withBidder,
  withOverflow,
} from "../auction-book-rules.ts";
import type { BookContext } from "./context.ts";
import { setUpAlert } from "./events.ts";
import { viewOf, withStep } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";
import type { Leads } from "./leads.ts";

/** What the holder of a lead does between claim and end: advance, settle. */
export class Work {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
    private readonly leads: Leads,
  ) {}

  /** Before anything is asked of a bidder; renews the lease. */
  advance(lead_id: string, epoch: number, key: AttemptKey): AdvanceReply {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      const reply = decideAdvance(lead, epoch, key, now);
      if (reply.kind === "news") return { ...reply, lead: viewOf(lead, now) };
      if (reply.kind !== "go") return reply;
      const moved = withBidder(lead, key.index, (bidder) => advanced(bidder, key));
      const contract = bidderAt(lead, key.index).contract_id;
      const { index, round, attempt } = key;
      this.leads.renew(
        withStep({ ...moved, nudges: 0, stalls: 0 }, now, "advanced", { contract, index, round, attempt, epoch }),
        lead.lease_ms,
        now,
      );
      return reply;
    });
  }

  settle(command: SettleCommand): { kind: "settled"; lead: LeadView } | { kind: "stale" } {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(command.lead_id);
      if (!holds(lead, command.epoch)) return { kind: "stale" };
      const { contract_id, status: before } = bidderAt(lead, command.index);
      // Another bidder has the lead already: this one's "yes" was contested when it came, and stays a doubt.
      const second = command.status === "accepted" && before !== "accepted" && hasAccepted(lead);
      const status = second ? "unknown" : command.status;
      const changed = withBidder(lead, command.index, (bidder) => settled(bidder, { ...command, status }, now));
      const next = withOverflow({ ...changed, stalls: 0 }, command);
      const detail = {
        contract: contract_id,
        status,
        refusal: command.refusal ?? null,
        retry_in_ms: command.retry_in_ms ?? null,
        ...(next.plan.length > lead.plan.length && { overflow: command.overflow?.contract_id ?? null }),
      };
      const saved = this.table.save(withStep(next, now, "settled", detail), now);
      if (command.status === "set_up_error" && !lead.test) this.book.emit([setUpAlert(lead, command.index, now)]);
      return { kind: "settled", lead: viewOf(saved, now) };
    });
  }
}
