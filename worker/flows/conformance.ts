import { ZERO } from "../../schema/money.ts";
import type { Fields } from "../../schema/rpc/auction.ts";
import { visibleInPing } from "../auction/fields/index.ts";
import type { TokenSource } from "../buyers/channel.ts";
import {
  type ConformanceReport,
  checkBuyer,
  fail,
  type Outside,
  pass,
  skipped,
  type TrialInput,
  type Verdict,
} from "../buyers/conformance/index.ts";
import { textFields } from "../buyers/conformance/people.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { type ContractCheck, writeContractCheck } from "../ledger/contract-checks.ts";
import { consentOfLead } from "./consent.ts";
import type { SetUp } from "./contract-test/set-up.ts";
import { pingFacts } from "./facts.ts";
import { guardOf } from "./secrets.ts";
import { wayTo } from "./way.ts";
import { postTimeout } from "./work.ts";

/** Bounds of one call: what a buyer's test system and an operator's patience bear. */
const PINGS = 6;
const AT_ONCE = 4;
const MOST_REQUESTS = 30;
const MOST_MS = 90_000;
const POST_MS = 10_000;

export interface ConformanceOrder {
  /** The sample lead, normalised, without digests. */
  lead: Fields;
  scenarios: TrialInput["scenarios"];
}

/** Tries a contract's endpoint as the gateway will use it. A text: why nothing could be sent. */
export async function checkContract(
  g: Gateway,
  set_up: SetUp,
  { lead, scenarios }: ConformanceOrder,
): Promise<ConformanceReport | string> {
  const { contract, campaign } = set_up;
  const way = await wayTo({ g, snapshot: await g.snapshot(), lead: { test: true } }, contract);
  if ("refused" in way) return way.refused.reason ?? "the endpoint cannot be used";
  const { consent, disclose } = contract.config;
  const brand: Record<string, string> = consent.brand === undefined ? {} : { brand: consent.brand };
  const input: TrialInput = {
    deps: g.deps,
    guard: guardOf(g),
    endpoint: contract.endpoint,
    secrets: way.secrets,
    ...(way.tokens ? { tokens: way.tokens } : {}),
    lead,
    visible: (whole) => visibleInPing(campaign, pingFacts({ campaign, lead: whole }), disclose),
    consent: (whole) => consentOfLead({ lead: whole, consent: brand }),
    texts: textFields(campaign.config),
    campaign: campaign.config.id,
    price: contract.priceAt(lead) ?? ZERO,
    ping_timeout_ms: contract.config.ping_timeout_ms ?? contract.endpoint.ping_timeout_ms,
    post_timeout_ms: Math.min(POST_MS, postTimeout(contract)),
    pings: PINGS,
    at_once: AT_ONCE,
    most_requests: MOST_REQUESTS,
    ends_at: g.deps.now() + MOST_MS,
    scenarios,
  };
  return checkBuyer(input, outside(way.tokens));
}

/** What the platform shows of a connection, and a token fetched anew. */
const outside = (tokens: TokenSource | undefined): Outside => ({
  tls: async ({ input, seen }): Promise<Verdict> => {
    const { ping, post } = input.endpoint.dialect;
    const plain = [ping?.request.url, post.request.url].some((url) => url?.startsWith("http:"));
    if (plain) return skipped("plain http on this machine");
    // The platform refuses a certificate that is not good for its host.
    return seen.length > 0
      ? pass("every answer came over TLS, from a host with a good certificate")
      : skipped("no answer");
  },
  token_refresh: async (trial): Promise<Verdict> => {
    if (!tokens) return skipped("the dialect fetches no token");
    const renewed = await tokens.renew();
    if (!renewed) return fail("no other token could be had", "Mend the credentials: see the alert token_failed.");
    const { lead, order } = trial.next();
    const { outcome } = await trial.post(lead, order, (await trial.bid(lead)) ?? { carried: {}, price: null });
    if (outcome !== "set_up_error" && outcome !== "unknown") return pass("fetched anew, and the new one is taken");
    return fail(`the new token brought ${outcome}`, "Does the token's scope allow posts?");
  },
});

/** What the going-live checklist may count on, as the contract's newest checks. */
export async function rememberConformance(
  db: D1Database,
  { contract }: SetUp,
  report: ConformanceReport,
  by: { author: string; at: number },
): Promise<void> {
  const of = (name: string) => report.checks.find(({ check }) => check === name);
  const note = (name: string, ok: boolean, detail: ContractCheck["detail"]) =>
    writeContractCheck(db, {
      contract_id: contract.config.id,
      name,
      ok,
      detail,
      ...by,
      contract_version: contract.version,
      endpoint_version: contract.endpoint_version,
    });
  const failed = report.checks.filter(({ state }) => state === "fail").map(({ check }) => check);
  await note("conformance", report.ok, { requests: report.requests, failed });
  const [repeat, known, token] = [of("repeat_same_key"), of("known_consumer"), of("token_refresh")];
  // Known by its order number, or known as a person: either way it is not sold twice by a second request.
  const duplicate = [repeat, known].find((one) => one?.state === "pass") ?? repeat;
  if (duplicate && duplicate.state !== "skipped")
    await note("duplicate", duplicate.state === "pass" && repeat?.state === "pass", { found: duplicate.found });
  if (token && token.state !== "skipped") await note("token_refresh", token.state === "pass", { found: token.found });
}
