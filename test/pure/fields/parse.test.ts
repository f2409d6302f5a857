import { describe, expect, test } from "vitest";
import type { CompiledCampaign } from "../../../worker/auction/compiled.ts";
import { campaign, codes, field } from "./support.ts";

const shop = (): CompiledCampaign =>
  campaign([
    field("zip", { type: "zip", required: "ping", aliases: ["zip_code", "postal_code"] }),
    field("state", { type: "state", required: "ping" }),
    field("age", { type: "integer", min: 16, max: 99 }),
    field("ip_address", { type: "ip", class: "quasi" }),
    field("phone", { type: "phone", class: "personal", required: "post", aliases: ["tel"] }),
    field("email", { type: "email", class: "personal" }),
    field("first_name", { class: "personal" }),
  ]);

describe("ping", () => {
  test("normalises, fills in the state and keeps the campaign's order", () => {
    const parsed = shop().parsePing({ age: "40", ip_address: "::1", zip: "78704-1234" });
    expect(JSON.stringify(parsed)).toBe(
      JSON.stringify({ ok: true, fields: { zip: "78704", state: "TX", age: 40, ip_address: "::1" } }),
    );
  });

  test.each([
    ["nothing", {}, ["zip:required", "state:required"]],
    ["blank is missing", { zip: " ", state: null }, ["zip:required", "state:required"]],
    ["a bad ZIP does not also miss its state", { zip: "x" }, ["zip:invalid"]],
    ["a ZIP of no state", { zip: "21300" }, ["state:required"]],
    ["unknown", { zip: "78704", colour: "red" }, ["colour:unknown"]],
    ["unknown with a name that may be a value", { zip: "78704", "212-555-0123": "" }, ["(unreadable name):unknown"]],
    [
      "inherited names are unknown",
      JSON.parse('{"zip":"78704","__proto__":1,"constructor":2}'),
      ["__proto__:unknown", "constructor:unknown"],
    ],
    ["personal", { zip: "78704", phone: "2125550123", Email: "bad" }, ["phone:not_in_ping", "Email:not_in_ping"]],
    ["personal by alias", { zip: "78704", tel: "2125550123" }, ["tel:not_in_ping"]],
    ["an empty personal field", { zip: "78704", phone: "" }, []],
    ["no single value", { zip: ["78704"], age: { a: 1 } }, ["zip:invalid", "age:invalid"]],
    ["alias", { zip_code: "78704" }, []],
    ["any case", { ZIP: "78704" }, []],
    ["two names, one value", { zip: "78704", zip_code: 78704, postal_code: "" }, []],
    ["two names, two values", { zip: "78704", zip_code: "78705" }, ["zip_code:conflict"]],
    ["two names, one bad", { zip: "78704", zip_code: "7870" }, ["zip_code:invalid"]],
    [
      "all at once",
      { zip: "1", state: "??", age: 15, tel: "1", more: 1 },
      ["zip:invalid", "state:invalid", "age:invalid", "tel:not_in_ping", "more:unknown"],
    ],
    ["a digest without being declared", { zip: "78704", phone_hash: "a".repeat(64) }, []],
    ["a bad digest", { zip: "78704", email_hash: "a@example.com" }, ["email_hash:invalid"]],
  ])("%s", (_name, input, expected) => {
    expect(codes(shop().parsePing(input))).toEqual(expected);
  });

  test("unknown fields are dropped where they are ignored, personal ones are not", () => {
    const ignoring = shop().parsePing({ zip: "78704", colour: "red" }, { unknown_fields: "ignore" });
    expect(ignoring).toEqual({ ok: true, fields: { zip: "78704", state: "TX" } });
    expect(codes(shop().parsePing({ zip: "78704", phone: "1" }, { unknown_fields: "ignore" }))).toEqual([
      "phone:not_in_ping",
    ]);
    const lax = campaign([field("a")], { unknown_fields: "ignore" });
    expect(lax.parsePing({ b: 1 }).ok).toBe(true);
    expect(codes(lax.parsePing({ b: 1 }, { unknown_fields: "reject" }))).toEqual(["b:unknown"]);
  });

  test("phone and e-mail are told what to send instead", () => {
    const parsed = shop().parsePing({ zip: "78704", phone: "x", email: "x" });
    expect(
      parsed.ok ? [] : parsed.problems.map((problem) => /phone_hash|email_hash/.exec(problem.message)?.[0]),
    ).toEqual(["phone_hash", "email_hash"]);
  });

  test("10,000 unknown names make a short answer", () => {
    const body = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`f${index}`, 1]));
    const parsed = shop().parsePing({ zip: "78704", ...body });
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(51);
    expect(parsed.ok ? "" : parsed.problems.at(-1)?.message).toContain("9950");
  });
});

