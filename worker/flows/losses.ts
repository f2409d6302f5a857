import type { Money } from "../../schema/money.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { dialOne } from "../buyers/http-call.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { ownIds } from "./facts.ts";
import { withCertificate } from "./ping-calls.ts";
import { guardOf, secretsOf } from "./secrets.ts";
import { tokenForPing } from "./tokens.ts";
import type { Work } from "./work.ts";

/** Buyers that are told of one sale at most. */
const MOST = 20;
/** A notice takes so long at most, the waiting for a connection included. */
const NOTICE_MS = 3_000;
const MOST_BYTES = 4_096;

/** They never had the lead, and asked for it. Who refused it, or may have it, knows more than a notice says. */
const LOST: ReadonlySet<PlanBidder["status"]> = new Set(["untried", "refused", "not_taken"]);

/**
 * Tells the other bidders of a sold lead that they lost, where their dialect says how: in the background, once a buyer, nothing of the
 * consumer. Best effort: a notice that fails is not repeated, and a sale that another holder of the lead ends is not told.
 */
export function tellLosers(w: Work, sold: number, price: Money): void {
  if (w.lead.test) return;
  const winner = w.lead.plan[sold]?.buyer_id;
  const seen = new Set([winner]);
  const losers = w.lead.plan.flatMap((bidder) => {
    const contract = w.snapshot.contract(bidder.contract_id);
    if (!contract?.endpoint.dialect.loss || !LOST.has(bidder.status) || seen.has(bidder.buyer_id)) return [];
    if (!mayBeCalled(w, contract)) return [];
    seen.add(bidder.buyer_id);
    return [{ bidder, contract }];
  });
  for (const { bidder, contract } of losers.slice(0, MOST)) w.g.waitUntil(tell(w, bidder, contract, price));
}

/** Not while it is paused, or its system is known to be down. */
function mayBeCalled({ snapshot }: Work, { buyer, endpoint }: CompiledContract): boolean {
  if (buyer.status === "paused" || endpoint.status === "paused") return false;
  return snapshot.endpointStatus(endpoint.id)?.ping.state !== "open";
}

async function tell(w: Work, bidder: PlanBidder, contract: CompiledContract, price: Money): Promise<void> {
  const { g, lead, snapshot } = w;
  const dialect = g.dialect(contract);
  const secrets = await secretsOf(g, contract);
  const token = dialect.tokenAuth === null ? null : await tokenForPing(g, snapshot, contract, false);
  if (dialect.tokenAuth !== null && token === null) return g.isolate.gauges.count("losses_untold");
  const built = dialect.buildLoss({
    gateway: {
      ping_id: lead.ping_id ?? lead.lead_id,
      campaign: lead.campaign_id,
      source: lead.publisher_id,
      sub_ids: ownIds(lead.sub_ids, lead.click_id),
      test: false,
      now: g.deps.now(),
    },
    bid: bidder.carried,
    secrets,
    nonce: requestNonce(g.deps),
    ...(token === null ? {} : { token: token.values }),
    ...(w.campaign.config.disclose_price ? { winning_price: price } : {}),
  });
  const certified = built && withCertificate(contract.endpoint.client_certificate)(built);
  if (!certified?.ok || !guardOf(g)(certified.request.url).ok) return g.isolate.gauges.count("losses_untold");
  const ends_at = g.deps.now() + NOTICE_MS;
  const ticket = g.slots.acquire();
  const cancel = g.deps.timer(ticket.cancel, NOTICE_MS);
  const held = await ticket.granted;
  cancel();
  if (!held) return g.isolate.gauges.count("losses_untold");
  try {
    const timeout_ms = Math.max(1, ends_at - g.deps.now());
    const result = await dialOne(g.deps, { request: certified.request, timeout_ms, max_bytes: MOST_BYTES });
    g.isolate.gauges.count(result.kind === "answer" ? "losses_told" : "losses_untold");
  } finally {
    g.slots.release();
  }
}
