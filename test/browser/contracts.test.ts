import { expect } from "vitest";
import { task } from "./session.ts";

const CONTRACT = "/ops/contracts/patient_mutual_auto_insurance";

task("publish and roll back a contract", "admin", async ({ page, size, look }) => {
  await page.goto("/ops/contracts");
  await look("contracts");
  await page.goto(CONTRACT);
  await look("contract");

  await page.goto(`${CONTRACT}/edit`);
  await page.getByLabel("Priority", { exact: true }).fill("zero");
  await page.getByRole("button", { name: "Review changes" }).click();
  await expect(page.getByLabel("Priority", { exact: true }).getAttribute("aria-invalid")).resolves.toBe("true");
  await look("contract-edit");
  const priority = size === "phone" ? "41" : "42";
  await page.getByLabel("Priority", { exact: true }).fill(priority);
  await page.getByLabel("Most it may bid").fill("1.50");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByText("price.max_bid").waitFor();
  await page.getByRole("heading", { name: "What this would have sold" }).waitFor();
  await look("contract-review");
  await page.getByLabel("Reason").fill("to see what it does");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Done: published.").waitFor();
  await page.getByText("its bid, up to 1.50").waitFor();

  await page.getByRole("link", { name: "Versions" }).click();
  await look("contract-versions");
  await page
    .getByRole("button", { name: /^Review rollback to/ })
    .first()
    .click();
  await page.getByText("price.max_bid").waitFor();
  await look("contract-rollback");
  await page.getByLabel("Reason").fill("it sold less");
  await page.getByRole("button", { name: /^Roll back to version/ }).click();
  await page.getByText("Done: rolled back.").waitFor();
  expect(await page.getByText("its bid, up to 1.50").count()).toBe(0);
});

task("prices from a list, looked at before they hold", "admin", async ({ page, look }) => {
  await page.goto(CONTRACT);
  await page.locator("summary", { hasText: "Prices from CSV" }).click();
  await page.getByLabel("Rows").fill("zip,amount\n90210,25\n9021,x\n");
  await page.getByRole("button", { name: "Read and review" }).click();
  await page.getByText("csv: line 3, column amount").waitFor();
  await page.getByLabel("Rows").fill("zip,amount\n90210,25\n902*,12.50\n,8\n");
  await page.getByRole("button", { name: "Read and review" }).click();
  await page.getByRole("heading", { name: "What this would have sold" }).waitFor();
  await look("contract-prices");
});

task("a campaign's rules, tried on recorded auctions", "admin", async ({ page, look }) => {
  await page.goto("/ops/campaigns");
  await look("campaigns");
  await page.goto("/ops/campaigns/auto_insurance");
  await look("campaign");
  await page.goto("/ops/campaigns/auto_insurance/edit");
  await page.getByLabel("Floor").fill("30");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByText("auction.floor").waitFor();
  await page.getByRole("heading", { name: "What this would have sold" }).waitFor();
  await look("campaign-review");
});

task("a change that somebody published meanwhile is not taken back unseen", "admin", async ({ page, size }) => {
  const contract = size === "phone" ? "swift_auto_auto_insurance" : "choosy_cover_auto_insurance";
  await page.goto(`/ops/contracts/${contract}/edit`);
  const other = await page.context().newPage();
  await other.goto(`/ops/contracts/${contract}/edit`);
  await other.getByLabel("Priority", { exact: true }).fill("77");
  await other.getByRole("button", { name: "Review changes" }).click();
  await other.getByLabel("Reason").fill("somebody else's change");
  await other.getByRole("button", { name: "Publish" }).click();
  await other.getByText("Done: published.").waitFor();
  await page.getByLabel("Most it may bid").fill("30");
  await page.getByRole("button", { name: "Review changes" }).click();
  await page.getByText(/was published while you edited version/).waitFor();
  await page.locator("main").getByText("priority", { exact: true }).waitFor();
});
