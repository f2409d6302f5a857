import type { EndpointInput } from "../../schema/config/buyer.ts";

type Dialect = EndpointInput["dialect"];

/** Consent travels with every post, in whatever words the buyer has for it. */
const CONSENT = {
  text: "{{consent_text}}",
  at: "{{consent_at}}",
  ip: "{{consent_ip}}",
  certificate: "{{trusted_form_cert_url}}",
};

/** The gateway's side of each speech (speech.ts): data in the endpoint's configuration, nothing is programmed for a buyer. */
export const flatDialect = (at: string): Dialect => ({
  version: 1,
  ping: {
    request: {
      url: `${at}/ping`,
      body: {
        ref: "{{gateway.ping_id}}",
        zip: "{{zip}}",
        state: "{{state}}",
        credit: "{{credit_tier}}",
        car: "{{vehicle_year}} {{vehicle_make}} {{vehicle_model}}",
        insured: "{{currently_insured}}",
        test: "{{gateway.test}}",
      },
    },
    answer: {
      rules: [
        { when: { path: "bid", equals: 0 }, outcome: "no_bid" },
        { when: { path: "bid", present: true }, outcome: "bid" },
      ],
      price: "bid",
      ref: "id",
    },
  },
  post: {
    request: {
      url: `${at}/post`,
      body: {
        id: "{{bid.ref}}",
        delivery: "{{gateway.reservation_id}}",
        first_name: "{{first_name}}",
        last_name: "{{last_name}}",
        phone: "{{phone}}",
        email: "{{email}}",
        address: "{{address}}",
        zip: "{{zip}}",
        dob: "{{dob}}",
        consent: CONSENT,
        test: "{{gateway.test}}",
      },
    },
    answer: {
      rules: [
        { when: { path: "status", equals: "accepted" }, outcome: "accepted" },
        { when: { path: "status", equals: "duplicate" }, outcome: "duplicate" },
        { when: { path: "status", equals: "rejected" }, outcome: "rejected" },
      ],
      buyer_lead_id: "lead",
      redirect_url: "redirect",
      reason: "reason",
    },
  },
});

export const nestedDialect = (at: string): Dialect => ({
  version: 1,
  ping: {
    request: {
      url: `${at}/ping`,
      headers: { "X-Partner-Key": "{{secret.partner_key}}" },
      body: {
        Request: {
          Mode: "Ping",
          Reference: "{{gateway.ping_id}}",
          Risk: { Zip: "{{zip}}", State: "{{state}}", CreditTier: "{{credit_tier}}" },
          Vehicles: [{ Year: "{{vehicle_year}}", Make: "{{vehicle_make}}", Model: "{{vehicle_model}}" }],
        },
      },
    },
    answer: {
      rules: [
        { when: { path: "Response.Status", equals: "Matched" }, outcome: "bid" },
        { when: { path: "Response.Status", equals: "Unmatched" }, outcome: "no_bid" },
      ],
      price: "Response.Price",
      ref: "Response.Token",
      reason: "Response.Reason",
    },
  },
  post: {
    request: {
      url: `${at}/post`,
      headers: { "X-Partner-Key": "{{secret.partner_key}}" },
      body: {
        Request: {
          Mode: "Post",
          Token: "{{bid.ref}}",
          Reference: "{{gateway.reservation_id}}",
          Consumer: {
            Name: "{{first_name}} {{last_name}}",
            Phone: "{{phone}}",
            Email: "{{email}}",
            Address: { Street: "{{address}}", Zip: "{{zip}}", State: "{{state}}" },
          },
          Consent: CONSENT,
        },
      },
    },
    answer: {
      rules: [
        { when: { path: "Response.Status", equals: "Accepted" }, outcome: "accepted" },
        { when: { path: "Response.Status", equals: "Duplicate" }, outcome: "duplicate" },
        { when: { path: "Response.Status", equals: "Rejected" }, outcome: "rejected" },
      ],
      buyer_lead_id: "Response.LeadNumber",
      reason: "Response.Reason",
    },
  },
});
