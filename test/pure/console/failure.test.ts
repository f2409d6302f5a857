import { expect, test } from "vitest";
import { placesOf } from "../../../worker/routes/failure.ts";

test("an error's message may quote a person: what is logged is its name and its places", () => {
  const parse = (text: string): unknown => JSON.parse(text);
  try {
    parse('Ann Lee, ann@lee.example"');
    expect.unreachable();
  } catch (error) {
    const told = placesOf(error);
    expect(told.name).toBe("SyntaxError");
    expect(told.at).toMatch(/at /);
    expect(JSON.stringify(told)).not.toMatch(/Ann|lee\.example/);
  }
  expect(placesOf("Ann Lee")).toEqual({ name: "unknown", at: "" });
});
