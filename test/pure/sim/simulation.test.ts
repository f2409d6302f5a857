import { describe, expect, it } from "vitest";
import { mutations } from "../../sim/mutations/run.ts";
import { optionsOf } from "../../sim/options.ts";
import { run } from "../../sim/run.ts";

/** Seeds that gate; in a test of its own each, so that the runner names the one that fails. */
const SEEDS = ["1", "2", "3"];

describe("the simulation", () => {
  for (const seed of SEEDS)
    it(`seed ${seed}: no guarantee is broken`, async () => {
      const summary = await run(optionsOf(["--seed", seed, "--leads", "1000", "--size", "100"]));
      expect(summary.broken).toBeNull();
      expect(summary.violations.map(({ world, n, sentence }) => `world ${world} lead ${n}: ${sentence}`)).toEqual([]);
      expect(summary.leads).toBe(1_000);
      expect(summary.ends.sold ?? 0).toBeGreaterThan(300);
    });

  it("a seed replays exactly, whatever the number of processes, and another one does not", async () => {
    const twice = await Promise.all(
      ["1", "2"].map((procs) => run(optionsOf(["--seed", "4", "--leads", "120", "--size", "30", "--procs", procs]))),
    );
    expect(twice[0]?.hash).toBe(twice[1]?.hash);
    expect(twice[0]?.ends).toEqual(twice[1]?.ends);
    const other = await run(optionsOf(["--seed", "5", "--leads", "120", "--size", "30"]));
    expect(other.hash).not.toBe(twice[0]?.hash);
  });

  it("bites: a deliberate fault in the rules is caught, with the lead's story", async () => {
    const fault = mutations.find(({ id }) => id === "held_means_unsent" || id === "holds_do_not_count");
    if (!fault) throw new Error("the list of faults has no such one");
    const { violations } = await run(optionsOf(["--leads", "3000", "--size", "100"]), fault, true);
    expect(violations.length).toBeGreaterThan(0);
  });
});
