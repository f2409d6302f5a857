import type { AuctionRecord } from "../../schema/rpc/auction.ts";
import type { ClaimCommand, ClaimReply, LeadView, LeaseReply } from "../../schema/rpc/book.ts";
import { deadlineOutcome } from "../../worker/auction/told.ts";
import { stuck } from "../auction-book-close-rules.ts";
import { decideLease, decideRepeat, holds, refuseFirst } from "../auction-book-rules.ts";
import type { Auctions } from "./auctions.ts";
import { type BookContext, SWEEP_MARGIN, WAKE_GRACE } from "./context.ts";
import { alertEvent, leadEvent } from "./events.ts";
import { type Lead, newLead, planOf, viewOf, withStep } from "./lead.ts";
import { untried } from "./lead-state.ts";
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
      const planned: Lead = {
        ...lead,
        auction_id: auction.ping_id,
        plan: planOf(auction.ranked, lead.bid_ids),
        stalls: 0,
      };
      const saved = this.table.save(
        withStep(planned, now, "planned", { auction: auction.ping_id, bidders: planned.plan.length }),
        now,
      );
      this.book.emit([...this.auctions.projectOnce(auction.ping_id), leadEvent(saved)]);
      return { kind: "planned", lead: viewOf(saved, now) };
    });
  }

  /**
   * A further auction's bidders join the plan behind those that are there. The same auction again (a lost reply) joins once; a contract
   * that is in the plan had its chance.
   */
  extend(
    lead_id: string,
    epoch: number,
    auction: AuctionRecord,
  ): { kind: "planned"; lead: LeadView } | { kind: "stale" } {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      if (!holds(lead, epoch)) return { kind: "stale" };
      if (lead.re_auction_ids.includes(auction.ping_id)) return { kind: "planned", lead: viewOf(lead, now) };
      this.auctions.insert(auction, false);
      const fresh = auction.ranked.filter((bid) => !lead.plan.some((b) => b.contract_id === bid.contract_id));
      const extended: Lead = {
        ...lead,
        plan: [...lead.plan, ...fresh.map((bid) => untried(bid, "re_auction"))],
        re_auctions: lead.re_auctions + 1,
        re_auction_ids: [...lead.re_auction_ids, auction.ping_id],
        stalls: 0,
      };
      const detail = { auction: auction.ping_id, bidders: fresh.length };
      const saved = this.table.save(withStep(extended, now, "re_auctioned", detail), now);
      this.book.emit([...this.auctions.projectOnce(auction.ping_id), leadEvent(saved)]);
      return { kind: "planned", lead: viewOf(saved, now) };
    });
  }

  lease(lead_id: string, owner: string, lease_ms: number): LeaseReply {
    const now = this.book.now();
    const reply = this.book.sql.transaction((): LeaseReply => {
      const decision = decideLease(this.table.get(lead_id), owner, now);
      if (decision.kind === "refused") return decision.reply;
      const { lead } = decision;
      if (decision.kind === "renew") return { lead: viewOf(this.renew(lead, lease_ms, now), now) };
      const epoch = lead.epoch + 1;
      const step = lead.owner === null ? "resumed" : "taken_over";
      if (decision.kind === "stuck") return this.rest(lead, now);
      const taken: Lead = { ...lead, epoch, owner, resume_at: null, nudges: 0, stalls: lead.stalls + 1 };
      return { lead: viewOf(this.renew(withStep(taken, now, step, { epoch }), lease_ms, now), now) };
    });
    // A lead that came to rest has an answer from now on.
    if (reply.why === "ended") this.book.told(lead_id);
    return reply;
  }

  /** Taken over too often without a step forward. Inside a transaction. */
  private rest(lead: Lead, now: number): LeaseReply {
    const { epoch, stalls } = lead;
    const resting = stuck(lead, deadlineOutcome(lead, "under_review"), now);
    const saved = this.table.save(withStep(resting, now, "stuck", { epoch, stalls }), now);
    const message = `Taken over ${stalls} times in a row without a step forward: it rests until an operator looks. A defect, or an object out of reach.`;
    this.book.emit([leadEvent(saved), alertEvent("stuck", lead, String(epoch), message, now)]);
    return { lead: null, why: "ended" };
  }

  /** Gives the lease up until `in_ms` from now. The caller sends the wake-up; the alarm sends another if nobody came. */
  defer(lead_id: string, epoch: number, in_ms: number): boolean {
    const now = this.book.now();
    return this.book.sql.transaction(() => {
      const lead = this.table.need(lead_id);
      if (lead.state !== "open" || lead.epoch !== epoch) return false;
      const resume_at = now + in_ms;
      this.table.save(
        withStep({ ...lead, owner: null, lease_until: now, resume_at, nudges: 0, stalls: 0 }, now, "deferred", {
          in_ms,
        }),
        now,
      );
      this.book.due.put("sweep", lead_id, resume_at + WAKE_GRACE);
      return true;
    });
  }

  /** The lease anew. Inside a transaction. */
  renew(lead: Lead, lease_ms: number, now: number): Lead {
    const lease_until = now + lease_ms;
    // Not put off: a lead that is worked on ends before, as a rule, and the alarm that finds a lease moves its look.
    this.book.due.putEarlier("sweep", lead.lead_id, lease_until + SWEEP_MARGIN);
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
    const sweep_at = fresh.lease_until + SWEEP_MARGIN;
    const lead = this.table.insert(
      withStep(fresh, now, "claimed", {
        ping: command.ping_id,
        bidders: fresh.plan.length,
        answer_in_ms: command.answer_in_ms,
      }),
      sweep_at,
    );
    this.book.due.soon(sweep_at);
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
