import { expect, inject } from "vitest";
import { task } from "./session.ts";

/** What the buyer's own account enforces at this moment. */
async function account(
  url: string,
  buyer: string,
): Promise<{ paused: boolean; maintenance: { endpoint_id: string | null }[] }> {
  const response = await fetch(`${url}/v1/admin/buyers/${buyer}/account`, {
    headers: { authorization: `Bearer ${inject("tokens").viewer}` },
  });
  return (await response.json()) as Awaited<ReturnType<typeof account>>;
}

task("pause a buyer", "operator", async ({ page, url, look }) => {
  await page.goto("/ops/buyers?sort=name");
  await look("buyers");
  await page.getByRole("searchbox", { name: "Id or name" }).fill("roof");
  await page.getByRole("button", { name: "Show" }).click();
  await page.getByRole("link", { name: "Roof Club" }).click();
  await page.getByRole("heading", { level: 1, name: "Roof Club" }).waitFor();
  await look("buyer");
  await page.locator("summary", { hasText: "Pause" }).click();
  await page.getByLabel("Reason").fill("complaints about wrong numbers");
  await page.getByRole("button", { name: "Pause this buyer" }).click();
  // It says so, and it is so: the account gives no reservation any more.
  await page.getByRole("status").filter({ hasText: "Paused, in force now" }).waitFor();
  expect(await account(url, "roof_club")).toMatchObject({ paused: true });
  await look("buyer-paused");
  await page.getByRole("link", { name: "Alerts and changes" }).click();
  await page.getByText("complaints about wrong numbers").first().waitFor();
  await look("buyer-log");
  await page.locator("summary", { hasText: "Resume" }).click();
  await page.getByLabel("Reason").fill("has apologised");
  await page.getByRole("button", { name: "Resume" }).click();
  await page.getByRole("status").filter({ hasText: "Resumed" }).waitFor();
  expect(await account(url, "roof_club")).toMatchObject({ paused: false });
});

task("plan maintenance of an endpoint, and end it", "operator", async ({ page, url, look }) => {
  await page.goto("/ops/buyers/quiet_insurance/endpoints");
  await page.getByRole("link", { name: "Quiet Insurance, HTTP" }).click();
  await look("endpoint");
  await page.getByRole("link", { name: "Maintenance" }).click();
  const now = page.locator("section", { has: page.getByRole("heading", { name: "From now on" }) });
  await now.getByLabel("For how many minutes").fill("0");
  await now.getByLabel("Reason").fill("new servers");
  await now.getByRole("button", { name: "Begin now" }).click();
  // What is wrong stands at its field, and nothing that was typed is lost.
  await page.getByRole("alert").waitFor();
  expect(await now.getByLabel("Reason").inputValue()).toBe("new servers");
  expect(await now.getByLabel("For how many minutes").getAttribute("aria-invalid")).toBe("true");
  await now.getByLabel("For how many minutes").fill("30");
  await now.getByRole("button", { name: "Begin now" }).click();
  await page.getByRole("status").filter({ hasText: "in force now" }).waitFor();
  await look("maintenance");
  expect(await account(url, "quiet_insurance")).toMatchObject({
    maintenance: [{ endpoint_id: "quiet_insurance_http" }],
  });
  await page.locator("summary", { hasText: "End now" }).click();
  await page.locator("details[open]").getByLabel("Reason").fill("they are done");
  await page.locator("details[open]").getByRole("button", { name: "End now" }).click();
  await page.getByRole("status").filter({ hasText: "ended" }).waitFor();
  expect(await account(url, "quiet_insurance")).toMatchObject({ maintenance: [] });
});

task("edit a buyer, and book a deposit", "admin", async ({ page, size, look }) => {
  await page.goto("/ops/buyers/choosy_cover/edit");
  await page.getByLabel("Name", { exact: true }).first().fill("Choosy Cover");
  const contact = page.getByRole("group", { name: "Contact 1" });
  await contact.getByLabel("Name").fill("Dana Ortiz");
  await contact.getByLabel("Role").fill("billing");
  await contact.getByLabel("Phone").fill("call me");
  await page.getByRole("button", { name: "Save" }).click();
  await contact.getByText("must be a phone number").waitFor();
  await look("buyer-edit");
  await contact.getByLabel("Phone").fill("+1 212 555 0142");
  await page.getByLabel("Delivery at least").fill("99");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("status").filter({ hasText: "Saved" }).waitFor();
  await page.getByRole("link", { name: "Contacts and agreements" }).click();
  await page.getByRole("link", { name: "+1 212 555 0142" }).waitFor();
  await look("buyer-people");

  await page.getByRole("link", { name: "Money" }).click();
  const form = page.locator("section", { has: page.getByRole("heading", { name: "Book by hand" }) });
  await form.getByLabel("Amount").fill("-5");
  await form.getByLabel("Your id of this entry").fill(`browser-${size}`);
  await form.getByLabel("Reason").fill("bank transfer");
  await form.getByRole("button", { name: "Book" }).click();
  await form.getByText("must be above 0").waitFor();
  await form.getByLabel("Amount").fill("25.125");
  await form.getByRole("button", { name: "Book" }).click();
  await page.getByRole("status").filter({ hasText: "Booked" }).waitFor();
  await look("buyer-money");
});

task("rotate a credential; look at an attempt", "admin", async ({ page, look }) => {
  await page.goto("/ops/buyers/swift_auto/endpoints/swift_auto_http");
  await page.getByRole("link", { name: "Look" }).first().click();
  await page.getByRole("heading", { name: "Requests, masked" }).waitFor();
  await look("attempt");
  await page.locator("summary", { hasText: "Open" }).click();
  await page.getByLabel("Reason").fill("buyer asks what we sent");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByRole("heading", { level: 3, name: "Answer" }).waitFor();
  await page.goto("/ops/buyers/choosy_cover/endpoints/choosy_cover_http/credentials");
  await page.getByLabel("Name").fill("another_key");
  await page.getByLabel("New value").fill("CANARY-secret");
  await page.getByLabel("Reason").last().fill("yearly change");
  await page.getByRole("button", { name: "Seal it" }).click();
  await page.getByRole("status").filter({ hasText: "Sealed" }).waitFor();
  expect(await page.content()).not.toContain("CANARY");
  await look("credentials");
});

task("a viewer sees, and cannot switch", "viewer", async ({ page }) => {
  await page.goto("/ops/buyers/steady_eight");
  expect(await page.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
});
