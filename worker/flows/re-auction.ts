import { ZERO } from "../../schema/money.ts";
import { agedContracts } from "../auction/aged.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { makeId, readId } from "../crypto/ids.ts";
import { pingFacts } from "./facts.ts";
import { holdAuction, sealRecord } from "./record.ts";
import type { Work } from "./work.ts";

/**
 * May a further auction be held now? Not for tests, nor where the publisher chose its buyers or sells elsewhere what we do not take, nor
 * for a person who asked not to be sold since.
 */
export function mayReAuction(w: Work): boolean {
  const { lead, campaign, snapshot } = w;
  if (lead.test || lead.bid_ids.length > 0 || lead.re_auctions >= campaign.config.re_auctions) return false;
  const told = (lead.outcome ?? lead.frozen)?.result;
  if (told === "rejected" || (lead.mode !== "pending" && told !== "accepted")) return false;
  return !w.marks.some((mark) => snapshot.suppressed.has(mark)) && takersOf(w).length > 0;
}

const takersOf = ({ g, snapshot, campaign, lead }: Work): CompiledContract[] =>
  agedContracts(snapshot.contractsOf(campaign.config.id), lead.plan, g.deps.now() - lead.created_at);

/**
 * A further auction, among contracts that take aged leads, over what a ping may carry. Held twice (its holder died before the plan had
 * it) it harms nobody: nothing personal leaves the house, and only what the book has joined to the plan counts.
 */
export async function reAuction(w: Work): Promise<"settled" | "stale"> {
  const { g, campaign, publisher, lead } = w;
  const began = g.deps.now();
  const shard = readId(g.settings.HASH_SECRET, lead.lead_id, "l")?.shard ?? g.isolate.shard;
  const subject = {
    ping_id: makeId(g.settings.HASH_SECRET, "p", shard, began, g.deps.bytes(9)),
    campaign,
    publisher,
    sub_ids: lead.sub_ids,
    facts: pingFacts({ campaign, lead: w.plain.lead }),
    // Below its promise a lead is only sold where its publisher is paid whatever comes.
    min_price: (lead.outcome ?? lead.frozen)?.result === "accepted" ? ZERO : lead.promise,
    test: false,
    began,
    among: takersOf(w),
  };
  g.deps.crash("before-re-auction");
  const held = await holdAuction(g, w.snapshot, subject, campaign.config.deadlines.ping_ms, 0);
  const record = await sealRecord(g, held);
  g.deps.crash("before-extend");
  const extend = () => w.book.extend(lead.lead_id, lead.epoch, record);
  // The same auction again joins once: a lost reply is asked for again.
  const reply = await extend().catch(extend);
  g.deps.crash("after-extend");
  if (reply.kind === "stale") return "stale";
  w.lead = { ...reply.lead, frozen: reply.lead.frozen ?? w.lead.frozen };
  return "settled";
}
