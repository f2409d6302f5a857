import type { Campaign } from "../../../schema/config/campaign.ts";
import type { ExclusionReason, LossReason } from "../../../schema/lists.ts";
import type { Money } from "../../../schema/money.ts";
import type { AuctionRecord, Candidate, Fields } from "../../../schema/rpc/auction.ts";
import type { CompiledCampaign, CompiledContract } from "../compiled.ts";
import { type Decision, decide, type ReceivedAnswer } from "../decide.ts";
import { type Explanation, explain } from "../eligibility.ts";
import { hasStandingPrice } from "../prices/table.ts";

/** A recorded auction, its facts opened. */
export interface Recorded {
  record: AuctionRecord;
  /** Public, quasi and hashed. */
  facts: Fields;
  /** The publisher's own share; undefined = the campaign's. */
  publisher_share: number | undefined;
}

/** The rules that a replay is held by. */
export interface Rules {
  campaign: Pick<CompiledCampaign, "config" | "classOf">;
  /** The contract that is looked at; null: there is none (yet), or only the campaign's rules are. */
  contract: CompiledContract | null;
  /** Every other contract that may have been a candidate. */
  other(contract_id: string): CompiledContract | undefined;
  /** The contract's answer where nobody asked it: an assumption. Absent: unknown, so it does not bid. */
  assumed?: Pick<Candidate, "outcome" | "bid"> | undefined;
}

/** What the looked-at contract did, or why it did not. */
export interface OwnPart {
  reason: ExclusionReason | LossReason | "unknown" | null;
  /** Beside `filter`. */
  detail?: string;
  /** A bid that is not recorded: the contract was not asked then. */
  unknown: boolean;
}
export interface Replayed {
  decision: Decision;
  /** null: no contract is looked at. */
  own: OwnPart | null;
}

/** Reasons that the looked-at record itself decides: what was recorded of them is of a version that is not the one under test. */
const OWN_REASONS: ReadonlySet<ExclusionReason> = new Set(["contract_paused", "not_live", "maximum_too_low"]);

/**
 * The auction once more, under other rules. What others bid is what they bid then; whether the looked-at contract may take part is found
 * out anew, from its filter, hours, sources, consent and prices, while what was recorded of its standing (breaker, caps, balance, pauses of
 * others) stays. Ties go by the recorded order, and to those who were there.
 */
export function replay({ record, facts, publisher_share }: Recorded, rules: Rules): Replayed {
  const { contract, campaign } = rules;
  const [answers, fixed]: [ReceivedAnswer[], CompiledContract[]] = [[], []];
  for (const candidate of record.candidates) {
    if (candidate.contract_id === contract?.config.id) continue;
    const other = rules.other(candidate.contract_id);
    if (other) answers.push(answerOf(other, candidate));
  }
  const own = contract ? ownPart(contract, record, facts, rules) : null;
  if (contract && own?.reason === null) {
    if (hasStandingPrice(contract.config)) fixed.push(contract);
    else if (own.answer) answers.push(own.answer);
  }
  const poor = new Set(record.candidates.filter((one) => one.reason === "above_balance").map((one) => one.contract_id));
  const ranks = new Map(record.candidates.map(({ contract_id, rank }) => [contract_id, rank]));
  const decision = decide({
    ...{
      campaign: campaign.config as Campaign,
      publisher_share,
      min_price: record.min_price,
      seed: 0,
      answers,
      fixed,
      facts,
    },
    ...{ ping_id: record.ping_id, now: record.at },
    recent_wins: { get: (id) => ranks.get(id) ?? Number.MAX_SAFE_INTEGER },
    available: (one) => (poor.has(one.config.id) ? (0 as Money) : null),
  });
  return { decision, own: own && finished(own, contract, decision) };
}

/** Its bid as it was recorded; a standing price counts as one. */
function answerOf(contract: CompiledContract, candidate: Pick<Candidate, "outcome" | "bid" | "error">): ReceivedAnswer {
  const { bid, error } = candidate;
  const outcome = candidate.outcome ?? "bid";
  const reading = bid === undefined ? {} : { reading: { outcome: "bid" as const, price: bid, carried: {} } };
  return { contract, outcome, ...(error === undefined ? {} : { error }), ...reading };
}

type Own = OwnPart & { answer?: ReceivedAnswer };

function ownPart(contract: CompiledContract, record: AuctionRecord, facts: Fields, rules: Rules): Own {
  const { reason, detail } = eligibilityOf(contract, record, facts, rules);
  const said = detail === undefined ? {} : { detail };
  if (reason !== null) return { reason, ...said, unknown: false };
  if (hasStandingPrice(contract.config)) return { reason: null, unknown: false };
  const recorded = record.candidates.find(({ contract_id }) => contract_id === contract.config.id);
  // A standing price of then is no bid.
  if (recorded && recorded.outcome !== null)
    return { reason: null, unknown: false, answer: answerOf(contract, recorded) };
  if (!rules.assumed) return { reason: "unknown", unknown: true };
  return { reason: null, unknown: true, answer: answerOf(contract, rules.assumed) };
}

function eligibilityOf(
  contract: CompiledContract,
  record: AuctionRecord,
  facts: Fields,
  { campaign }: Rules,
): Pick<Explanation, "reason" | "detail"> {
  const { status, stage } = contract.config;
  if (status === "paused") return { reason: "contract_paused" };
  if (stage === "draft") return { reason: "not_live" };
  const excluded = record.excluded.filter(({ reason }) => !OWN_REASONS.has(reason));
  const [found] = explain({
    ...{ contracts: [contract], campaign, facts, now: record.at, publisher_id: record.publisher_id },
    ...{ sub_id1: record.sub_ids.sub_id1, test: false, floor: campaign.config.auction.floor, may_wait: false, seed: 0 },
    standing: () => ({ contract: undefined, endpoint: undefined, available: undefined, tripped: false }),
    recorded: new Map(excluded.map(({ contract_id, reason }) => [contract_id, reason])),
  });
  return found ?? { reason: null };
}

function finished(own: Own, contract: CompiledContract | null, decision: Decision): OwnPart {
  const { answer: _answer, ...part } = own;
  if (part.reason !== null) return part;
  const candidate = decision.candidates.find(({ contract_id }) => contract_id === contract?.config.id);
  return { ...part, reason: candidate?.reason ?? null };
}
