import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { Admin } from "../../demo/api.ts";
import { openBrowser, signedIn } from "./chromium.ts";
import { startWorld, type World } from "./world.ts";

/** The pictures of docs/console.md and the README, taken of the demo's world: `npm run console:shots`. */
const OUT = fileURLToPath(new URL("../../docs/images/console/", import.meta.url));

interface Leads {
  items: { lead_id: string; state: string; buyer_id: string | null; test: boolean | number }[];
}

const world = await startWorld();
const browser = await openBrowser();
try {
  mkdirSync(OUT, { recursive: true });
  for (const [name, path] of await paths(world)) await shoot(name, path, false);
  await shoot("overview-dark", "/ops", true);
} finally {
  await browser.close();
  await world.stop();
}

async function paths({ url, tokens }: World): Promise<[string, string][]> {
  const admin = new Admin(url, tokens.admin);
  await admin.post("alerts/look", {});
  const { items } = await admin.get<Leads>("leads?limit=50");
  const recovered = items.find(({ state, buyer_id }) => state === "sold" && buyer_id === "patient_mutual");
  const lead = recovered ?? items.find(({ state }) => state === "sold");
  const resting = items.find(({ state }) => state === "review");
  return [
    ["overview", "/ops"],
    ["trace", `/ops/leads/${lead?.lead_id}`],
    ["buyer", "/ops/buyers/patient_mutual"],
    ["contract", "/ops/contracts/patient_mutual_auto_insurance"],
    ["reports", "/ops/reports"],
    ["alerts", "/ops/alerts"],
    ["live", "/ops/live"],
    ["dead-letter", `/ops/dead-letters/${resting?.lead_id}`],
    ["publisher", "/ops/publishers/quotewise"],
    ["specs", "/specs/auto_insurance"],
  ];
}

async function shoot(name: string, path: string, dark: boolean): Promise<void> {
  const { page, context } = await signedIn(browser, {
    url: world.url,
    token: world.tokens.admin,
    size: "desktop",
    dark,
  });
  await page.setViewportSize({ width: 1_280, height: 860 });
  await page.goto(path);
  await settled(page);
  await page.screenshot({ path: join(OUT, `${name}.png`) });
  console.log(`${name}.png of ${path}`);
  await context.close();
}

/** Charts are drawn, streams have said their first word. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction("document.fonts.status === 'loaded'");
  await page.waitForLoadState("load");
  if ((await page.locator("[data-chart]").count()) > 0) await page.locator(".u-wrap, .uplot").first().waitFor();
}
