import { expect, test } from "vitest";
import * as z from "zod";
import { filterSchema } from "../../../schema/config/filter.ts";
import { moneySchema } from "../../../schema/money.ts";
import { fieldErrors, problem, zodProblem } from "../../../worker/routes/problem.ts";

const errorsOf = (schema: z.ZodType, value: unknown) => {
  const parsed = schema.safeParse(value);
  return parsed.success ? [] : fieldErrors(parsed.error.issues);
};

test("a problem is RFC 9457", async () => {
  const response = problem(409, "already_exists", "there is one", undefined, { "x-more": "1" });
  expect([response.status, response.headers.get("content-type"), response.headers.get("x-more")]).toEqual([
    409,
    "application/problem+json",
    "1",
  ]);
  expect(await response.json()).toEqual({
    type: "/docs/errors#already_exists",
    title: "Already exists",
    status: 409,
    code: "already_exists",
    detail: "there is one",
  });
});

const schema = z.strictObject({
  a: z.string(),
  b: z.strictObject({ c: z.array(z.number().min(1)) }).optional(),
  price: moneySchema.optional(),
});

test.each([
  ["missing", {}, [{ field: "a", message: "is required", code: "required" }]],
  [
    "unknown, each by name",
    { a: "", x: 1, y: 2 },
    [
      { field: "x", message: "is not a known field", code: "unknown" },
      { field: "y", message: "is not a known field", code: "unknown" },
    ],
  ],
  [
    "unknown within",
    { a: "", b: { c: [], d: 1 } },
    [{ field: "b.d", message: "is not a known field", code: "unknown" }],
  ],
  [
    "wrong money",
    { a: "", price: "12,50" },
    [{ field: "price", message: "must be a plain amount with at most four decimals, like 21.105", code: "invalid" }],
  ],
])("%s", (_, value, errors) => {
  expect(errorsOf(schema, value)).toEqual(errors);
});

test.each<[string, z.ZodType, unknown, string]>([
  ["short", z.string().min(3), "x", "must have at least 3 characters"],
  ["long", z.string().max(1), "xy", "must have at most 1 character"],
  ["low", z.number().min(1), 0, "must be at least 1"],
  ["high", z.number().max(5), 6, "must be at most 5"],
  ["few", z.array(z.string()).min(2), ["a"], "must have at least 2 entries"],
  ["option", z.enum(["review", "parked"]), "sold", "must be one of review, parked"],
  ["literal", z.literal(true), false, "must be true"],
  ["type", z.boolean(), "yes", "must be true or false"],
  ["list", z.array(z.string()), "a", "must be a list"],
  ["own words", z.string().min(3, "is too short for us"), "x", "is too short for us"],
])("what zod says by itself is put into words: %s", (_, one, value, message) => {
  expect(errorsOf(z.object({ it: one }), { it: value })).toEqual([{ field: "it", message, code: "invalid" }]);
});

test("one entry a field, with the dotted path", () => {
  expect(errorsOf(schema, { a: 1, b: { c: [0, 2, "x"] } }).map((error) => error.field)).toEqual([
    "a",
    "b.c.0",
    "b.c.2",
  ]);
});

test("the body itself", () => {
  expect(errorsOf(schema, null).map((error) => error.field)).toEqual(["body"]);
});

test.each([
  ["deep within", { all: [{ field: "zip", eq: 1 }, { any: [{ field: "UPPER", eq: 1 }] }] }, ["all.1.any.0.field"]],
  ["an unknown operator", { field: "zip", eq: 1, matches: "x" }, ["matches"]],
  ["an empty list", { all: [] }, ["all"]],
])("of a union's branches the nearest one speaks: %s", (_, value, fields) => {
  expect(errorsOf(filterSchema, value).map((error) => error.field)).toEqual(fields);
});

test("a prefix stands before every path", async () => {
  const parsed = schema.safeParse({});
  const response = zodProblem(parsed.error as z.ZodError, "lead");
  expect(await response.json()).toMatchObject({ status: 422, code: "invalid_fields", errors: [{ field: "lead.a" }] });
});
