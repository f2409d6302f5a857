import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openBrowser, overflow, type Size, seriousFindings, signedIn } from "./chromium.ts";

/**
 * Looks at pages of a running console: a picture of each on desktop and phone, light and dark, what axe finds, and what the browser's console says.
 *     node test/browser/look.ts --url http://127.0.0.1:8787 --token demo-… --out shots /ops /ops/leads
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: "string", default: "http://127.0.0.1:8787" },
    token: { type: "string" },
    out: { type: "string", default: "shots" },
    /** One picture each, as for the docs. */
    once: { type: "boolean", default: false },
    /** The window alone, not the whole page. */
    window: { type: "boolean", default: false },
  },
});
const { url, token, out } = values;
if (!token) throw new Error("--token is needed: the demo prints one");
mkdirSync(out, { recursive: true });
const browser = await openBrowser();
try {
  const views: { size: Size; dark: boolean }[] = values.once
    ? [{ size: "desktop", dark: false }]
    : (["desktop", "phone"] as const).flatMap((size) => [false, true].map((dark) => ({ size, dark })));
  for (const { size, dark } of views) {
    const { context, page, errors } = await signedIn(browser, { url, token, size, dark });
    for (const path of positionals) {
      const answer = await page.goto(path);
      const name = path.replace(/^\/ops\/?/, "").replace(/[^a-z0-9]+/gi, "-") || "overview";
      const file = join(out, `${name}-${size}-${dark ? "dark" : "light"}.png`);
      await page.screenshot({ path: file, fullPage: !values.window });
      const wide = await overflow(page);
      console.log(`${answer?.status()} ${file}${wide > 0 ? "  WIDER THAN THE SCREEN" : ""}`);
      for (const finding of await seriousFindings(page)) console.log(`  axe: ${finding}`);
    }
    for (const error of errors) console.log(`  console: ${error}`);
    await context.close();
  }
} finally {
  await browser.close();
}
