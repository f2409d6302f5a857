import { expect } from "vitest";
import { task } from "./session.ts";

task("find out why a lead did not sell", "operator", async ({ page, look, size }) => {
  await page.goto("/ops/auctions?code=below_min_price");
  await look("auctions");
  await page.locator("a[href^='/ops/auctions/p']").first().click();
  await page.getByText("and it asked for at least $60.00").waitFor();
  const picture = page.getByRole("img", { name: "The auction in time" });
  expect(await picture.count()).toBe(1);
  expect(await picture.getAttribute("class")).toBe(size === "phone" ? "narrow" : "wide");
  await page.getByRole("cell", { name: "The payout is below the publisher's minimum price." }).first().waitFor();
  await look("auction");

  await page.goto("/ops/leads?state=review");
  const lead = page.locator("a[href^='/ops/leads/l']").first();
  const id = (await lead.textContent())?.trim() ?? "";
  await lead.click();
  await page.getByText("In review: a buyer may have taken the lead").waitFor();
  await page.getByText("No complete answer in time: the buyer may have the lead.").first().waitFor();
  await look("lead");
  expect(await page.getByText("What was sent").count()).toBe(0);

  const open = page.locator("details.confirm", { hasText: "Open requests and answers" });
  await open.locator("summary").click();
  await open.getByRole("button").click();
  await page.getByText("What was sent").first().waitFor();
  await page.goto(`/ops/audit?target=lead%3A${id}`);
  await page.getByText("open payloads").first().waitFor();
  await look("audit");
});

task("find a lead by its id and by its person", "operator", async ({ page, look, size }) => {
  await page.goto("/ops/leads");
  await look("leads");
  const id = (await page.locator("a[href^='/ops/leads/l']").first().textContent())?.trim() ?? "";
  await page.getByLabel("Find a lead or an auction by its id").fill(id);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: `Lead ${id}` }).waitFor();

  // A number that is typed into the bar goes nowhere but to the form for it.
  await page.goto("/ops/leads?q=%28415%29%20555-0145");
  expect(page.url()).toMatch(/\/ops\/leads\/person$/);
  await page.getByLabel("Phone").fill("(512) 555-0199");
  await page.getByLabel("Reason").fill(`looked for on a ${size}`);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByText("No lead of this person is in the ledger").waitFor();
  expect(page.url()).not.toContain("555");
  await look("person");
});

task("what a role may not do is switched off", "viewer", async ({ page }) => {
  await page.goto("/ops/leads?state=review");
  await page.locator("a[href^='/ops/leads/l']").first().click();
  const open = page.getByRole("button", { name: "Open requests and answers" });
  expect(await open.isDisabled()).toBe(true);
});
