import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FIELD_TYPES } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import { compileCampaign } from "../../../worker/auction/fields/index.ts";
import { readerOf } from "../../../worker/auction/fields/readers.ts";
import { type FieldRules, Refusal } from "../../../worker/auction/fields/reading.ts";
import { campaign, field } from "./support.ts";

const SEED = { seed: 20_261_121, numRuns: 400 };

const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9]{${length}}$`));
const day = fc.date({
  min: new Date("1900-01-02T00:00:00Z"),
  max: new Date("2199-12-30T00:00:00Z"),
  noInvalidDate: true,
});

/** Values near what each type takes, and some that are nowhere near. */
const likely: fc.Arbitrary<FieldValue> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.emailAddress(),
  fc.webUrl(),
  fc.ipV4(),
  fc.ipV6(),
  day.map((at) => at.toISOString()),
  day.map((at) => at.toISOString().slice(0, 10)),
  day.map((at) => `${at.getUTCMonth() + 1}/${at.getUTCDate()}/${at.getUTCFullYear()}`),
  fc.integer({ min: 0, max: 99_999 }),
  fc.tuple(digits(5), digits(4)).map(([zip, plus]) => `${zip}-${plus}`),
  digits(7).map((tail) => `(512) ${tail}`),
  fc.double({ min: -1e15, max: 1e15, noNaN: true }).map(String),
  fc.integer({ min: 0, max: 1e9 }).map((value) => `$${value.toLocaleString("en-US")}`),
  fc.constantFrom("yes", "Off", "T", "Own", "RENT", "New York", "d.c.", `MD5:${"aF".repeat(16)}`, "Ab".repeat(32)),
);

const rules: FieldRules[] = FIELD_TYPES.map((type) => ({
  type,
  class: "public",
  values: type === "enum" ? ["Own", "rent", "0"] : undefined,
}));
rules.push({ type: "string", class: "hashed" });

describe.each(rules.map((rule) => [`${rule.type} (${rule.class})`, rule] as const))("%s", (_name, rule) => {
  const reader = readerOf(rule);
  test("reading is idempotent, and reads its own text the same", () => {
    fc.assert(
      fc.property(likely, (raw) => {
        const value = reader(raw);
        if (value instanceof Refusal) return;
        expect(reader(value)).toBe(value);
        expect(reader(String(value))).toBe(value);
      }),
      SEED,
    );
  });
});

test("no problem ever contains a value that was sent", () => {
  const everything = campaign(
    rules
      .filter((rule) => rule.class !== "hashed")
      .flatMap((rule) => [
        field(rule.type, { type: rule.type, class: "quasi", values: rule.values, aliases: [`${rule.type}_too`] }),
        field(`${rule.type}_own`, { type: rule.type, class: "personal", values: rule.values }),
      ]),
  );
  const canary = fc.stringMatching(/^[a-z0-9@:/. -]{4,30}$/).map((text) => `canary ${text}`);
  const names = everything.config.fields.flatMap(({ name, aliases }) => [name, ...aliases]);
  const body = fc.dictionary(fc.oneof(fc.constantFrom(...names), canary), fc.oneof(canary, fc.array(canary)), {
    minKeys: 1,
    maxKeys: 20,
  });
  fc.assert(
    fc.property(body, fc.boolean(), (input, ping) => {
      const parsed = ping ? everything.parsePing(input) : everything.parsePost(input, {});
      expect(JSON.stringify(parsed.ok ? [] : parsed.problems)).not.toContain("canary");
    }),
    SEED,
  );
});

test("a ping never yields a personal field, whatever is sent, and parsing never throws", () => {
  const { config } = campaign([
    field("zip", { type: "zip" }),
    field("state", { type: "state", class: "personal" }),
    field("phone", { type: "phone", class: "personal", aliases: ["tel"] }),
  ]);
  const compiled = compileCampaign(config, 1);
  const key = fc.oneof(fc.constantFrom("zip", "state", "phone", "tel", "Phone", "__proto__", "toString"), fc.string());
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.anything(), likely)), (input) => {
      const parsed = compiled.parsePing(input, { unknown_fields: "ignore" });
      if (parsed.ok)
        expect(Object.keys(parsed.fields).filter((name) => compiled.classOf(name) === "personal")).toEqual([]);
    }),
    SEED,
  );
});

test("the order in which fields are sent changes nothing", () => {
  const compiled = campaign([field("a"), field("b", { type: "integer" }), field("c", { type: "boolean" }), field("d")]);
  const lead: [string, unknown][] = [
    ["a", " x "],
    ["b", "1,000"],
    ["c", "on"],
    ["d", 5],
  ];
  fc.assert(
    fc.property(fc.shuffledSubarray(lead, { minLength: 4 }), (entries) => {
      expect(JSON.stringify(compiled.parsePing(Object.fromEntries(entries)))).toBe(
        '{"ok":true,"fields":{"a":"x","b":1000,"c":true,"d":"5"}}',
      );
    }),
    SEED,
  );
});
