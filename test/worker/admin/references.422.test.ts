import { expect, test } from "vitest";
import { CONTRACT, ENDPOINT, refusedPut, seeded } from "./support.ts";

type Case = [what: string, path: string, body: object, fields: string[]];

const dialect = (changes: { ping?: object | null; post?: object }) => ({
  ...ENDPOINT.dialect,
  ...(changes.ping === null
    ? { ping: undefined }
    : { ping: { ...ENDPOINT.dialect.ping, request: { ...ENDPOINT.dialect.ping.request, ...changes.ping } } }),
  post: { request: { ...ENDPOINT.dialect.post.request, ...changes.post } },
});

const CASES: Case[] = [
  ["endpoint's buyer", "/endpoints/new_http", { ...ENDPOINT, id: "new_http", buyer_id: "nobody" }, ["buyer_id"]],
  ["endpoint to another buyer", "/endpoints/acme_http", { ...ENDPOINT, buyer_id: "beta" }, ["buyer_id"]],
  [
    "plain http",
    "/endpoints/acme_http",
    { ...ENDPOINT, dialect: dialect({ post: { url: "http://buyer.example/post" } }) },
    ["dialect.post.request.url"],
  ],
  [
    "metadata service",
    "/endpoints/acme_http",
    { ...ENDPOINT, dialect: dialect({ ping: { url: "https://169.254.169.254/" } }) },
    ["dialect.ping.request.url"],
  ],
  [
    "personal fields in a ping, by way of a value, a condition or a step too",
    "/endpoints/acme_http",
    {
      ...ENDPOINT,
      dialect: {
        ...ENDPOINT.dialect,
        values: { who: "x {{phone}}" },
        ping: {
          ...ENDPOINT.dialect.ping,
          require: ["phone exists"],
          before: [
            {
              name: "hello",
              request: { url: "https://buyer.example/hello", body: { p: "{{lead.phone | sha256}}" } },
              answer: { rules: [{ go_on: "$status is 200" }] },
            },
          ],
          request: { url: "https://buyer.example/ping", headers: { "X-Who": "{{value.who}}" } },
        },
      },
    },
    ["dialect.ping.before.0.request.body.p", "dialect.ping.request.headers.X-Who", "dialect.ping.require.0"],
  ],
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
      "dialect.post.request.body.g",
      "dialect.ping.request.body.a",
      "dialect.ping.request.body.b.0",
      "dialect.post.request.body.e.f",
    ],
  ],
  [
    "no ping, but contracts that bid",
    "/endpoints/acme_http",
    { ...ENDPOINT, dialect: dialect({ ping: null }) },
    ["dialect.ping"],
  ],
  [
    "who a contract names",
    "/contracts/new",
    { ...CONTRACT, id: "new", buyer_id: "x", campaign_id: "y", endpoint_id: "z" },
    ["buyer_id", "campaign_id", "endpoint_id"],
  ],
  ["another buyer's endpoint", "/contracts/new", { ...CONTRACT, id: "new", buyer_id: "beta" }, ["endpoint_id"]],
  [
    "contract to another buyer",
    "/contracts/acme_auto",
    { ...CONTRACT, buyer_id: "beta", endpoint_id: "beta_http", price: { type: "fixed", amount: 9 } },
    ["buyer_id"],
  ],
  [
    "a bid without a ping",
    "/contracts/new",
    { ...CONTRACT, id: "new", buyer_id: "beta", endpoint_id: "beta_http" },
    ["price.type"],
  ],
  [
    "overflow to itself, and status calls that its dialect has not",
    "/contracts/acme_auto",
    { ...CONTRACT, on_cap: { do: "contract", contract_id: "acme_auto" }, find_out: "ask_status" },
    ["find_out", "on_cap.contract_id"],
  ],
  [
    "overflow to nobody",
    "/contracts/acme_auto",
    { ...CONTRACT, on_cap: { do: "contract", contract_id: "nobody" } },
    ["on_cap.contract_id"],
  ],
  [
    "overflow to another buyer's contract",
    "/contracts/new",
    {
      ...CONTRACT,
      id: "new",
      buyer_id: "beta",
      endpoint_id: "beta_http",
      price: { type: "fixed", amount: 9 },
      on_cap: { do: "contract", contract_id: "acme_auto" },
    },
    ["on_cap.contract_id"],
  ],
  [
    "disclosed fields",
    "/contracts/acme_auto",
    { ...CONTRACT, disclose: ["birth_date", "zip", "phone", "iq", "phone_hash"] },
    ["disclose.1", "disclose.2", "disclose.3"],
  ],
  [
    "filtered fields",
    "/contracts/acme_auto",
    {
      ...CONTRACT,
      filter: {
        any: [
          { field: "zip", eq: 1 },
          {
            not: {
              all: [
                { field: "phone", present: true },
                { field: "iq", gt: 1 },
              ],
            },
          },
        ],
      },
    },
    ["filter.any.1.not.all.0.field", "filter.any.1.not.all.1.field"],
  ],
  [
    "a filter without operator",
    "/contracts/acme_auto",
    { ...CONTRACT, filter: { all: [{ field: "zip" }] } },
    ["filter.all.0"],
  ],
  [
    "contract's consent",
    "/contracts/acme_auto",
    { ...CONTRACT, consent: { required: ["tcpa", "signature"] } },
    ["consent.required.1"],
  ],
  ["a cap without a limit", "/contracts/acme_auto", { ...CONTRACT, caps: [{ per: "day" }] }, ["caps.0"]],
];

test.each(CASES)("422: %s", async (_, path, body, fields) => {
  await refusedPut(path, body, fields);
});

test("on one machine, loopback and plain http are fine", async () => {
  const w = await seeded({ local: true });
  const local = dialect({ ping: { url: "http://127.0.0.1:9100/ping" }, post: { url: "http://localhost:9100/post" } });
  expect((await w.call("PUT", "/endpoints/acme_http", { ...ENDPOINT, dialect: local })).status).toBe(200);
});

test("filters of five thousand entries are fine", async () => {
  const w = await seeded();
  const zips = Array.from({ length: 5_000 }, (_, i) => String(10_000 + i));
  expect(
    (await w.call("PUT", "/contracts/acme_auto", { ...CONTRACT, filter: { field: "zip", in: zips } })).status,
  ).toBe(200);
});
