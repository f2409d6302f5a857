import { expect, it } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { compileCampaign } from "../../../worker/auction/fields/index.ts";
import { describeFields } from "../../../worker/flows/dead-letter-fields.ts";

const field = (name: string, type: string, more: object = {}) => ({
  name,
  type,
  class: "personal",
  sample: "x",
  ...more,
});
const campaign = compileCampaign(
  campaignSchema.parse({
    id: "auto",
    name: "Auto",
    vertical: "auto",
    fields: [
      field("zip", "zip", { class: "public", required: "ping", sample: "10001" }),
      field("first_name", "string", { required: "post" }),
      field("kind", "enum", { values: ["own", "rent"], sample: "own" }),
      field("signed", "string"),
      field("consent_text", "string"),
    ],
    consent: { required: ["signed"] },
  }),
  1,
);
const of = (name: string, lead: Record<string, string>, open = false) =>
  describeFields(campaign, lead, open).find((one) => one.name === name);

const WHOLE = { zip: "10001", first_name: "Ada", kind: "own", signed: "yes" };

it.each<[string, string, Record<string, string>, object]>([
  ["a good field", "zip", WHOLE, { required: true, present: true, locked: null, problem: null }],
  ["one that is missing", "first_name", { zip: "10001" }, { present: false, problem: "is required in a post" }],
  [
    "one with a wrong value",
    "kind",
    { ...WHOLE, kind: "boat" },
    { values: ["own", "rent"], problem: expect.stringContaining("own") },
  ],
  [
    "evidence that the campaign requires",
    "signed",
    WHOLE,
    { required: true, locked: expect.stringContaining("consent") },
  ],
  ["evidence by its name", "consent_text", WHOLE, { present: false, locked: expect.stringContaining("consent") }],
])("%s", (_, name, lead, like) => {
  expect(of(name, lead)).toMatchObject(like);
  expect(of(name, lead)).not.toHaveProperty("value");
});

it("values are told only of an opened lead; what the campaign does not know any more is not shown", () => {
  expect(of("first_name", WHOLE, true)).toMatchObject({ value: "Ada" });
  expect(of("consent_text", WHOLE, true)).toMatchObject({ value: null });
  expect(describeFields(campaign, { ...WHOLE, dropped: "1" }, true).map(({ name }) => name)).not.toContain("dropped");
});
