import { EXCLUSION_REASONS, type ExclusionReason } from "../../schema/lists.ts";
import type { Money } from "../../schema/money.ts";
import type { Fields, StatusExclusion } from "../../schema/rpc/auction.ts";
import type { CompiledCampaign, CompiledContract, Standing } from "./compiled.ts";
import { inMaintenance } from "./maintenance.ts";
import { hasStandingPrice } from "./prices/table.ts";
import { shaped } from "./shaping.ts";
import {
  breakerOpen,
  capReached,
  consentMissing,
  fieldsDueLater,
  leftOf,
  maximumTooLow,
  paced,
  priceMissing,
  shortOfMoney,
} from "./standing.ts";
import { thinned } from "./thinning.ts";

export interface EligibilityInput {
  /** The contracts of the campaign; for an auction those that its index finds. */
  contracts: readonly CompiledContract[];
  /** How many others an index has left out, their filters not holding. Absent = none. */
  left_out?: number;
  campaign: Pick<CompiledCampaign, "config" | "classOf">;
  /** Public, quasi and hashed fields. A filter on a personal field finds it missing. */
  facts: Fields;
  /** Epoch ms. */
  now: number;
  publisher_id: string;
  sub_id1: string | undefined;
  /** Only endpoints that accept tests, and neither breaker nor caps nor balance. */
  test: boolean;
  /** The least that a buyer can be asked to pay: the campaign's floor. */
  floor: Money;
  /** The same of one contract, with the publisher's minimum, share and margin; absent: the floor. */
  least?(contract: CompiledContract): Money;
  standing(contract: CompiledContract): Standing;
  /** The publisher lets its leads wait: a contract that queues them at its cap or pacing is not shut out by either. */
  may_wait: boolean;
  /** Of this auction, for the draws of {@link thinned}. */
  seed: number;
  /** false: an auction of an aged lead, among contracts that take such. Absent = live. */
  live?: boolean;
  /** Kill switches; absent = all off, as when the caller has looked at them before. */
  paused?: { gateway?: boolean; publisher?: boolean; campaign?: boolean };
  /**
   * For a replay: the status exclusions that were recorded, by contract. They take the place of the standing, which has moved on;
   * filters, schedule, source, consent and prices are computed anew.
   */
  recorded?: ReadonlyMap<string, ExclusionReason>;
}

export interface Eligibility {
  /** To be asked. */
  bidders: CompiledContract[];
  /** Standing price, fixed or by table: nobody is asked. */
  fixed: CompiledContract[];
  /** Shut out by their status, to be recorded. */
  excluded: StatusExclusion[];
  /** How many a filter, schedule, source, consent rule or a price table shut out; {@link explain} finds them again. */
  filtered: number;
}

export interface Explanation {
  contract_id: string;
  buyer_id: string;
  outcome: "bidder" | "fixed" | "excluded";
  /** null for bidders and fixed prices. */
  reason: ExclusionReason | null;
  /** Beside `filter`: which condition, by field names and operators. */
  detail?: string;
}

/** Who may be asked or sold to, and how many may not. Every contract is in exactly one of the four. */
export function eligible(input: EligibilityInput): Eligibility {
  const context = contextOf(input);
  const result: Eligibility = { bidders: [], fixed: [], excluded: [], filtered: input.left_out ?? 0 };
  const late: CompiledContract[] = [];
  for (const contract of input.contracts) {
    const reason = exclusionOf(context, contract);
    if (reason === null) result[kindOf(contract)].push(contract);
    else if (RECOMPUTED.has(reason)) result.filtered++;
    else result.excluded.push({ contract_id: contract.config.id, reason });
    if (reason === "shaped") late.push(contract);
  }
  // A late buyer may be late again; without it there is nobody.
  if (late.length > 0 && result.bidders.length + result.fixed.length === 0)
    return { ...result, bidders: late, excluded: result.excluded.filter(({ reason }) => reason !== "shaped") };
  return result;
}

/** The same for the trace: every contract with its reason, in the order given. */
export function explain(input: EligibilityInput): Explanation[] {
  const context = contextOf(input);
  return input.contracts.map((contract) => {
    const reason = exclusionOf(context, contract);
    const explanation: Explanation = {
      contract_id: contract.config.id,
      buyer_id: contract.buyer.id,
      outcome: reason === null ? OUTCOMES[kindOf(contract)] : "excluded",
      reason,
    };
    if (reason === "filter") explanation.detail = contract.filter?.describe(input.facts) ?? "";
    return explanation;
  });
}

