import { describe, expect, test } from "vitest";
import { changedFields, splitByClass, visibility, visibleInPing } from "../../../worker/auction/fields/index.ts";
import { campaign, field } from "./support.ts";

const compiled = campaign([
  field("zip", { type: "zip" }),
  field("ip_address", { type: "ip", class: "quasi" }),
  field("dob", { type: "date", class: "quasi" }),
  field("phone", { type: "phone", class: "personal" }),
]);
const lead = {
  zip: "78704",
  ip_address: "::1",
  dob: "1980-01-01",
  phone_hash: "a".repeat(64),
  phone: "+12125550123",
  stray: 1,
};

describe("visibleInPing", () => {
  test.each([
    ["public only by default", [], ["zip"]],
    ["quasi by name", ["dob"], ["zip", "dob"]],
    ["hashed by name", ["phone_hash"], ["zip", "phone_hash"]],
    ["personal and undeclared never", ["phone", "stray", "ip_address"], ["zip", "ip_address"]],
  ])("%s", (_name, disclose, expected) => {
    const visible = visibleInPing(compiled, lead, disclose);
    expect(Object.keys(visible).sort()).toEqual([...expected].sort());
    for (const name of expected) expect(visible[name]).toBe(lead[name as keyof typeof lead]);
  });
});

test("visibility shows every contract its own", () => {
  const show = visibility(compiled, lead);
  for (const disclose of [[], ["dob"], ["phone", "phone_hash"], ["dob"], []]) {
    expect(show(disclose)).toEqual(visibleInPing(compiled, lead, disclose));
  }
  expect(show(["dob"])).toBe(show(["dob"]));
});

test("splitByClass keeps every field once; what is not declared is personal", () => {
  expect(splitByClass(compiled, lead)).toEqual({
    public: { zip: "78704" },
    quasi: { ip_address: "::1", dob: "1980-01-01" },
    hashed: { phone_hash: "a".repeat(64) },
    personal: { phone: "+12125550123", stray: 1 },
  });
});

test.each([
  [{ a: 1 }, { a: 1, b: 2 }, []],
  [{ a: 1, b: 2 }, {}, []],
  [{ a: 1, b: "x", c: true }, { c: false, a: 2, b: "x" }, ["a", "c"]],
  [{ a: 1 }, { a: "1" }, ["a"]],
])("changedFields %j %j -> %j", (ping, post, expected) => {
  expect(changedFields(ping, post)).toEqual(expected);
});
