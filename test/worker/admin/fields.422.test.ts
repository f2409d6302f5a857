import { expect, test } from "vitest";
import { BUYER, CAMPAIGN, CONTRACT, ENDPOINT, fieldsOf, PUBLISHER, seeded } from "./support.ts";

type Path = string;
type Case = [what: string, path: Path, body: object, fields: string[]];

const dialect = (changes: { ping?: object | null; post?: object }) => ({
  ...ENDPOINT.dialect,
  ...(changes.ping === null ? { ping: undefined } : { ping: { ...ENDPOINT.dialect.ping, request: { ...ENDPOINT.dialect.ping.request, ...changes.ping } } }),
  post: { request: { ...ENDPOINT.dialect.post.request, ...changes.post } },
});

const CASES: Case[] = [
  ["missing", "/buyers/acme", {}, ["name"]],
  ["unknown", "/buyers/acme", { ...BUYER, colour: "red" }, ["colour"]],
  ["money", "/buyers/acme", { ...BUYER, credit_limit: "12,50" }, ["credit_limit"]],
  ["money too fine", "/buyers/acme", { ...BUYER, credit_limit: 1.00001 }, ["credit_limit"]],
  ["money below zero", "/buyers/acme", { ...BUYER, credit_limit: -1 }, ["credit_limit"]],
  ["id of the path", "/buyers/acme", { ...BUYER, id: "other" }, ["id"]],
  ["id's alphabet", "/buyers/A%20B", { name: "N" }, ["id"]],
  ["field twice", "/campaigns/auto", { ...CAMPAIGN, fields: [...CAMPAIGN.fields, CAMPAIGN.fields[0]] }, ["fields"]],
  ["consent field", "/campaigns/auto", { ...CAMPAIGN, consent: { required: ["signature"] } }, ["consent.required"]],
  ["personal in a ping", "/campaigns/auto", { ...CAMPAIGN, fields: [{ ...CAMPAIGN.fields[2], required: "ping" }] }, ["fields.0.required"]],
  ["a phone that is not personal", "/campaigns/auto", { ...CAMPAIGN, fields: [{ ...CAMPAIGN.fields[2], class: "public" }] }, ["fields"]],
  [
    "a field that contracts stand on",
    "/campaigns/auto",
    { ...CAMPAIGN, fields: CAMPAIGN.fields.filter((field) => field.name !== "birth_date") },
    ["fields"],
  ],
  ["publisher's campaigns", "/publishers/pub", { ...PUBLISHER, campaigns: ["auto", "boats", "planes"] }, ["campaigns.1", "campaigns.2"]],
  ["postback inside", "/publishers/pub", { ...PUBLISHER, postback: { url: "https://10.0.0.1/x" } }, ["postback.url"]],
  ["postback in plain", "/publishers/pub", { ...PUBLISHER, postback: { url: "http://pub.example/x?l={lead_id}" } }, ["postback.url"]],
  ["a sealed secret by hand", "/publishers/pub", { ...PUBLISHER, postback_secret_sealed: "x" }, ["postback_secret_sealed"]],
  ["sealed credentials by hand", "/endpoints/acme_http", { ...ENDPOINT, credentials_sealed: { token: "x" } }, ["credentials_sealed"]],
  ["endpoint's buyer", "/endpoints/new_http", { ...ENDPOINT, id: "new_http", buyer_id: "nobody" }, ["buyer_id"]],
  ["endpoint to another buyer", "/endpoints/acme_http", { ...ENDPOINT, buyer_id: "beta" }, ["buyer_id"]],
  ["plain http", "/endpoints/acme_http", { ...ENDPOINT, dialect: dialect({ post: { url: "http://buyer.example/post" } }) }, ["dialect.post.request.url"]],
  ["metadata service", "/endpoints/acme_http", { ...ENDPOINT, dialect: dialect({ ping: { url: "https://169.254.169.254/" } }) }, ["dialect.ping.request.url"]],
  [
    "placeholders that stand for nothing",
    "/endpoints/acme_http",
    {
      ...ENDPOINT,
      dialect: dialect({
        ping: { body: { a: "{{shoe_size}}", b: ["{{ phone }}"], c: "{{bid.ref}}" } },
        post: { body: { d: "{{gateway.moon}}", e: { f: "x {{secret.user}}" }, g: "{{bid.other}}" } },
      }),
    },
    [
      "dialect.ping.request.body.c",
      "dialect.post.request.body.d",
      "dialect.ping.request.body.a",
      "dialect.ping.request.body.b.0",
      "dialect.post.request.body.e.f",
      "dialect.post.request.body.g",
    ],
  ],
  ["no ping, but contracts that bid", "/endpoints/acme_http", { ...ENDPOINT, dialect: dialect({ ping: null }) }, ["dialect.ping"]],
  ["who a contract names", "/contracts/new", { ...CONTRACT, id: "new", buyer_id: "x", campaign_id: "y", endpoint_id: "z" }, ["buyer_id", "campaign_id", "endpoint_id"]],
  ["another buyer's endpoint", "/contracts/new", { ...CONTRACT, id: "new", buyer_id: "beta" }, ["endpoint_id"]],
  ["contract to another buyer", "/contracts/acme_auto", { ...CONTRACT, buyer_id: "beta", endpoint_id: "beta_http", price: { type: "fixed", amount: 9 } }, ["buyer_id"]],
  ["a bid without a ping", "/contracts/new", { ...CONTRACT, id: "new", buyer_id: "beta", endpoint_id: "beta_http" }, ["price.type"]],
  ["disclosed fields", "/contracts/acme_auto", { ...CONTRACT, disclose: ["birth_date", "zip", "phone", "iq", "phone_hash"] }, ["disclose.1", "disclose.2", "disclose.3"]],
  [
    "filtered fields",
    "/contracts/acme_auto",
    { ...CONTRACT, filter: { any: [{ field: "zip", eq: 1 }, { not: { all: [{ field: "phone", present: true }, { field: "iq", gt: 1 }] } }] } },
    ["filter.any.1.not.all.0.field", "filter.any.1.not.all.1.field"],
  ],
  ["a filter without operator", "/contracts/acme_auto", { ...CONTRACT, filter: { all: [{ field: "zip" }] } }, ["filter.all.0"]],
  ["contract's consent", "/contracts/acme_auto", { ...CONTRACT, consent: { required: ["tcpa", "signature"] } }, ["consent.required.1"]],
  ["a cap without a limit", "/contracts/acme_auto", { ...CONTRACT, caps: [{ per: "day" }] }, ["caps.0"]],
  ["form's names", "/forms/form_abcdefgh", { publisher_id: "x", campaign_id: "y" }, ["publisher_id", "campaign_id"]],
];

