import { expect, it } from "vitest";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { ZERO } from "../../../schema/money.ts";
import type { PostFacts } from "../../../worker/buyers/dialect.ts";
import { postAddress } from "../../../worker/buyers/dialects/post-url.ts";

const facts: PostFacts = {
  fields: { zip: "78704", phone: "+15125550142" },
  consent: {},
  bid: {},
  secrets: { key: "s3cret", host: "buyer.example" },
  nonce: "00",
  gateway: {
    ping_id: "probe",
    campaign: "auto",
    source: "probe",
    sub_ids: {},
    test: true,
    now: 0,
    lead_id: "probe_1",
    reservation_id: "probe_1",
    price: ZERO,
  },
};

it.each([
  ["a plain address", "POST", "https://buyer.example/leads", "https://buyer.example/leads"],
  [
    "no query: neither lead nor credentials",
    "POST",
    "https://buyer.example/leads?key={{secret.key}}&z={{zip}}",
    "https://buyer.example/leads",
  ],
  [
    "facts in the path",
    "PUT",
    "https://buyer.example/{{zip}}/{{gateway.lead_id}}",
    "https://buyer.example/78704/probe_1",
  ],
  [
    "a credential only where there is no address without it",
    "POST",
    "https://{{secret.host}}/leads",
    "https://buyer.example/leads",
  ],
  [
    "a GET carries its lead in the address",
    "GET",
    "https://buyer.example/take/{{phone}}?z={{zip}}",
    "https://buyer.example/",
  ],
  ["what only a bid could tell", "POST", "https://buyer.example/{{bid.ref}}", null],
  ["a credential that is not there", "POST", "https://{{secret.other}}/", null],
])("%s", (_name, method, url, expected) => {
  const config = dialectSchema.parse({ version: 1, post: { request: { method, url } } });
  expect(postAddress(config, facts)).toBe(expected);
});
