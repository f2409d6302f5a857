import { type DialectConfig, type DialectInput, dialectSchema } from "../../../schema/config/dialect.ts";
import { money } from "../../../schema/money.ts";
import type { PingFacts, PostFacts, WireAnswer } from "../../../worker/buyers/dialect.ts";

type Input = DialectInput;

/** A dialect as an operator writes it, checked by the schema. `ping` and `post` replace parts of a usual one. */
export function dialect(
  changes: Omit<Partial<Input>, "ping" | "post"> & {
    ping?: Partial<NonNullable<Input["ping"]>>;
    post?: Partial<Input["post"]>;
  } = {},
): DialectConfig {
  return dialectSchema.parse({
    version: 1,
    ...changes,
    ping: {
      request: { url: "https://buyer.example/ping", body: { zip: "{{zip}}" } },
      answer: {
        rules: [
          { when: { path: "status", in: ["rejected", "declined"] }, outcome: "no_bid" },
          { when: { path: "error", present: true }, outcome: "error" },
          { when: { path: "bid" }, outcome: "bid" },
        ],
        price: ["bid", "data.0.price"],
        ref: "id",
        reason: ["reason", "error"],
        brand: "brand",
        consent_text: "tcpa",
        expires_in_s: "ttl",
        carry: { slot: "slots.0.id" },
      },
      ...changes.ping,
    },
    post: {
      request: { url: "https://buyer.example/post", body: { ref: "{{bid.ref}}", phone: "{{phone}}" } },
      ...changes.post,
    },
  });
}

export const pingFacts: PingFacts = {
  fields: { zip: "01234", vehicle_year: 2019, insured: true, city: "Zürich & Co" },
  gateway: {
    ping_id: "p1",
    campaign: "auto",
    source: "pub1",
    sub_ids: { sub_id1: "fb" },
    test: false,
    now: Date.UTC(2027, 0, 2, 3, 4, 5),
  },
  secrets: { key: 'k"1/2 3', host: "api.buyer.example" },
  nonce: "00112233445566778899aabbccddeeff",
};

export const postFacts: PostFacts = {
  fields: { ...pingFacts.fields, phone: "+15551234567", first_name: "Ann" },
  consent: { brand: "Acme", text: "I agree", at: "2027-01-02T03:04:05Z" },
  bid: { ref: "R-9" },
  gateway: { ...pingFacts.gateway, lead_id: "l1", reservation_id: "r1", price: money(211_050) },
  secrets: pingFacts.secrets,
  nonce: pingFacts.nonce,
};

/** A buyer's answer: text as it is, everything else as JSON. */
export function answer(body: unknown, status = 200, extra: Partial<WireAnswer> = {}): WireAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, content_type: "text/html", body: text, retry_after: null, location: null, ...extra };
}
