import { expect, test } from "vitest";
import { BUYER, CAMPAIGN, CONTRACT, ENDPOINT, fieldsOf, PUBLISHER, refusedPut, seeded } from "./support.ts";

type Case = [what: string, path: string, body: object, fields: string[]];

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
  [
    "personal in a ping",
    "/campaigns/auto",
    { ...CAMPAIGN, fields: [{ ...CAMPAIGN.fields[2], required: "ping" }] },
    ["fields.0.required"],
  ],
  [
    "a phone that is not personal",
    "/campaigns/auto",
    { ...CAMPAIGN, fields: [{ ...CAMPAIGN.fields[2], class: "public" }] },
    ["fields"],
  ],
  [
    "a field that contracts stand on",
    "/campaigns/auto",
    { ...CAMPAIGN, fields: CAMPAIGN.fields.filter((field) => field.name !== "birth_date") },
    ["fields"],
  ],
  [
    "publisher's campaigns",
    "/publishers/pub",
    { ...PUBLISHER, campaigns: ["auto", "boats", "planes"] },
    ["campaigns.1", "campaigns.2"],
  ],
  ...["https://t.{click_id}/x", "https://{sub_id1}.pub.example/", "https:///{click_id}.example/x"].map(
    (url): Case => [
      `postback to ${url}`,
      "/publishers/pub",
      { ...PUBLISHER, postback: { url, method: "GET" } },
      ["postback.url"],
    ],
  ),
  ["postback inside", "/publishers/pub", { ...PUBLISHER, postback: { url: "https://10.0.0.1/x" } }, ["postback.url"]],
  [
    "postback in plain",
    "/publishers/pub",
    { ...PUBLISHER, postback: { url: "http://pub.example/x?l={lead_id}" } },
    ["postback.url"],
  ],
  [
    "a sealed secret by hand",
    "/publishers/pub",
    { ...PUBLISHER, postback_secret_sealed: "x" },
    ["postback_secret_sealed"],
  ],
  [
    "sealed credentials by hand",
    "/endpoints/acme_http",
    { ...ENDPOINT, credentials_sealed: { token: "x" } },
    ["credentials_sealed"],
  ],
  ["form's names", "/forms/form_abcdefgh", { publisher_id: "x", campaign_id: "y" }, ["publisher_id", "campaign_id"]],
];

test.each(CASES)("422: %s", async (_, path, body, fields) => {
  await refusedPut(path, body, fields);
});

test("what a campaign loses is fine when no contract stands on it", async () => {
  const w = await seeded();
  expect(
    (
      await w.call("PUT", "/contracts/acme_auto", {
        ...CONTRACT,
        disclose: [],
        filter: { field: "zip", prefix: ["10"] },
      })
    ).status,
  ).toBe(200);
  const fields = CAMPAIGN.fields.filter((field) => field.name !== "birth_date");
  expect((await w.call("PUT", "/campaigns/auto", { ...CAMPAIGN, fields })).status).toBe(200);
});

test("PATCH: an id never changes, and the answer names it", async () => {
  const w = await seeded();
  const { status, body } = await w.call("PATCH", "/buyers/acme", { id: "other" });
  expect([status, fieldsOf(body)]).toEqual([422, ["id"]]);
});
