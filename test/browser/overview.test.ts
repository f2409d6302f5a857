import { expect } from "vitest";
import { task } from "./session.ts";

task("see what needs attention and how the day goes", "viewer", async ({ page, look }) => {
  await page.goto("/ops");
  // The demo's Black Hole took a lead and said nothing: somebody must know.
  const attention = page.locator("section", { has: page.getByRole("heading", { name: "Needs attention" }) });
  await attention
    .getByRole("link", { name: /dead letter|that a buyer may have/ })
    .first()
    .waitFor();
  const revenue = page.locator(".stat", { hasText: "Revenue today" }).locator("dd");
  expect(await revenue.textContent()).toMatch(/\$\d/);
  const newest = page.getByRole("table", { name: "The newest auctions and sales" });
  expect(await newest.getByRole("row").count()).toBeGreaterThan(5);
  await look("overview");
});