describe("state from ZIP", () => {
  test("a given state is never contradicted", () => {
    expect(shop().parsePing({ zip: "78704", state: "Oklahoma" })).toEqual({
      ok: true,
      fields: { zip: "78704", state: "OK" },
    });
  });
  test("magic ZIPs lie in New York", () => {
    expect(shop().parsePing({ zip: "00001" })).toEqual({ ok: true, fields: { zip: "00001", state: "NY" } });
  });
  test("a personal state is not filled in in a ping, but in a post", () => {
    const shy = campaign([field("zip", { type: "zip" }), field("state", { type: "state", class: "personal" })]);
    expect(shy.parsePing({ zip: "78704" })).toEqual({ ok: true, fields: { zip: "78704" } });
    expect(shy.parsePost({ name: "" }, { zip: "78704" }, { unknown_fields: "ignore" })).toEqual({
      ok: true,
      fields: { state: "TX" },
    });
  });
  test("a campaign without a state, or with another kind of state, has none filled in", () => {
    expect(campaign([field("zip", { type: "zip" })]).parsePing({ zip: "78704" })).toEqual({
      ok: true,
      fields: { zip: "78704" },
    });
    const odd = campaign([field("zip", { type: "zip" }), field("state")]);
    expect(odd.parsePing({ zip: "78704" })).toEqual({ ok: true, fields: { zip: "78704" } });
  });
});

describe("post", () => {
  const known = { zip: "78704", state: "OK" };
  test("what the ping had may be missing, and is not filled in anew", () => {
    expect(shop().parsePost({ phone: "2125550123", zip: "78704" }, known)).toEqual({
      ok: true,
      fields: { zip: "78704", phone: "+12125550123" },
    });
  });
  test.each([
    ["one step needs the ping's fields too", { phone: "2125550123" }, {}, ["zip:required", "state:required"]],
    ["the post's own", {}, known, ["phone:required"]],
    ["a bad phone is not also missing", { phone: "555" }, known, ["phone:invalid"]],
    ["personal fields are welcome", { phone: "2125550123", first_name: "Ann", email: "a@example.com" }, known, []],
    ["two phones", { phone: "2125550123", tel: "(212) 555-0124" }, known, ["tel:conflict"]],
    [
      "inherited names are not known",
      { phone: "2125550123" },
      Object.create({ zip: "78704", state: "TX" }),
      ["zip:required", "state:required"],
    ],
  ])("%s", (_name, input, ping, expected) => {
    expect(codes(shop().parsePost(input, ping))).toEqual(expected);
  });
  test("consent that the campaign requires is required", () => {
    const strict = campaign([field("a"), field("consent_text", { class: "quasi" })], {
      consent: { required: ["consent_text"] },
    });
    expect(codes(strict.parsePost({ a: 1 }, {}))).toEqual(["consent_text:required"]);
    expect(strict.parsePing({ a: 1 }).ok).toBe(true);
  });
});

test("classOf knows declared names and the digests, by canonical name only", () => {
  const compiled = shop();
  expect(
    ["zip", "ip_address", "phone", "phone_hash", "email_hash", "tel", "toString"].map((name) => compiled.classOf(name)),
  ).toEqual(["public", "quasi", "personal", "hashed", "hashed", undefined, undefined]);
});

test("a name wins over another field's alias, the first field over a second of its name", () => {
  const crossed = campaign([
    field("a", { aliases: ["b"] }),
    field("b", { type: "integer" }),
    field("b", { type: "boolean" }),
  ]);
  expect(crossed.parsePing({ b: "7" })).toEqual({ ok: true, fields: { b: 7 } });
});
