import { expect } from "vitest";
import { type Letters, letters } from "./letters.ts";
import { task } from "./session.ts";

task("watch auctions as they happen, pause, and go on", "viewer", async ({ page, size, look }) => {
  const world: Letters = await letters(`brlive${size}`);
  world.answer(503, { error: "down" });
  await page.goto("/ops/live");
  await page.locator("#live-state", { hasText: "live" }).waitFor();
  const rows = page.locator("#live tbody tr", { hasText: `brlive${size}_pub` });
  await world.rest(1);
  await rows.first().waitFor();
  await page.locator("#gauges .stat", { hasText: "Open unknowns" }).getByText("at risk").waitFor();
  await look("live");

  await page.getByRole("button", { name: "Pause" }).click();
  await page.locator("#live-state", { hasText: "paused" }).waitFor();
  const before = await rows.count();
  world.answer(200, { result: "accepted" });
  await world.send(2);
  expect(await rows.count()).toBe(before);
  await page.getByRole("button", { name: "Go on" }).click();
  await rows.nth(before).waitFor();
  world.end();
});
