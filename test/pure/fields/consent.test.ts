import { describe, expect, test } from "vitest";
import { consentFields, missingConsent } from "../../../worker/auction/fields/index.ts";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const rules = (required: string[], max_age_hours = 24) => ({ consent: { required, max_age_hours } });
const at = (ms: number): string => new Date(NOW + ms).toISOString();
const HOUR = 3_600_000;

describe("missingConsent", () => {
  test.each([
    ["none required", [], [], {}, []],
    ["none required: age does not matter", [], [], { consent_at: at(-1_000 * HOUR) }, []],
    ["campaign's", ["consent_text"], [], {}, ["consent_text"]],
    ["contract's", [], ["trusted_form_cert_url"], {}, ["trusted_form_cert_url"]],
    ["both, named once", ["consent_text"], ["consent_text", "consent_ip"], {}, ["consent_text", "consent_ip"]],
    ["there", ["consent_text"], [], { consent_text: "I agree" }, []],
    ["no is no consent", ["tcpa"], [], { tcpa: false }, ["tcpa"]],
    ["yes is", ["tcpa"], [], { tcpa: true }, []],
    ["fresh", ["consent_at"], [], { consent_at: at(-HOUR) }, []],
    ["exactly as old as allowed", ["consent_at"], [], { consent_at: at(-24 * HOUR) }, []],
    ["a millisecond older", ["consent_at"], [], { consent_at: at(-24 * HOUR - 1) }, ["consent_at"]],
    [
      "too old beside a missing one",
      ["consent_text"],
      [],
      { consent_at: at(-25 * HOUR) },
      ["consent_text", "consent_at"],
    ],
    ["a clock five minutes ahead", ["consent_at"], [], { consent_at: at(300_000) }, []],
    ["further in the future", ["consent_at"], [], { consent_at: at(300_001) }, ["consent_at"]],
    ["no time at all", ["consent_at"], [], { consent_at: "yesterday" }, ["consent_at"]],
    ["inherited names", ["toString"], [], {}, ["toString"]],
  ])("%s", (_name, campaign, contract, fields, expected) => {
    expect(missingConsent(rules(campaign), { required: contract }, fields, NOW)).toEqual(expected);
  });
});

describe("consentFields", () => {
  test("maps what was sent, brand apart", () => {
    expect(consentFields({ brand: " Acme ", text: "I agree", at: "2026-11-20T12:00:00Z", ip: "::1", ua: "x" })).toEqual(
      {
        fields: {
          consent_text: "I agree",
          consent_at: "2026-11-20T12:00:00Z",
          consent_ip: "::1",
          consent_user_agent: "x",
        },
        brand: "Acme",
      },
    );
  });
  test("leaves out what was not", () => {
    expect(consentFields({ text: null, brand: 5 })).toEqual({ fields: {}, brand: undefined });
  });
});
