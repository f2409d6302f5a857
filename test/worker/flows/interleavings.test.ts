import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audit } from "../../support/flow/audit.ts";
import { CONDUCTS, type ConductName } from "../../support/flow/buyers.ts";
import { type Case, play } from "../../support/flow/case.ts";
import { PUBLISHERS, type PublisherName, Scene } from "../../support/flow/scene.ts";

/** A worker dies, or stands still and comes back, at every crash point of a post; others take the lead over. */
let scene: Scene;
beforeAll(async () => {
  scene = new Scene();
  await scene.seed();
});
afterAll(() => scene.end());

const names = <T extends string>(record: Record<T, unknown>) => Object.keys(record) as T[];

describe.each(names(PUBLISHERS))("a %s publisher", (publisher: PublisherName) => {
  it.each(names(CONDUCTS))("and a buyer that: %s", async (conduct: ConductName) => {
    const base: Case = { policy: "review", publisher, conduct };
    const calm = await play(scene, base);
    expect(audit(calm)).toEqual([]);
    const faults: string[] = [];
    let n = 0;
    const t = Date.now();
    for (const kind of ["dies", "stalls"] as const) {
      for (const [at, point] of calm.points.entries()) {
        n++;
        const seen = await play(scene, { ...base, fate: { at, kind } });
        faults.push(...audit(seen).map((fault) => `${kind} at ${at} ${point}: ${fault}`));
      }
    }
    console.log("CASES", n, Date.now() - t);
    expect(faults).toEqual([]);
  });
});
