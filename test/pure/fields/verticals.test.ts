import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { VERTICALS } from "../../../schema/verticals/index.ts";
import {
  checkCampaign,
  compileCampaign,
  missingConsent,
  sampleLead,
  splitByClass,
} from "../../../worker/auction/fields/index.ts";
import { campaign, field } from "./support.ts";

const NOW = Date.parse("2031-01-01T00:00:00Z");
const CANONICAL =
  "first_name last_name phone email address city state zip dob ip_address user_agent landing_page_url source_url consent_at " +
  "consent_text consent_ip consent_user_agent universal_leadid trusted_form_cert_url";

describe.each(Object.entries(VERTICALS))("%s", (_name, input) => {
  const config = campaignSchema.parse(input);
  const compiled = compileCampaign(config, 1);
  const sample = sampleLead(config, NOW);

  test("its fields are sound and its samples parse without a problem, in a ping, a post and one step", () => {
    expect(checkCampaign(config)).toEqual([]);
    const ping = compiled.parsePing(sample.ping);
    expect(ping).toMatchObject({ ok: true });
    const known = ping.ok ? ping.fields : {};
    expect(compiled.parsePost(sample.post, known)).toMatchObject({ ok: true });
    expect(compiled.parsePost(sample.post, {})).toMatchObject({ ok: true });
  });

  test("forms may send every sample as text", () => {
    const typed = compiled.parsePost(sample.post, {});
    expect(
      compiled.parsePost(
        Object.fromEntries(Object.entries(sample.post).map(([name, value]) => [name, String(value)])),
        {},
      ),
    ).toEqual(typed);
  });

  test("a sample ping is complete with public fields alone, and has nothing personal", () => {
    const open = splitByClass(compiled, sample.ping);
    expect(open.personal).toEqual({});
    expect(compiled.parsePing(open.public)).toMatchObject({ ok: true });
  });

  test("the canonical names are there, what identifies is personal or quasi", () => {
    expect(CANONICAL.split(" ").filter((name) => compiled.classOf(name) === undefined)).toEqual([]);
    const names = [
      "first_name",
      "last_name",
      "phone",
      "email",
      "address",
      "dob",
      "ip_address",
      "user_agent",
      "trusted_form_cert_url",
    ];
    expect(names.map((name) => compiled.classOf(name))).toEqual([
      ..."personal ".repeat(5).trim().split(" "),
      ..."quasi ".repeat(4).trim().split(" "),
    ]);
  });

  test("consent: the sample has it, and it is required in a post", () => {
    expect(missingConsent(config, { required: ["consent_ip", "consent_user_agent"] }, sample.post, NOW)).toEqual([]);
    const { consent_text: _text, consent_at: _at, ...bare } = sample.post;
    const parsed = compiled.parsePost(bare, {});
    expect(parsed.ok ? [] : parsed.problems.map(({ field: name, code }) => `${name}:${code}`)).toEqual([
      "consent_text:required",
      "consent_at:required",
    ]);
  });

  test("the digests are those of the sample's phone and e-mail", () => {
    const parsed = compiled.parsePost(sample.post, {});
    const lead = parsed.ok ? parsed.fields : {};
    const sha256 = (text: unknown): string => createHash("sha256").update(String(text)).digest("hex");
    expect([sample.ping.phone_hash, sample.ping.email_hash]).toEqual([sha256(lead.phone), sha256(lead.email)]);
  });
});

test("checkCampaign names what a schema cannot see", () => {
  const { config } = campaign(
    [
      field("phone", { type: "phone", sample: "12" }),
      field("email_hash", { class: "public" }),
      field("a", { aliases: ["phone", "constructor"] }),
      field("n", { type: "integer", sample: 5, min: 9, max: 1 }),
      field("h", { type: "integer", class: "hashed", sample: 1 }),
    ],
    { consent: { required: ["consent_text"] } },
  );
  const problems = checkCampaign(config).join("\n");
  for (const expected of [
    "phone is used twice",
    "constructor cannot be a name",
    "consent_text is not a field",
    "phone must be of class personal",
    "the sample of phone",
    "email_hash must be of class hashed",
    "n has min above max",
    "h is hashed",
  ]) {
    expect(problems).toContain(expected);
  }
});
