import { type Money, ZERO } from "../../../schema/money.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { visibleInPing } from "../../auction/fields/index.ts";
import type { PingFacts, PostFacts } from "../../buyers/dialect.ts";
import { requestNonce } from "../../buyers/nonce.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { consentOfLead } from "../consent.ts";
import { callbackUrl } from "../delivery-state.ts";
import { pingFacts } from "../facts.ts";
import type { SetUp } from "./set-up.ts";

/** What the requests of one test are made of. Everything that names it begins with `test_`. */
export interface TestFacts {
  g: Gateway;
  set_up: SetUp;
  lead: Fields;
  secrets: Record<string, string>;
  token?: Record<string, string>;
  now: number;
}

const gatewayOf = ({ set_up, now }: TestFacts) => ({
  ping_id: `test_${set_up.contract.config.id}_${now}`,
  campaign: set_up.campaign.config.id,
  source: "test",
  sub_ids: { sub_id1: "test" },
  test: true,
  now,
});

export function pingOf(facts: TestFacts, timeout_ms: number): PingFacts {
  const { g, set_up, lead, secrets, token } = facts;
  const { campaign, contract } = set_up;
  return {
    fields: visibleInPing(campaign, pingFacts({ campaign, lead }), contract.config.disclose),
    gateway: { ...gatewayOf(facts), min_price: campaign.config.auction.floor, timeout_ms },
    secrets,
    token,
    nonce: requestNonce(g.deps),
  };
}

/** @param bid carried from the ping, and the price that it named */
export function postOf(facts: TestFacts, bid: { carried: Record<string, string>; price: Money | null }): PostFacts {
  const { g, set_up, lead, secrets, token, now } = facts;
  const { consent, id } = set_up.contract.config;
  const reservation_id = `test_${id}_${now}`;
  return {
    fields: lead,
    consent: consentOfLead({ lead, consent: consent.brand === undefined ? {} : { brand: consent.brand } }),
    bid: bid.carried,
    secrets,
    token,
    nonce: requestNonce(g.deps),
    gateway: {
      ...gatewayOf(facts),
      lead_id: reservation_id,
      reservation_id,
      price: set_up.contract.priceAt(lead) ?? bid.price ?? ZERO,
      callback_url: callbackUrl(g.settings, reservation_id),
    },
  };
}