/** Reasons that follow from the configuration and the facts alone, so that 10,000 contracts cost a record nothing. */
const RECOMPUTED: ReadonlySet<ExclusionReason> = new Set([
  "source",
  "filter",
  "schedule",
  "aged_only",
  "consent",
  "fixed_price_missing",
]);

const OUTCOMES = { bidders: "bidder", fixed: "fixed" } as const;
const kindOf = (contract: CompiledContract): "bidders" | "fixed" =>
  hasStandingPrice(contract.config) ? "fixed" : "bidders";

interface Context extends EligibilityInput {
  dueLater: ReadonlySet<string>;
}

/** Several checks look at a contract's standing, one contract after the other: it is put together once. */
function contextOf(input: EligibilityInput): Context {
  let last: { of: CompiledContract; standing: Standing } | null = null;
  const standing = (of: CompiledContract): Standing => {
    if (last?.of !== of) last = { of, standing: input.standing(of) };
    return last.standing;
  };
  return { ...input, standing, dueLater: fieldsDueLater(input.campaign.config) };
}

type Check = (context: Context, contract: CompiledContract) => boolean;

const CHECKS: Readonly<Record<ExclusionReason, Check>> = {
  gateway_paused: (c) => c.paused?.gateway ?? false,
  publisher_paused: (c) => c.paused?.publisher ?? false,
  campaign_paused: (c) => c.paused?.campaign ?? false,
  buyer_paused: (_, { buyer }) => buyer.status === "paused",
  endpoint_paused: (_, { endpoint }) => endpoint.status === "paused",
  contract_paused: (_, { config }) => config.status === "paused",
  maintenance: (c, { buyer, endpoint }) =>
    inMaintenance(buyer.maintenance, c.now) !== null || inMaintenance(endpoint.maintenance, c.now) !== null,
  not_live: (c, { config }) => !c.test && config.stage === "draft",
  not_in_test: (c, { endpoint }) => c.test && !endpoint.accepts_test,
  source: (c, contract) => !contract.takesSource(c.publisher_id, c.sub_id1),
  filter: (c, contract) => !contract.matches(c.facts),
  schedule: (c, contract) => !contract.openAt(c.now),
  aged_only: (c, { config }) => (c.live ?? true) && config.aged?.only === true,
  consent: (c, contract) => consentMissing(contract, c.facts, c.campaign, c.dueLater),
  fixed_price_missing: (c, contract) => priceMissing(contract, c.facts),
  breaker_open: (c, contract) => !c.test && breakerOpen(contract, c.standing(contract), c.now),
  cap_reached: (c, contract) =>
    !c.test && capReached(contract, c.standing(contract), c.publisher_id, c.now, c.may_wait),
  paced: (c, contract) => !c.test && paced(contract, c.standing(contract), c.now, c.may_wait),
  balance: (c, contract) =>
    !c.test && shortOfMoney(contract, c.facts, c.standing(contract), () => leastOf(c, contract)),
  maximum_too_low: (c, contract) => !c.test && maximumTooLow(contract, () => leastOf(c, contract)),
  thinned: (c, contract) => !c.test && isThinned(c, contract),
  shaped: (c, contract) => !c.test && isShaped(c, contract),
};

const leastOf = ({ least, floor }: Context, contract: CompiledContract): Money => least?.(contract) ?? floor;

/** Who has a standing price is not waited for. */
function isShaped({ standing, seed }: Context, contract: CompiledContract): boolean {
  const { lateness } = standing(contract);
  if (lateness === undefined || hasStandingPrice(contract.config)) return false;
  return shaped(lateness(), contract.endpoint.shaping, seed, contract.config.id);
}

function isThinned({ standing, now, may_wait, seed }: Context, contract: CompiledContract): boolean {
  const known = standing(contract);
  const offered = { left: leftOf(contract, known, now, may_wait), outstanding: known.outstanding ?? 0 };
  return thinned(offered, seed, contract.config.id);
}

/** The first reason that applies, in the order of the closed list; null: eligible. */
function exclusionOf(context: Context, contract: CompiledContract): ExclusionReason | null {
  const { recorded } = context;
  for (const reason of EXCLUSION_REASONS) {
    const applies =
      recorded && !RECOMPUTED.has(reason)
        ? recorded.get(contract.config.id) === reason
        : CHECKS[reason](context, contract);
    if (applies) return reason;
  }
  return null;
}
