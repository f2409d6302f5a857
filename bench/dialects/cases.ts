import { type DialectInput, dialectSchema } from "../../schema/config/dialect.ts";
import { money } from "../../schema/money.ts";
import type { PostFacts, WireAnswer } from "../../worker/buyers/dialect.ts";

/** Two typical buyers of one lead with 20 fields: a flat JSON one, and one that wants nested XML with attributes. */

const CONSENT = "By clicking I agree that up to four companies may call me, also with automated means, at this number.";

/** Leads that differ, so that no call is like the one before. */
export const LEADS: PostFacts[] = Array.from({ length: 16 }, (_, n) => ({
  fields: {
    first_name: `Ann${n}`,
    last_name: `O'Neil & Søn ${n}`,
    email: `ann.${n}@example.com`,
    phone: `+1650555${String(1_000 + n)}`,
    address: `${100 + n} Main St Apt ${n}`,
    city: "San José",
    state: "CA",
    zip: `9410${n % 10}`,
    dob: `198${n % 10}-04-17`,
    gender: n % 2 === 0 ? "female" : "male",
    credit_tier: ["excellent", "good", "fair", "poor"][n % 4] ?? "good",
    vehicle_year: 2_005 + n,
    vehicle_make: "Toyota",
    vehicle_model: "Corolla",
    currently_insured: n % 3 !== 0,
    homeowner: n % 2 === 0,
    drivers: 1 + (n % 4),
    consent_text: CONSENT,
    consent_at: "2026-11-28T12:00:00.000Z",
    trusted_form_cert_url: `https://cert.example.com/abcdef${n}`,
  },
  consent: { text: CONSENT, at: "2026-11-28T12:00:00.000Z", ip: "192.0.2.7" },
  bid: { ref: `bid-${n}` },
  secrets: { api_key: "0123456789abcdef" },
  nonce: "00112233445566778899aabbccddeeff",
  gateway: {
    ping_id: `p${n}`,
    lead_id: `l${n}`,
    reservation_id: `l${n}_c1_1`,
    campaign: "auto",
    source: "pub",
    sub_ids: { sub_id1: "fb" },
    test: false,
    now: Date.UTC(2026, 10, 28, 12),
    price: money(211_050),
  },
}));

const MAPS = { credit: { excellent: "A", good: "B", fair: "C", "*": "D" } };
const URL = "https://buyer.example.com/post";
const ANSWER: DialectInput["post"]["answer"] = {
  rules: [
    { accepted: "response.status is accepted" },
    { duplicate: "response.reason contains duplicate" },
    { rejected: "response.status is rejected" },
  ],
  price: "response.price",
  buyer_lead_id: "response.id",
  reason: "response.reason",
};

export const JSON_DIALECT = dialectSchema.parse({
  version: 1,
  maps: MAPS,
  post: {
    request: {
      url: URL,
      headers: { "X-Key": "{{secret.api_key}}" },
      body: {
        ref: "{{bid.ref}}",
        order: "{{gateway.reservation_id}}",
        firstName: "{{first_name}}",
        lastName: "{{last_name}}",
        email: "{{email | lower}}",
        phone: '{{phone | phone "(xxx) xxx-xxxx"}}',
        address: "{{address}}",
        city: "{{city}}",
        state: "{{state}}",
        zip: "{{zip}}",
        dob: "{{dob | date MM/DD/YYYY}}",
        gender: "{{gender | initial}}",
        credit: "{{credit_tier | map credit}}",
        vehicle: "{{vehicle_year}} {{vehicle_make}} {{vehicle_model}}",
        insured: "{{currently_insured | bool Y N}}",
        owner: "{{homeowner}}",
        drivers: "{{drivers}}",
        tcpa: "{{consent_text}}",
        tcpaAt: "{{consent_at}}",
        cert: "{{trusted_form_cert_url}}",
      },
    },
    answer: ANSWER,
  },
});

export const XML_DIALECT = dialectSchema.parse({
  version: 1,
  maps: MAPS,
  post: {
    request: {
      url: URL,
      headers: { "X-Key": "{{secret.api_key}}" },
      encoding: "xml",
      body: {
        Lead: {
          "@ref": "{{bid.ref}}",
          "@order": "{{gateway.reservation_id}}",
          Consumer: {
            FirstName: "{{first_name}}",
            LastName: "{{last_name}}",
            Email: "{{email | lower}}",
            Phone: "{{phone | phone digits}}",
            Address: { Street: "{{address}}", City: "{{city}}", State: "{{state}}", Zip: "{{zip}}" },
            BirthDate: "{{dob | date MM/DD/YYYY}}",
            Gender: "{{gender | initial}}",
            Credit: "{{credit_tier | map credit}}",
          },
          Vehicle: { Year: "{{vehicle_year}}", Make: "{{vehicle_make}}", Model: "{{vehicle_model}}" },
          Insured: "{{currently_insured | bool Y N}}",
          Owner: "{{homeowner}}",
          Drivers: "{{drivers}}",
          Consent: { "@at": "{{consent_at}}", "#text": "{{consent_text}}" },
          Certificate: "{{trusted_form_cert_url}}",
        },
      },
    },
    answer: { ...ANSWER, format: "xml" },
  },
});

const said = (status: string, n: number) => ({
  status,
  id: `L-${n}`,
  price: "21.105",
  reason: status === "accepted" ? "" : "duplicate lead",
});
const wire = (body: string): WireAnswer => ({ status: 200, content_type: "", body, retry_after: null, location: null });
const STATUS = ["accepted", "rejected"];

export const JSON_ANSWERS = LEADS.map((_, n) =>
  wire(JSON.stringify({ response: said(STATUS[n % 2] ?? "", n), debug: { ms: n, node: "a" } })),
);
export const XML_ANSWERS = LEADS.map((_, n) => {
  const { status, id, price, reason } = said(STATUS[n % 2] ?? "", n);
  return wire(
    `<?xml version="1.0" encoding="utf-8"?>\n<response ms="${n}"><status>${status}</status><id>${id}</id><price>${price}</price><reason>${reason}</reason></response>`,
  );
});
