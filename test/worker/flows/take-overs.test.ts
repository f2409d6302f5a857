import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../../support/flow/audit.ts";
import { CONDUCTS, type ConductName } from "../../support/flow/buyers.ts";
import { type Case, play } from "../../support/flow/case.ts";
import { namesOf } from "../../support/flow/interleave.ts";
import { POLICIES, type Policy, PUBLISHERS, type PublisherName, Scene } from "../../support/flow/scene.ts";
import type { Fate } from "../../support/flow/worker.ts";
import { seededRandom } from "../../support/random.ts";

/** Several workers in a row are lost at drawn points, under each policy for doubt. */
let scene: Scene;
beforeAll(async () => {
  scene = new Scene();
  await scene.seed();
});
afterAll(() => scene.end());

const RUNS = 3;

describe.each(POLICIES)("on unknown: %s", (policy: Policy) => {
  describe.each(namesOf(PUBLISHERS))("a %s publisher", (publisher: PublisherName) => {
    it.each(namesOf(CONDUCTS))("and a buyer that: %s", async (conduct: ConductName) => {
      const random = seededRandom(
        namesOf(CONDUCTS).indexOf(conduct) * 100 +
          POLICIES.indexOf(policy) * 10 +
          namesOf(PUBLISHERS).indexOf(publisher),
      );
      const fate = (): Fate => ({ at: Math.floor(random() * 16), kind: random() < 0.7 ? "stalls" : "dies" });
      const faults: string[] = audit(await play(scene, { policy, publisher, conduct }));
      for (let run = 0; run < RUNS; run++) {
        const c: Case = { policy, publisher, conduct, fate: fate(), later: [fate(), fate()] };
        const seen = await play(scene, c);
        faults.push(...audit(seen).map((fault) => `${JSON.stringify([c.fate, ...(c.later ?? [])])}: ${fault}`));
      }
      expect(faults).toEqual([]);
    });
  });
});
