import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openBrowser, overflow, type Size, seriousFindings, signedIn } from "./chromium.ts";

const SHOTS = process.env.SHOTS ?? fileURLToPath(new URL("../../shots/", import.meta.url));
type Role = "viewer" | "operator" | "admin";

export interface Tools {
  page: Page;
  size: Size;
  url: string;
  /** Takes a picture and looks at the page with axe: nothing serious may be found, and the page fits the screen. */
  look(name: string): Promise<void>;
}

/**
 * A main task of an operator, done on desktop and on a phone, each in a browser session of its own. Whatever the browser's console calls
 * an error fails it.
 */
export function task(name: string, role: Role, run: (tools: Tools) => Promise<void>): void {
  describe.each(["desktop", "phone"] as const)(`${name} (%s)`, (size) => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());
    test(name, async () => {
      const url = inject("url");
      const { page, errors, context } = await signedIn(browser, { url, token: inject("tokens")[role], size });
      await run({ page, size, url, look: (shot) => look(page, `${shot}-${size}`) });
      await context.close();
      expect(errors).toEqual([]);
    });
  });
}

async function look(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  expect(await seriousFindings(page)).toEqual([]);
  const wide = await overflow(page);
  expect(wide, "the page is wider than the screen").toBeLessThanOrEqual(0);
}
