import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "./audit.ts";
import { CONDUCTS, type ConductName } from "./buyers.ts";
import { type Case, play } from "./case.ts";
import { type PublisherName, Scene } from "./scene.ts";

export const namesOf = <T extends string>(record: Record<T, unknown>) => Object.keys(record) as T[];

/**
 * The table for one kind of publisher: at each crash point of a post, against each buyer, the first worker dies, or stands still
 * and comes back once others have taken the lead over.
 */
export function interleavings(
  publisher: PublisherName,
  { steps = false, conducts = namesOf(CONDUCTS) }: { steps?: boolean; conducts?: ConductName[] } = {},
): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = new Scene(steps);
    await scene.seed();
  });
  afterAll(() => scene.end());

  describe.each(["dies", "stalls"] as const)("a worker %s", (kind) => {
    it.each(conducts)("at any point, and the buyer: %s", async (conduct: ConductName) => {
      const base: Case = { policy: "review", publisher, conduct };
      const calm = await play(scene, base);
      const faults = audit(calm);
      for (const [at, point] of calm.points.entries()) {
        const seen = await play(scene, { ...base, fate: { at, kind } });
        faults.push(...audit(seen).map((fault) => `at ${at}, ${point}: ${fault}`));
      }
      expect(faults).toEqual([]);
    });
  });
}
