import type { ContractInput } from "../../../schema/config/buyer.ts";
import { ZERO } from "../../../schema/money.ts";
import type { ContractStatus } from "../../../schema/status.ts";
import type { CompiledContract, Standing } from "../../../worker/auction/compiled.ts";
import type { EligibilityInput } from "../../../worker/auction/eligibility.ts";
import { type ContractParts, campaignOf, NO_STANDING } from "./fixtures.ts";

export const NOW = Date.parse("2026-06-15T15:00:00Z");
export const OPEN: ContractStatus = { closed: [], left: null, left_until: null, paced_until: null };
export const CLOSED = { state: "closed", until: null } as const;

export function inputOf(contracts: CompiledContract[], changes: Partial<EligibilityInput> = {}): EligibilityInput {
  return {
    contracts,
    campaign: campaignOf(),
    facts: { zip: "90210", state: "CA" },
    now: NOW,
    publisher_id: "pub",
    sub_id1: undefined,
    test: false,
    floor: ZERO,
    standing: () => NO_STANDING,
    may_wait: false,
    seed: 1,
    ...changes,
  };
}
export const standing = (changes: Partial<Standing>) => ({ standing: () => ({ ...NO_STANDING, ...changes }) });
export const breaker = (ping: object, post: object = CLOSED) =>
  standing({ endpoint: { ping: { ...CLOSED, ...ping }, post: { ...CLOSED, ...post } } as Standing["endpoint"] });
export const closed = (source: string | null, until: number | null) =>
  standing({ contract: { ...OPEN, closed: [{ source, until }] } });
export const pacedUntil = (paced_until: number) => standing({ contract: { ...OPEN, paced_until } });
export const few = (left: number, outstanding: number, left_until: number | null = NOW + 1) =>
  standing({ contract: { ...OPEN, left, left_until }, outstanding });
export const contract = (config: Partial<ContractInput>): ContractParts => ({ contract: config });
