import { type Money, money, toWire, ZERO } from "../../schema/money.ts";
import type { LeadLine } from "../../schema/rpc/book.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { everyLine, firstOf, type LineFilter, pageLines } from "./lines.ts";
import { DOUBT_MS } from "./work.ts";

export interface UnknownsQuery {
  buyer?: string;
  contract?: string;
  campaign?: string;
  after?: string;
  limit: number;
}

/** Lines of a book that the totals are made of at most; beyond that they are a lower bound and say so. */
const MOST_OF_BOOK = 1_000;

/**
 * Every lead of which some buyer's answer is unknown, resting or not, and on the first page what they come to together. null: the
 * cursor is none of ours.
 */
export async function listUnknowns(g: Gateway, query: UnknownsQuery): Promise<Record<string, unknown> | null> {
  const filter: LineFilter = {
    what: "unknown",
    buyer_id: query.buyer,
    contract_id: query.contract,
    campaign_id: query.campaign,
  };
  const [every, snapshot] = await Promise.all([
    query.after === undefined ? everyLine(g, filter, MOST_OF_BOOK) : null,
    g.snapshot(),
  ]);
  const page = every ? firstOf(every, g, query.limit) : await pageLines(g, filter, query.after ?? null, query.limit);
  if (!page) return null;
  const now = g.deps.now();
  const totals = every && totalsOf(every, query, now);
  return { items: page.lines.map((line) => unknownItem(line, snapshot, now)), next: page.next, totals };
}

type Every = Awaited<ReturnType<typeof everyLine>>;
function totalsOf({ lines, complete }: Every, query: UnknownsQuery, now: number): Record<string, unknown> {
  const since = lines.flatMap((line) => line.unknown_since ?? []);
  const oldest = since.length === 0 ? null : since.reduce((a, b) => Math.min(a, b));
  const at_risk = lines.reduce((sum, line) => (line.test ? sum : money(sum + riskOf(line, query))), ZERO);
  return {
    count: lines.length,
    money_at_risk: toWire(at_risk),
    oldest_since: isoOrNull(oldest),
    oldest_age_s: oldest === null ? null : ageOf(oldest, now),
    complete,
  };
}

/** What the doubtful bidders of a line were to pay; of those alone that the query is about. */
function riskOf(line: LeadLine, { buyer, contract }: { buyer?: string; contract?: string }): Money {
  const meant = line.in_doubt.filter(
    (b) => (buyer === undefined || b.buyer_id === buyer) && (contract === undefined || b.contract_id === contract),
  );
  return money(meant.reduce((sum, { price }) => sum + price, 0));
}

function unknownItem(line: LeadLine, snapshot: Snapshot, now: number): Record<string, unknown> {
  const { unknown_since: since } = line;
  return {
    lead_id: line.lead_id,
    publisher: line.publisher_id,
    campaign: line.campaign_id,
    test: line.test,
    mode: line.mode,
    state: line.state,
    told: line.told,
    unknown_since: isoOrNull(since),
    age_s: since === null ? null : ageOf(since, now),
    money_at_risk: line.test ? 0 : toWire(riskOf(line, {})),
    with: line.in_doubt.map(({ price, ...bidder }) => ({ ...bidder, price: toWire(price) })),
    next: nextOf(line, snapshot),
  };
}

/** What happens next by itself, in a sentence, and when. A resting lead's hold ends with its doubt. */
function nextOf(line: LeadLine, snapshot: Snapshot): { what: string; at: string | null } {
  if (line.rest_at !== null) {
    const ends = line.unknown_since === null ? null : line.unknown_since + DOUBT_MS;
    return {
      what: "Rests until an operator or the buyer says what became of it. Without that its hold ends then.",
      at: isoOrNull(ends),
    };
  }
  const what = line.in_doubt.map((bidder) => sentenceOf(bidder, line, snapshot)).join(" ");
  return { what: what || "It is being worked on.", at: isoOrNull(line.next_at ?? null) };
}

const AFTERWARDS = {
  review: "then it rests for an operator",
  next_buyer: "then the next buyer is asked, at our risk",
  treat_as_sold: "then it counts as sold, at our risk",
} as const;

function sentenceOf(bidder: LeadLine["in_doubt"][number], line: LeadLine, snapshot: Snapshot): string {
  const config = snapshot.contract(bidder.contract_id)?.config;
  if (!config) return `${bidder.contract_id} is configured no more.`;
  const then = AFTERWARDS[config.on_unknown];
  const of = config.retry.attempts;
  if (config.find_out === "nothing") return `Nothing is asked of ${bidder.contract_id}: ${then}.`;
  if (config.find_out === "ask_status")
    return `${bidder.contract_id} is asked for the post's status (${bidder.asked} of ${of} times so far), ${then}.`;
  if (line.told === "rejected") return `Its publisher was told no: ${bidder.contract_id} is sent nothing more.`;
  return `${bidder.contract_id} is posted to again with the same key (${bidder.attempts} of ${of} times so far), ${then}.`;
}

const ageOf = (since: number, now: number): number => Math.max(0, Math.floor((now - since) / 1_000));
const isoOrNull = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
