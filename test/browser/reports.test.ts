import { expect } from "vitest";
import { task } from "./session.ts";

task("what was sold today, by whom, and why the rest was not", "viewer", async ({ page, look }) => {
  await page.goto("/ops/reports?range=today&zone=America/New_York");
  const sales = page.locator(".stat", { has: page.getByText("Sales", { exact: true }) });
  expect(Number(await sales.locator("dd").first().innerText())).toBeGreaterThan(3);
  await page.locator(".plot canvas").first().waitFor();
  await look("reports-summary");
  await page.getByText("As a table").first().click();
  expect(await page.locator("figure.chart tbody tr").count()).toBeGreaterThan(0);

  await page.getByRole("navigation", { name: "Reports" }).getByRole("link", { name: "By group" }).click();
  await page.getByRole("navigation", { name: "Group" }).getByRole("link", { name: "buyer" }).click();
  await page.getByRole("link", { name: "swift_auto" }).waitFor();
  await look("reports-by-buyer");

  await page.getByRole("navigation", { name: "Reports" }).getByRole("link", { name: "Reasons" }).click();
  await page.getByRole("heading", { name: "Why pings got no offer" }).waitFor();
  await look("reports-reasons");
  await page.getByRole("navigation", { name: "Reports" }).getByRole("link", { name: "Definitions" }).click();
  await page.getByText("Sales that stand, at their time of sale").waitFor();
});

task("a range of one's own in another zone, as a file", "viewer", async ({ page }) => {
  await page.goto("/ops/reports?range=today");
  await page.getByLabel("From").fill("2026-01-01");
  await page.getByLabel("To, inclusive").fill("2026-01-02");
  await page.getByLabel("Time zone").fill("Asia/Kolkata");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("2026-01-01 to 2026-01-02, Asia/Kolkata").waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "CSV" }).click()]);
  expect(file.suggestedFilename()).toBe("summary_2026-01-01_2026-01-02.csv");
  await page.getByLabel("To, inclusive").fill("2025-12-31");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("must not be before the first day").waitFor();
  await page.getByLabel("Time zone").fill("Pacific time");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByText("must be the name of a time zone").waitFor();
});
