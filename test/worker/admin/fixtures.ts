/** Records as an operator writes them. */
export const CAMPAIGN = {
  id: "auto",
  name: "Auto",
  vertical: "auto_insurance",
  fields: [
    { name: "zip", type: "zip", class: "public", required: "ping", sample: "10001" },
    { name: "birth_date", type: "date", class: "quasi", sample: "1980-12-31" },
    { name: "phone", type: "phone", class: "personal", required: "post", sample: "+12125550123" },
    { name: "tcpa", type: "boolean", class: "public", sample: true },
  ],
  auction: { floor: "2.50" },
};
export const BUYER = { id: "acme", name: "Acme", credit_limit: 21.105 };
export const PUBLISHER = { id: "pub", name: "Pub", campaigns: ["auto"] };
export const ENDPOINT = {
  id: "acme_http",
  buyer_id: "acme",
  name: "Acme's API",
  dialect: {
    version: 1,
    ping: {
      request: {
        url: "https://buyer.example/ping",
        headers: { "X-Key": "{{secret.token}}" },
        body: { zip: "{{zip}}" },
      },
      answer: { rules: [{ when: { status: [200] }, outcome: "bid" }], price: "price" },
    },
    post: {
      request: { url: "https://buyer.example/post", body: { zip: "{{zip}}", phone: "{{phone}}", ref: "{{bid.ref}}" } },
    },
  },
  credentials: { token: "CANARY-token" },
};
export const CONTRACT = {
  id: "acme_auto",
  buyer_id: "acme",
  campaign_id: "auto",
  endpoint_id: "acme_http",
  name: "Acme auto",
  stage: "live",
  price: { type: "bid", max_bid: "99.5" },
  disclose: ["birth_date"],
  filter: { all: [{ field: "zip", prefix: ["10"] }, { not: { field: "birth_date", lt: 5 } }] },
  caps: [{ per: "day", count: 5 }],
};
