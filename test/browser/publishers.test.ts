import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openBrowser, overflow, SIZES, seriousFindings } from "./chromium.ts";
import { task } from "./session.ts";

task("a new publisher comes to its first test sale", "admin", async ({ page, size, url, look }) => {
  const id = `newcomer_${size}`;
  await page.goto("/ops/publishers");
  await look("publishers");
  await page.getByRole("link", { name: "New publisher" }).click();
  await page.getByRole("textbox", { name: "Name required" }).fill("Newcomer");
  await page.getByRole("textbox", { name: "Id required" }).fill(id);
  await page.getByRole("checkbox", { name: /Auto insurance/ }).check();
  await page.getByRole("button", { name: "Make the publisher" }).click();
  await page.getByText("Done: publisher made.").waitFor();
  await page.locator("summary", { hasText: "New key" }).click();
  await page.getByLabel("Label").fill("first");
  await page.getByRole("button", { name: "Make the key" }).click();
  await page.getByRole("heading", { level: 1, name: "The new test key" }).waitFor();
  const key = await page.locator("main code", { hasText: "pk_test_" }).innerText();
  await page.getByRole("link", { name: "Back to the publisher" }).click();
  await page.getByText("the key “first”, test").waitFor();
  await look("publisher");
  // All that it needs from here on stands in the specification.
  await page.getByRole("link", { name: "open", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Posting specification: Auto insurance" }).waitFor();
  const spec = (await (await fetch(`${url}/specs/auto_insurance?format=json`)).json()) as {
    samples: { lead: { lead: Record<string, unknown> } };
  };
  const { lead } = spec.samples.lead;
  const sell = async (): Promise<unknown> => {
    const answer = await fetch(`${url}/v1/leads`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ ...spec.samples.lead, lead: { ...lead, consent_at: new Date().toISOString() } }),
    });
    return answer.json();
  };
  // The key is known a second or two after it was made.
  await expect.poll(sell, { timeout: 15_000 }).toMatchObject({ result: "accepted", test: true });
  await page.goto(`/ops/publishers/${id}`);
  await page.locator("main header.title summary", { hasText: "Pause" }).click();
  await page.getByRole("button", { name: "Pause" }).first().waitFor();
  await page.locator("main header.title").getByLabel("Reason").fill("only tried out");
  await page.locator("main header.title").getByRole("button", { name: "Pause" }).click();
  await page.getByText("Done: paused.").waitFor();
});

describe.each(["desktop", "phone"] as const)("pages for everybody (%s)", (size) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  test.each(["/specs", "/specs/auto_insurance", "/status"])(
    "%s: fits, and axe finds nothing serious, light and dark",
    async (path) => {
      for (const colorScheme of ["light", "dark"] as const) {
        const context = await browser.newContext({ ...SIZES[size], baseURL: inject("url"), colorScheme });
        const page = await context.newPage();
        const errors: string[] = [];
        page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
        await page.goto(path);
        expect(await seriousFindings(page)).toEqual([]);
        expect(await overflow(page)).toBeLessThanOrEqual(0);
        expect(errors).toEqual([]);
        await context.close();
      }
    },
  );

  test("the samples' tabs work without a script, by keyboard", async () => {
    const context = await browser.newContext({ ...SIZES[size], baseURL: inject("url"), javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto("/specs/auto_insurance");
    const shown = () => page.locator("pre[data-sample^='two_steps/']:visible").getAttribute("data-sample");
    expect(await shown()).toBe("two_steps/sh");
    await page.getByRole("radio", { name: "curl" }).first().focus();
    await page.keyboard.press("ArrowRight");
    expect(await shown()).toBe("two_steps/js");
    await page.getByText("Python", { exact: true }).first().click();
    expect(await shown()).toBe("two_steps/python");
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("pre[data-sample^='two_steps/']:visible").count()).toBe(5);
    await context.close();
  });
});
