import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { ClaimCommand, ClaimReply, LeadView, LeaseReply } from "../../schema/rpc/book.ts";
import { decideLease, decideRepeat, holds, refuseFirst } from "../auction-book-rules.ts";
import type { Auctions } from "./auctions.ts";
import { type BookContext, SWEEP_MARGIN, WAKE_GRACE } from "./context.ts";
import { leadEvent } from "./events.ts";
import { type Lead, newLead, planOf, viewOf, withStep } from "./lead.ts";
import type { LeadTable } from "./lead-table.ts";

/** Who works on a lead: claim, plan, lease, defer. */
export class Leads {
  constructor(
    private readonly book: BookContext,
    private readonly table: LeadTable,
    private readonly auctions: Auctions,
  ) {}

  /** One transaction: whoever comes first has the lead, its lease and its plan; everybody else is told what became of it. */
  claim(command: ClaimCommand): ClaimReply {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const known = this.known(command);
      if (known.length === 0) return this.first(command, now);
      const decisions = known.map((lead) => ({ lead, decision: decideRepeat(lead, command, now) }));
      // Two names for two leads: the one with other content says that a name was used for something else.
      const other = decisions.find(({ decision }) => decision.kind === "conflict" || decision.kind === "no_auction");
      const chosen = other ?? decisions[0];
      if (!chosen) throw new Error("a known lead has a decision");
      const { lead, decision } = chosen;
      if (decision.kind === "conflict" || decision.kind === "no_auction") return decision;
      this.rename(lead, command.aliases, now);
      return decision.kind === "mine"
        ? { kind: "yours", lead: viewOf(this.renew(lead, command.lease_ms, now), now) }
        : decision;
    });
  }

  /** One-step: the auction, and with it the plan. A second one is refused once anybody is in the plan. */
  plan(
    lead_id: string,
    epoch: number,
    auction: AuctionRecord,
  ): { kind: "planned"; lead: LeadView } | { kind: "stale" } {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      if (!holds(lead, epoch)) return { kind: "stale" };
      if (lead.plan.length > 0) return { kind: "planned", lead: viewOf(lead, now) };
      this.auctions.insert(auction, false);
      const planned: Lead = { ...lead, auction_id: auction.ping_id, plan: planOf(auction.ranked, lead.bid_ids) };
      const saved = this.table.save(
        withStep(planned, now, "planned", { auction: auction.ping_id, bidders: planned.plan.length }),
        now,
      );
      this.book.emit([...this.auctions.projectOnce(auction.ping_id), leadEvent(saved)]);
      return { kind: "planned", lead: viewOf(saved, now) };
    });
  }

  lease(lead_id: string, owner: string, lease_ms: number): LeaseReply {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const decision = decideLease(this.table.get(lead_id), owner, now);
      if (decision.kind === "refused") return decision.reply;
      const { lead } = decision;
      if (decision.kind === "renew") return { lead: viewOf(this.renew(lead, lease_ms, now), now) };
      const epoch = lead.epoch + 1;
      const step = lead.owner === null ? "resumed" : "taken_over";
      const taken: Lead = { ...lead, epoch, owner, resume_at: null, nudges: 0 };
      return { lead: viewOf(this.renew(withStep(taken, now, step, { epoch }), lease_ms, now), now) };
    });
  }

  /** Gives the lease up until `in_ms` from now. The caller sends the wake-up; the alarm sends another if nobody came. */
  defer(lead_id: string, epoch: number, in_ms: number): boolean {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      if (lead.state !== "open" || lead.epoch !== epoch) return false;
      const resume_at = now + in_ms;
      this.table.save(
        withStep({ ...lead, owner: null, lease_until: now, resume_at, nudges: 0 }, now, "deferred", { in_ms }),
        now,
      );
      this.book.due.put("sweep", lead_id, resume_at + WAKE_GRACE);
      return true;
    });
  }

  /** The lease anew. Inside a transaction. */
  renew(lead: Lead, lease_ms: number, now: number): Lead {
    const lease_until = now + lease_ms;
    this.book.due.put("sweep", lead.lead_id, lease_until + SWEEP_MARGIN);
    return this.table.save({ ...lead, lease_ms, lease_until }, now);
  }

  private known(command: ClaimCommand): Lead[] {
    const { ping_id, publisher_id, aliases } = command;
    const byPing = ping_id === null ? null : this.table.byPing(ping_id);
    const named = this.table.byAliases(publisher_id, aliases).filter((lead) => lead.lead_id !== byPing?.lead_id);
    return byPing ? [byPing, ...named] : named;
  }

  private first(command: ClaimCommand, now: number): ClaimReply {
    const auction = command.ping_id === null ? null : this.auctions.get(command.ping_id);
    const refusal = command.ping_id === null ? null : refuseFirst(auction, command, now);
    if (refusal) return refusal;
    const fresh = newLead(command, auction, now);
    const lead = this.table.insert(
      withStep(fresh, now, "claimed", { ping: command.ping_id, bidders: fresh.plan.length }),
    );
    this.book.due.put("sweep", lead.lead_id, lead.lease_until + SWEEP_MARGIN);
    this.book.emit([...(auction ? this.auctions.projectOnce(auction.ping_id) : []), leadEvent(lead)]);
    return { kind: "yours", lead: viewOf(lead, now) };
  }

  /** A repeat may bring a further name (another idempotency key for the same content). */
  private rename(lead: Lead, aliases: string[], now: number): void {
    const fresh = aliases.filter((alias) => !lead.aliases.includes(alias));
    if (fresh.length === 0) return;
    lead.aliases.push(...fresh);
    this.table.addAliases(lead, fresh);
    this.table.save(lead, now);
  }
}
