import type { Contract, Endpoint } from "../../../schema/config/buyer.ts";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { ContractCheck } from "../../ledger/contract-checks.ts";
import { fieldsInPost, wantedFields } from "./mapped.ts";

/** Steps of the going-live checklist, in the order in which one does them. */
export const STEPS = [
  "fields_mapped",
  "consent_mapped",
  "sample_accepted",
  "duplicate_seen",
  "token_refresh_seen",
  "drift_watch",
  "signed_off",
] as const;
export type StepName = (typeof STEPS)[number];

export interface ChecklistStep {
  step: StepName;
  state: "done" | "open" | "not_needed";
  /** What was found, and what to do while it is open. Names of fields, never a value. */
  text: string;
  /** Epoch ms and author, where somebody or a test showed it. */
  at?: number;
  by?: string;
}

export interface ChecklistFacts {
  contract: Contract;
  endpoint: Endpoint;
  campaign: Campaign;
  endpoint_version: number;
  /** By name: `test_post`, `duplicate`, `token_refresh`, `sign_off`. */
  checks: readonly ContractCheck[];
}

/** What a contract has shown, computed anew from its records and from what was seen in tests; nobody ticks a box. Pure. */
export function checklist(facts: ChecklistFacts): ChecklistStep[] {
  return STEPS.map((step) => ({ step, ...CHECKS[step](facts) }));
}

export const openSteps = (steps: ChecklistStep[]): ChecklistStep[] => steps.filter(({ state }) => state === "open");

type Verdict = Omit<ChecklistStep, "step">;
const done = (text: string): Verdict => ({ state: "done", text });
const open = (text: string): Verdict => ({ state: "open", text });
const notNeeded = (text: string): Verdict => ({ state: "not_needed", text });

const CHECKS: Record<StepName, (facts: ChecklistFacts) => Verdict> = {
  fields_mapped: ({ contract, endpoint, campaign }) => {
    const inPost = fieldsInPost(endpoint.dialect);
    const { required } = wantedFields(campaign, contract.consent.required);
    const missing = required.filter((name) => !inPost.has(name) && !contract.not_needed.includes(name));
    if (missing.length === 0) return done("Every required field is in the post, or declared not needed.");
    return open(`Not in the post: ${list(missing)}. Add them to the dialect, or to the contract's not_needed.`);
  },
  consent_mapped: ({ contract, endpoint, campaign }) => {
    const inPost = fieldsInPost(endpoint.dialect);
    const { consent } = wantedFields(campaign, contract.consent.required);
    const missing = consent.filter(
      ({ name, sure }) => !inPost.has(name) && (sure || !contract.not_needed.includes(name)),
    );
    if (consent.length === 0) return notNeeded("The campaign has no evidence of consent.");
    if (missing.length === 0) return done("The evidence of consent is in the post.");
    const names = list(missing.map(({ name }) => name));
    const optional = missing.filter(({ sure }) => !sure).map(({ name }) => name);
    const or = optional.length > 0 ? ` (or declare not needed: ${list(optional)})` : "";
    return open(`Evidence of consent that the post does not carry: ${names}. Add it to the dialect${or}.`);
  },
  sample_accepted: (facts) =>
    seen(facts, "test_post", "A sample lead was accepted.", "Send a sample: POST …/contracts/:id/test."),
  duplicate_seen: (facts) => {
    if (facts.contract.find_out !== "retry_same")
      return notNeeded("A doubtful post is never sent again under this contract (find_out).");
    const what = "A repeated sample was known as the same.";
    return seen(facts, "duplicate", what, "Send it twice: POST …/contracts/:id/conformance.");
  },
  token_refresh_seen: (facts) => {
    const type = facts.endpoint.dialect.auth?.type;
    if (type !== "oauth2" && type !== "exchange") return notNeeded("The dialect fetches no token.");
    return seen(facts, "token_refresh", "A token was fetched anew.", "See it: POST …/contracts/:id/conformance.");
  },
  drift_watch: ({ contract }) =>
    contract.drift.watch ? done("On.") : open("The drift watch is off: set the contract's drift.watch."),
  signed_off: (facts) =>
    seen(facts, "sign_off", "Signed off.", "Somebody says that it is good: POST …/checklist/sign-off."),
};

/** Evidence of the endpoint as it is now: a changed dialect has shown nothing yet. */
function seen({ checks, endpoint_version }: ChecklistFacts, name: string, good: string, todo: string): Verdict {
  const check = checks.find((one) => one.name === name);
  if (!check) return open(todo);
  const of = { at: check.at, by: check.author };
  if (check.endpoint_version !== endpoint_version)
    return {
      ...open(`Shown for version ${check.endpoint_version} of the endpoint, not for ${endpoint_version}. ${todo}`),
      ...of,
    };
  return check.ok ? { ...done(good), ...of } : { ...open(`It was tried and failed. ${todo}`), ...of };
}

const list = (names: string[]): string => names.slice(0, 30).join(", ") + (names.length > 30 ? ", …" : "");
