import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../sim/bundle.ts";
import { mutations } from "../../sim/mutations/run.ts";

describe("deliberate faults", () => {
  it("each has its own name, and its text stands exactly once in its file", () => {
    expect(new Set(mutations.map(({ id }) => id)).size).toBe(mutations.length);
    const places = ({ file, find }: (typeof mutations)[number]): number => {
      const path = join(ROOT, file);
      return existsSync(path) ? readFileSync(path, "utf8").split(find).length - 1 : 0;
    };
    expect(mutations.filter((mutation) => places(mutation) !== 1).map(({ id, file }) => `${id}: ${file}`)).toEqual([]);
  });
});
