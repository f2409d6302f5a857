import { expect } from "vitest";
import { task } from "./session.ts";

task("acknowledge an alert", "operator", async ({ page, size, look }) => {
  await page.goto("/ops/alerts");
  await page.getByRole("button", { name: "Look now" }).click();
  await page.getByText("Done: a look is on its way.").waitFor();
  const rows = page.getByRole("row").filter({ has: page.getByRole("button", { name: "Acknowledge" }) });
  await expect
    .poll(
      async () => {
        await page.goto("/ops/alerts");
        return rows.count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBeGreaterThan(0);
  await look("alerts-open");
  const row = size === "desktop" ? rows.first() : rows.last();
  const title = (await row.getByRole("link").first().textContent()) ?? "";
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await page.getByText("Done: acknowledged.").waitFor();
  const seen = page.getByRole("row").filter({ hasText: "seen by operator" }).first();
  await seen.waitFor();
  await seen.getByRole("link").first().click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  expect(title.length).toBeGreaterThan(0);
  await page.getByRole("heading", { name: "What to do" }).waitFor();
  await page.locator("summary", { hasText: "Mute" }).click();
  await page.getByLabel("For").selectOption("4");
  await look("alert");
  await page.locator("details form button").click();
  await page.getByText("muted until").waitFor();
  await page.getByRole("button", { name: "Take the mute of" }).click();
  await page.getByText("Done: the mute was taken back.").waitFor();
  await page.goto("/ops/alerts/history?severity=critical");
  await look("alerts-history");
});

task("change a rule, make a channel and try it", "admin", async ({ page, size, look }) => {
  await page.goto("/ops/alerts/rules");
  const limit = page.locator('input[name="success_low.warning"]');
  await limit.fill("96.5");
  await page.getByLabel("Reason").fill("stricter for a while");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Done: saved.").waitFor();
  expect(await limit.inputValue()).toBe("96.5");
  await look("alerts-rules");

  await page.goto("/ops/alerts/channels/new");
  await page.locator("#f-id").fill(`team-${size}`);
  await page.locator("#f-name").fill(`Team ${size}`);
  await page.locator("#f-type").selectOption("slack");
  await page.getByLabel("Slack: hook address").fill("http://127.0.0.1:9/hook");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Done: saved.").waitFor();
  await look("alerts-channel");
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByText("The test was not taken: the connection failed.").waitFor();
  await page.goto("/ops/alerts/channels");
  await look("alerts-channels");
});

task("send a synthetic lead", "admin", async ({ page, size, look }) => {
  await page.goto("/ops/alerts/synthetics/new");
  await page.locator("#f-id").fill(`way-${size}`);
  await page.locator("#f-name").fill(`Whole way ${size}`);
  await page.getByLabel("Campaign").fill("auto_insurance");
  await page.getByLabel("Test key of a publisher").fill(`pk_test_${"x".repeat(32)}`);
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Done: saved.").waitFor();
  await look("alerts-synthetic");
  await page.getByRole("button", { name: "Send now" }).click();
  await page.getByText("It came back as http_401, expected was accepted.").waitFor();
  await look("alerts-synthetics");
});
