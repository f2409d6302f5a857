import { expect, it } from "vitest";
import { play, seedWorld } from "./run.ts";

it("counts", async () => {
  const { world, key } = await seedWorld(50);
  const mix = { buyers: 50, rate: 10, pings: 600, post_every: 10 };
  const { counts, statements } = await play(world, key, mix);
  world.end();
  const per = Object.fromEntries(Object.entries(counts).map(([k, v]) => [k, v / mix.pings]));
  console.info(JSON.stringify(per, null, 1));
  const rows = Object.entries(statements)
    .filter(([, v]) => v > 0)
    .sort((a, b) => b[1] - a[1]);
  console.info(rows.map(([k, v]) => `${(v / mix.pings).toFixed(3)} ${k}`).join("\n"));
  expect(counts["book.calls"]).toBeGreaterThan(0);
}, 280_000);
