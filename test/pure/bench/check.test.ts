import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compare, type Floors, floorsSchema } from "../../../bench/check/compare.ts";

const floors: Floors = { measured: { "5": 0.8, "10": 0.9 }, margin: 0.25, about: "a test" };
const found = (five: [number, number], ten: [number, number] = [0.9, 0.95]) => [
  { n: 5, median: five[0], high: five[1] },
  { n: 10, median: ten[0], high: ten[1] },
];

describe("the check of the ping path's speed", () => {
  it.each([
    ["as it was", [0.8, 0.85], false],
    ["within the margin", [0.61, 0.65], false],
    ["most rounds below the floor, the best quarter above: noise", [0.5, 0.61], false],
    ["all but a few rounds below the floor", [0.5, 0.59], true],
    ["half as fast", [0.4, 0.42], true],
  ] as const)("%s", (_, [median, high], worse) => {
    expect(compare(floors, found([median, high])).map((one) => one.worse)).toEqual([worse, false]);
  });

  it("tells the floor that it compared with", () => {
    expect(compare(floors, found([0.8, 0.9]))[0]).toEqual({
      n: 5,
      found: 0.8,
      floor: 0.6000000000000001,
      worse: false,
    });
  });

  it("a size that was not measured, or came to nothing, is no success", () => {
    expect(() => compare(floors, found([0.8, 0.9]).slice(1))).toThrow("5 buyers have a floor");
    expect(() => compare(floors, found([Number.NaN, Number.NaN]))).toThrow("5 buyers have a floor");
  });

  it("the committed floors are readable and name five and ten buyers", () => {
    const file = new URL("../../../bench/check/floors.json", import.meta.url);
    expect(Object.keys(floorsSchema.parse(JSON.parse(readFileSync(file, "utf8"))).measured)).toEqual(["5", "10"]);
  });
});
