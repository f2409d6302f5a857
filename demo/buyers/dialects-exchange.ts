import type { EndpointInput } from "../../schema/config/buyer.ts";

type Dialect = EndpointInput["dialect"];

/** Its key stands in the body, its posts are form-encoded, and what the ping answered is carried into the post by a name of its own. */
export const exchangeDialect = (at: string): Dialect => ({
  version: 1,
  ping: {
    request: {
      url: `${at}/ping`,
      body: {
        api_key: "{{secret.api_key}}",
        vertical: "{{gateway.campaign}}",
        source: "{{gateway.source}}",
        geo: { postal_code: "{{zip}}", region: "{{state}}" },
        attributes: { credit: "{{credit_tier}}", insured: "{{currently_insured}}", drivers: "{{drivers}}" },
      },
    },
    answer: {
      rules: [
        { when: { path: "decision", equals: "buy" }, outcome: "bid" },
        { when: { path: "decision", equals: "pass" }, outcome: "no_bid" },
      ],
      price: "cpl",
      carry: { token: "auction.token" },
    },
  },
  post: {
    request: {
      url: `${at}/post`,
      encoding: "form",
      body: {
        api_key: "{{secret.api_key}}",
        token: "{{bid.token}}",
        order: "{{gateway.reservation_id}}",
        fname: "{{first_name}}",
        lname: "{{last_name}}",
        tel: "{{phone}}",
        mail: "{{email}}",
        street: "{{address}}",
        postal_code: "{{zip}}",
        tcpa_text: "{{consent_text}}",
        tcpa_time: "{{consent_at}}",
      },
    },
    answer: {
      rules: [
        { when: { path: "ok", equals: true }, outcome: "accepted" },
        { when: { path: "error", equals: "duplicate" }, outcome: "duplicate" },
        { when: { path: "ok", equals: false }, outcome: "rejected" },
      ],
      buyer_lead_id: "id",
      reason: "error",
    },
  },
});

const roof = {
  zip: "{{zip}}",
  state: "{{state}}",
  roof: { shade: "{{roof_shade}}", kind: "{{roof_type}}" },
  electricity: { bill: "{{electric_bill}}", utility: "{{utility}}" },
  owner: "{{homeowner}}",
};

/** Solar installers: offers as a list, of which the first counts. */
export const offersDialect = (at: string): Dialect => ({
  version: 1,
  ping: {
    request: { url: `${at}/ping`, body: { ping: "{{gateway.ping_id}}", house: roof } },
    answer: {
      rules: [
        { when: { path: "offers.0.amount", gt: 0 }, outcome: "bid" },
        { when: { path: "count", equals: 0 }, outcome: "no_bid" },
      ],
      price: "offers.0.amount",
      ref: "offers.0.offer_id",
    },
  },
  post: offersPost(at),
});

/** Fixed price: never asked before the sale, so it has no ping at all. */
export const fixedPriceDialect = (at: string): Dialect => ({ version: 1, post: offersPost(at) });

function offersPost(at: string): Dialect["post"] {
  return {
    request: {
      url: `${at}/post`,
      headers: { Authorization: "Bearer {{secret.token}}" },
      body: {
        offer_id: "{{bid.ref}}",
        order: "{{gateway.reservation_id}}",
        person: { name: "{{first_name}} {{last_name}}", phone: "{{phone}}", email: "{{email}}" },
        place: { street: "{{address}}", zip: "{{zip}}", state: "{{state}}" },
        consent: { text: "{{consent_text}}", at: "{{consent_at}}" },
      },
    },
    answer: {
      rules: [
        { when: { path: "result", equals: "sold" }, outcome: "accepted" },
        { when: { path: "result", equals: "known" }, outcome: "duplicate" },
        { when: { path: "result", equals: "unsold" }, outcome: "rejected" },
      ],
      buyer_lead_id: "reference",
      reason: "why",
    },
  };
}
