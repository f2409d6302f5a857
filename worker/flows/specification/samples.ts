import type { DialectConfig } from "../../../schema/config/dialect.ts";
import { money } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { sampleLead, visibleInPing } from "../../auction/fields/index.ts";
import type { BuildResult, PingFacts, PostFacts } from "../../buyers/dialect.ts";
import { compileDialect } from "../../buyers/dialects/index.ts";
import { placeholders, stepPlaceholders } from "../../buyers/dialects/mapping.ts";
import { consentOfLead } from "../consent.ts";
import type { SetUp } from "../contract-test/set-up.ts";
import { pingFacts } from "../facts.ts";

/** A price that reads as one: 12.50. */
const SAMPLE_BID = money(125_000);
const LEAD = "lb0SampleLead00000000000000a";

export interface Sampled {
  ping: BuildResult | null;
  post: BuildResult;
}

/** The two requests exactly as this contract will send them, of the campaign's sample lead; names stand where credentials will. */
export function samplesOf(set_up: SetUp, now: number, options: { test: boolean; public_url?: string }): Sampled {
  const { dialect } = set_up.contract.endpoint;
  const compiled = compileDialect(dialect);
  const facts = factsOf(set_up, now, options);
  const built = (secrets: Record<string, string>): Sampled => ({
    ping: compiled.buildPing({ ...facts.ping, secrets }),
    post: compiled.buildPost({ ...facts.post, secrets }),
  });
  const named = built(placeholders(dialect, "secret"));
  if (named.post.ok && (named.ping === null || named.ping.ok)) return named;
  // A key that must be hexadecimal cannot be a name.
  return built(Object.fromEntries(Object.keys(placeholders(dialect, "secret")).map((name) => [name, "00"])));
}

function factsOf(
  set_up: SetUp,
  now: number,
  { test, public_url }: { test: boolean; public_url?: string },
): { ping: PingFacts; post: PostFacts } {
  const { contract, campaign } = set_up;
  const { dialect } = contract.endpoint;
  const lead = leadOf(set_up, now);
  const { consent } = contract.config;
  const gateway = {
    ping_id: "pb0SamplePing00000000000000a",
    campaign: campaign.config.id,
    source: "publisher",
    sub_ids: {},
    test,
    now,
  };
  const reservation_id = `${LEAD}_${contract.config.id}_1_1`;
  const callback_url = public_url === undefined ? undefined : `${public_url}/v1/callbacks/…`;
  return {
    ping: {
      fields: visibleInPing(campaign, pingFacts({ campaign, lead }), contract.config.disclose),
      gateway: { ...gateway, min_price: campaign.config.auction.floor, timeout_ms: 100 },
      ...common(dialect),
    },
    post: {
      fields: lead,
      consent: consentOfLead({ lead, consent: consent.brand === undefined ? {} : { brand: consent.brand } }),
      bid: placeholders(dialect, "bid"),
      gateway: {
        ...gateway,
        lead_id: LEAD,
        reservation_id,
        price: contract.priceAt(lead) ?? SAMPLE_BID,
        callback_url,
      },
      ...common(dialect),
    },
  };
}

const common = (dialect: DialectConfig) => ({
  secrets: {},
  token: placeholders(dialect, "token"),
  steps: stepPlaceholders(dialect),
  nonce: "0123456789abcdef0123456789abcdef",
});

export function leadOf({ campaign }: SetUp, now: number): Fields {
  const sample = sampleLead(campaign.config, now);
  const whole: Record<string, unknown> = { ...sample.ping, ...sample.post };
  for (const { name, class: kind } of campaign.config.fields) if (kind === "hashed") delete whole[name];
  const parsed = campaign.parsePost(whole, {}, { unknown_fields: "ignore" });
  return parsed.ok ? parsed.fields : {};
}
