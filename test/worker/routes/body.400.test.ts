import { expect, test } from "vitest";
import { KEY, PING, problemOf, raw, world } from "./support.ts";

const JSON_TYPE = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
const FORM_TYPE = { authorization: `Bearer ${KEY}`, "content-type": "application/x-www-form-urlencoded" };
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

test.each<[string, string, string, string | undefined]>([
  ["bad JSON", '{"campaign":"auto_insurance", }', "invalid_json", undefined],
  ["half a body", '{"campaign":"au', "invalid_json", undefined],
  ["empty", "", "invalid_body", undefined],
  ["blank", "  ", "invalid_body", undefined],
  ["a list", "[1]", "invalid_body", undefined],
  ["a text", '"zip"', "invalid_body", undefined],
  ["null", "null", "invalid_body", undefined],
  ["__proto__", '{"campaign":"auto_insurance","lead":{"__proto__":{"zip":"1"}}}', "forbidden_key", "lead.__proto__"],
  ["constructor", '{"constructor":{"prototype":{"x":1}}}', "forbidden_key", "constructor"],
  ["deep nesting", `{"campaign":"auto_insurance","lead":${deep(40)}}`, "too_deep", "lead.a.a.a.a"],
  ["deepest nesting", `{"lead":${"[".repeat(30_000)}${"]".repeat(30_000)}}`, "too_deep", "lead.0.0.0.0"],
])("JSON: %s", async (_, body, code, field) => {
  const w = world();
  const response = await raw(w, "/v1/pings", body, JSON_TYPE);
  expect(response.status).toBe(400);
  const problem = await problemOf(response);
  expect(problem.code).toBe(code);
  expect(problem.errors?.[0]?.field).toBe(field);
  expect(w.pings).toHaveLength(0);
});

test("bad JSON is located and not quoted", async () => {
  const problem = await problemOf(
    await raw(world(), "/v1/pings", '{\n "lead": {"first_name": "CANARY" oops}}', JSON_TYPE),
  );
  expect(problem.detail).toContain("line 2");
  expect(problem.detail).not.toContain("CANARY");
});

test("text that is not UTF-8", async () => {
  const problem = await problemOf(await raw(world(), "/v1/pings", new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), JSON_TYPE));
  expect(problem.code).toBe("invalid_encoding");
});

test.each<[string, string, string, string | undefined]>([
  ["empty", "", "invalid_body", undefined],
  ["twice", "campaign=auto_insurance&zip=1&zip=2", "duplicate_key", "zip"],
  ["twice in two spellings", "campaign=auto_insurance&zip=1&lead[zip]=2", "duplicate_key", "zip"],
  ["__proto__", "lead[__proto__]=1", "forbidden_key", "__proto__"],
  ["flat __proto__", "__proto__=1", "forbidden_key", "__proto__"],
  ["dotted constructor", "lead.constructor=1", "forbidden_key", "constructor"],
])("form: %s", async (_, body, code, field) => {
  const problem = await problemOf(await raw(world(), "/v1/pings", body, FORM_TYPE));
  expect(problem).toMatchObject({ status: 400, code });
  expect(problem.errors?.[0]?.field).toBe(field);
});

test.each(["", " ", "a b", "ü", "x".repeat(201)])("Idempotency-Key %j", async (key) => {
  const response = await raw(world(), "/v1/pings", JSON.stringify(PING), {
    ...JSON_TYPE,
    "idempotency-key": key === "ü" ? "\u00fc" : key,
  });
  expect((await problemOf(response)).code).toBe("invalid_idempotency_key");
});

test("bid_ids may repeat, or stand in one value", async () => {
  const w = world();
  await raw(w, "/v1/posts", "ping_id=p1&bid_ids=a&bid_ids=b&first_name=Jane", FORM_TYPE);
  await raw(w, "/v1/posts", "ping_id=p1&bid_ids[]=a,b&first_name=Jane", FORM_TYPE);
  expect(w.posts.map((post) => post.bid_ids)).toEqual([
    ["a", "b"],
    ["a", "b"],
  ]);
  expect(w.posts[0]?.lead).toEqual({ first_name: "Jane" });
});
