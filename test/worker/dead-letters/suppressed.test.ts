import { afterEach, beforeEach, expect, it } from "vitest";
import { accepts, admin, rejects, World } from "../../support/world.ts";
import { comesTo, person, post, seed, seedOne, stateOf } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("a lead that waits for its turn is sold to nobody once its consumer is suppressed", async () => {
  const key = await seed("hush");
  await seedOne(world, "hushno", "hush", 20, rejects);
  const waits = { pacing: { min_interval_s: 60 }, on_cap: { do: "queue" } };
  await seedOne(world, "hushyes", "hush", 12, accepts(), waits);
  expect(await stateOf(await post(key, "hush", 61))).toBe("sold");
  const lead_id = await post(key, "hush", 62);
  expect(await stateOf(lead_id)).toBe("open");
  await admin("POST", "/suppressions", { phone: person(62).phone, reason: "asked not to be called" });
  world.moveClock(61_000);
  await comesTo(lead_id, "unsold");
  expect((await admin("GET", `/leads/${lead_id}/trace`)).lead).toMatchObject({ code: "suppressed" });
  expect(world.to("hushyes", "post").length).toBe(1);
});
