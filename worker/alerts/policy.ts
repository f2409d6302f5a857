import type { Alerting, Quiet, RuleChanges, RuleName, RuleSettings } from "../../schema/config/alerting.ts";
import { RULE_DEFAULTS } from "./catalogue.ts";

/** The alerting records in force. */
export interface Policy {
  main: Alerting | null;
  buyers: Readonly<Record<string, Alerting>>;
}

export const NO_POLICY: Policy = { main: null, buyers: {} };
const COOLING_OFF_MIN = 30;

export function policyOf(records: readonly Alerting[]): Policy {
  const buyers = records.flatMap((record) =>
    record.buyer_id === undefined ? [] : [[record.buyer_id, record] as const],
  );
  return { main: records.find(({ id }) => id === "main") ?? null, buyers: Object.fromEntries(buyers) };
}

/** A rule as it holds for a buyer (null: for nobody in particular): its record over `main` over the defaults. */
export function ruleOf<K extends RuleName>(policy: Policy, name: K, buyer_id: string | null): RuleSettings[K] {
  const own = buyer_id === null ? undefined : policy.buyers[buyer_id];
  return { ...RULE_DEFAULTS[name], ...changesOf(policy.main?.rules, name), ...changesOf(own?.rules, name) };
}

const changesOf = <K extends RuleName>(rules: RuleChanges | undefined, name: K): RuleChanges[K] => rules?.[name];

/** Every rule in force for a buyer, and which of its members somebody set. */
export function rulesInForce(policy: Policy, buyer_id: string | null) {
  const own = buyer_id === null ? undefined : policy.buyers[buyer_id];
  const names = Object.keys(RULE_DEFAULTS) as RuleName[];
  return names.map((name) => ({
    name,
    settings: ruleOf(policy, name, buyer_id),
    set_by_main: Object.keys(policy.main?.rules[name] ?? {}),
    set_by_buyer: Object.keys(own?.rules[name] ?? {}),
  }));
}

/** How the alerts of a buyer are told. */
export interface Telling {
  /** Nobody is told: switched off by a record. */
  silent: boolean;
  cooling_off_ms: number;
  quiet: Quiet | null;
}

export function tellingOf({ main, buyers }: Policy, buyer_id: string | null): Telling {
  const own = buyer_id === null ? undefined : buyers[buyer_id];
  const cooling = own?.cooling_off_min ?? main?.cooling_off_min ?? COOLING_OFF_MIN;
  return {
    silent: main?.status === "paused" || own?.status === "paused",
    cooling_off_ms: cooling * 60_000,
    quiet: own?.quiet !== undefined ? own.quiet : (main?.quiet ?? null),
  };
}
