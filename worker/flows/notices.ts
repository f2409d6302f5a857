import type { NoticeReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { PlanBidder } from "../../schema/rpc/book.ts";
import type { CompiledContract } from "../auction/compiled.ts";
import { noticeReason } from "../auction/notice.ts";
import type { BuildResult, Dialect, GatewayFacts } from "../buyers/dialect.ts";
import { dialOne } from "../buyers/http-call.ts";
import { requestNonce } from "../buyers/nonce.ts";
import { ownIds } from "./facts.ts";
import { withCertificate } from "./ping-calls.ts";
import { guardOf, secretsOf } from "./secrets.ts";
import { tokenForPing } from "./tokens.ts";
import type { Work } from "./work.ts";

/** Losers that are told of one sale at most. */
const MOST = 20;
/** A notice takes so long at most, the waiting for a connection included. */
const NOTICE_MS = 3_000;
const MOST_BYTES = 4_096;

interface Sale {
  /** Of the plan. */
  index: number;
  reservation_id: string;
  price: Money;
}
interface Notice {
  kind: "wins" | "losses";
  bidder: PlanBidder;
  contract: CompiledContract;
  build(dialect: Dialect, common: Common): BuildResult | null;
}
interface Common {
  gateway: GatewayFacts;
  bid: Record<string, string>;
  secrets: Record<string, string>;
  nonce: string;
  token?: Record<string, string>;
}

/**
 * Tells the bidders of a sold lead who got it, where their dialects say how: in the background, once a buyer, nothing of the consumer.
 * Best effort: a notice that fails is not repeated, and a sale that another holder of the lead ends is not told.
 */
export function tellBidders(w: Work, sale: Sale): void {
  if (w.lead.test) return;
  const winner = w.lead.plan[sale.index];
  if (!winner) return;
  for (const notice of [...winNotice(w, winner, sale), ...lossNotices(w, winner, sale)]) w.g.waitUntil(tell(w, notice));
}

function winNotice(w: Work, bidder: PlanBidder, { reservation_id, price }: Sale): Notice[] {
  const contract = w.snapshot.contract(bidder.contract_id);
  if (!contract?.endpoint.dialect.win || !mayBeCalled(w, contract)) return [];
  const sold = { lead_id: w.lead.lead_id, reservation_id, price };
  const build: Notice["build"] = (dialect, { gateway, ...common }) =>
    dialect.buildWin({ ...common, gateway: { ...gateway, ...sold } });
  return [{ kind: "wins", bidder, contract, build }];
}

function lossNotices(w: Work, winner: PlanBidder, { price }: Sale): Notice[] {
  const seen = new Set([winner.buyer_id]);
  const disclosed = w.campaign.config.disclose_price ? { winning_price: price } : {};
  const notices = w.lead.plan.flatMap((bidder): Notice[] => {
    const contract = w.snapshot.contract(bidder.contract_id);
    const reason: NoticeReason | null = noticeReason(bidder, winner);
    if (!contract?.endpoint.dialect.loss || reason === null || seen.has(bidder.buyer_id)) return [];
    if (!mayBeCalled(w, contract)) return [];
    seen.add(bidder.buyer_id);
    const build: Notice["build"] = (dialect, common) => dialect.buildLoss({ ...common, ...disclosed, reason });
    return [{ kind: "losses", bidder, contract, build }];
  });
  return notices.slice(0, MOST);
}

/** Not while it is paused, or its system is known to be down. */
function mayBeCalled({ snapshot }: Work, { buyer, endpoint }: CompiledContract): boolean {
  if (buyer.status === "paused" || endpoint.status === "paused") return false;
  return snapshot.endpointStatus(endpoint.id)?.ping.state !== "open";
}

async function tell(w: Work, notice: Notice): Promise<void> {
  const { gauges } = w.g.isolate;
  const told = await sent(w, notice).catch(() => false);
  gauges.count(`${notice.kind}_${told ? "told" : "untold"}`);
}

async function sent(w: Work, { bidder, contract, build }: Notice): Promise<boolean> {
  const { g, lead, snapshot } = w;
  const dialect = g.dialect(contract);
  const secrets = await secretsOf(g, contract);
  const token = dialect.tokenAuth === null ? null : await tokenForPing(g, snapshot, contract, false);
  if (dialect.tokenAuth !== null && token === null) return false;
  const built = build(dialect, {
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
  });
  const certified = built && withCertificate(contract.endpoint.client_certificate)(built);
  if (!certified?.ok || !guardOf(g)(certified.request.url).ok) return false;
  const ends_at = g.deps.now() + NOTICE_MS;
  const ticket = g.slots.acquire();
  const cancel = g.deps.timer(ticket.cancel, NOTICE_MS);
  const held = await ticket.granted;
  cancel();
  if (!held) return false;
  try {
    const timeout_ms = Math.max(1, ends_at - g.deps.now());
    return (await dialOne(g.deps, { request: certified.request, timeout_ms, max_bytes: MOST_BYTES })).kind === "answer";
  } finally {
    g.slots.release();
  }
}