test.each(CASES)("422: %s", async (_, path, body, fields) => {
  const w = await seeded();
  await w.call("PUT", "/buyers/beta", { name: "Beta" });
  const fixed = { kind: "json", post: { request: { url: "https://beta.example/post", body: { zip: "{{zip}}" } } } };
  expect((await w.call("PUT", "/endpoints/beta_http", { buyer_id: "beta", name: "B", dialect: fixed })).status).toBe(201);
  const before = (await w.call("GET", path)).body;
  w.calls.length = 0;
  const answer = await w.call("PUT", path, body);
  expect(answer.body).toMatchObject({ status: 422, code: "invalid_fields" });
  expect(fieldsOf(answer.body)).toEqual(fields);
  expect((await w.call("GET", path)).body).toEqual(before);
  expect(w.calls).toEqual([]);
});

test("on one machine, loopback and plain http are fine", async () => {
  const w = await seeded({ local: true });
  const local = dialect({ ping: { url: "http://127.0.0.1:9100/ping" }, post: { url: "http://localhost:9100/post" } });
  expect((await w.call("PUT", "/endpoints/acme_http", { ...ENDPOINT, dialect: local })).status).toBe(200);
});

test("what a campaign loses is fine when no contract stands on it", async () => {
  const w = await seeded();
  expect((await w.call("PUT", "/contracts/acme_auto", { ...CONTRACT, disclose: [], filter: { field: "zip", prefix: ["10"] } })).status).toBe(200);
  const fields = CAMPAIGN.fields.filter((field) => field.name !== "birth_date");
  expect((await w.call("PUT", "/campaigns/auto", { ...CAMPAIGN, fields })).status).toBe(200);
});

test("filters of five thousand entries are fine", async () => {
  const w = await seeded();
  const zips = Array.from({ length: 5_000 }, (_, i) => String(10_000 + i));
  expect((await w.call("PUT", "/contracts/acme_auto", { ...CONTRACT, filter: { field: "zip", in: zips } })).status).toBe(200);
});
