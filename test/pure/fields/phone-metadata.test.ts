import all from "libphonenumber-js/min/metadata";
import { expect, test } from "vitest";
import { PHONE_METADATA } from "../../../worker/auction/fields/phone-metadata.ts";

test("phone metadata is libphonenumber's of +1 (else run scripts/phone-metadata.mjs)", () => {
  const codes = all.country_calling_codes["1"] ?? [];
  expect(codes.length).toBeGreaterThan(20);
  expect(PHONE_METADATA).toEqual({
    version: all.version,
    country_calling_codes: { 1: codes },
    countries: Object.fromEntries(codes.map((country) => [country, all.countries[country]])),
    nonGeographic: {},
  });
});
