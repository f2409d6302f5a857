import { describe, expect, it } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { dialectSchema } from "../../../schema/config/dialect.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { fieldsInPost, wantedFields } from "../../../worker/flows/going-live/mapped.ts";

const fields = (request: object, more: object = {}, values: object = {}) => [
  ...fieldsInPost(
    dialectSchema.parse({ version: 1, values, post: { request: { url: "https://b.example/p", ...request }, ...more } }),
  ),
];
const step = (body: object) => ({
  name: "one",
  request: { url: "https://b.example/q", body },
  answer: { rules: [{ go_on: "otherwise" }] },
});
const ifThen = ($if: string, value: string) => ({
  body: { a: JSON.parse(JSON.stringify({ $if, THEN: value }).replace("THEN", "then")) },
});

describe("fields that a post carries", () => {
  it.each([
    [
      "in the body, through pipes",
      { body: { a: "{{zip | left 3}}", b: { c: ["x {{lead.city}} y"] } } },
      ["zip", "city"],
    ],
    [
      "in address, query and headers",
      { url: "https://b.example/{{state}}", query: { z: "{{zip}}" }, headers: { "X-Ip": "{{ip_address}}" } },
      ["state", "zip", "ip_address"],
    ],
    [
      "consent by its short names",
      { body: { a: "{{consent.text}}", b: "{{consent.at ?? consent_at}}" } },
      ["consent_text", "consent_at"],
    ],
    ["in a document", { body: { $json: { a: "{{email}}" } } }, ["email"]],
    ["chosen by a condition", ifThen("state is CA", "{{zip}}"), ["zip"]],
  ])("%s", (_, request, expected) => {
    for (const name of expected) expect(fields(request)).toContain(name);
  });

  it.each([
    ["only in a test lead's request", { body: {}, test: { body: { a: "{{zip}}" } } }],
    ["only in a condition", ifThen("zip exists", "yes")],
    ["only in a signature", { body: {}, sign: [{ header: "X-S", hmac: "sha256", key: "k", over: "{{zip}}" }] }],
  ])("%s: not carried", (_, request) => expect(fields(request)).not.toContain("zip"));

  it("by computed values that are used, and by steps", () => {
    const values = { name: "{{first_name}} {{value.last}}", last: "{{last_name}}", unused: "{{zip}}" };
    expect(fields({ body: { n: "{{value.name}}" } }, {}, values)).toEqual(
      expect.arrayContaining(["first_name", "last_name"]),
    );
    expect(fields({ body: { n: "{{value.name}}" } }, {}, values)).not.toContain("zip");
    expect(fields({ body: {} }, { before: [step({ p: "{{phone}}" })] })).toContain("phone");
  });
});

it("a complete campaign's wanted fields: required ones, and its evidence of consent", () => {
  const { required, consent } = wantedFields(campaignSchema.parse(autoInsurance), ["trusted_form_cert_url"]);
  expect(required).toEqual(expect.arrayContaining(["zip", "first_name", "phone"]));
  expect(required).not.toContain("consent_text");
  expect(consent).toEqual(
    expect.arrayContaining([
      { name: "consent_text", sure: true },
      { name: "trusted_form_cert_url", sure: true },
      { name: "universal_leadid", sure: false },
    ]),
  );
});
