import { expect, inject, test } from "vitest";
import { openBrowser } from "./chromium.ts";
import { task } from "./session.ts";

test("whoever is not signed in gets nothing but the sign-in page, and comes back to where he wanted to go", async () => {
  const browser = await openBrowser();
  const page = await browser.newPage({ baseURL: inject("url") });
  await page.goto("/ops/buyers?x=1");
  expect(new URL(page.url()).pathname).toBe("/ops/sign-in");
  await page.getByLabel("Operator's token").fill("not a token");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").waitFor();
  await page.getByLabel("Operator's token").fill(inject("tokens").viewer);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/ops/buyers?x=1");
  await browser.close();
});

task("sign in, look round, sign out", "viewer", async ({ page, size, look }) => {
  await look("overview");
  const menu = page.getByRole("button", { name: "Menu" });
  if (size === "phone") {
    await menu.click();
    await look("menu");
    // Below the bar, in its full width: not a column squeezed in beside the button.
    const [areas, button] = [
      await page.getByRole("navigation", { name: "Areas" }).boundingBox(),
      await menu.boundingBox(),
    ];
    expect(areas?.y).toBeGreaterThan((button?.y ?? 0) + (button?.height ?? 0) - 1);
  }
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in to the gateway" }).waitFor();
  await page.goto("/ops");
  expect(new URL(page.url()).pathname).toBe("/ops/sign-in");
});
