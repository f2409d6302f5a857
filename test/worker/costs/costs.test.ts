import { expect, it } from "vitest";
import { play, seedWorld } from "./run.ts";

it("counts what a ping and a post really do", async () => {
  const { world, key } = await seedWorld(12);
  const { counts } = await play(world, key, { buyers: 12, rate: 10, pings: 20, post_every: 10 });
  world.end();
  expect(counts["dialer.calls"]).toBe(20);
  expect(counts["book.call.claim"]).toBe(2);
  expect(counts["book.written"]).toBeGreaterThan(20);
}, 60_000);
