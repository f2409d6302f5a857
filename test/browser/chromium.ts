import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

/** Debian's Chromium; another place by CHROMIUM. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS });

export const SIZES = {
  desktop: { viewport: { width: 1_280, height: 800 }, hasTouch: false, isMobile: false },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
} as const;
export type Size = keyof typeof SIZES;

export interface Viewed {
  context: BrowserContext;
  page: Page;
  /** What the browser's console said that is an error, and scripts that failed. */
  errors: string[];
}

/** A form that is shown again with what is wrong in it is answered 409, 412 or 422, which Chromium calls an error of the page. */
const REFUSED = /^Failed to load resource: the server responded with a status of (409|412|422) /;

/** A fresh viewer of the console at `url`, signed in with `token`. */
export async function signedIn(
  browser: Browser,
  at: { url: string; token: string; size: Size; dark?: boolean },
): Promise<Viewed> {
  const context = await browser.newContext({
    ...SIZES[at.size],
    baseURL: at.url,
    colorScheme: at.dark ? "dark" : "light",
    timezoneId: "America/New_York",
    locale: "en-US",
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !REFUSED.test(message.text())) errors.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
  await page.goto("/ops/sign-in");
  await page.getByLabel("Operator's token").fill(at.token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  return { context, page, errors };
}

/** By how many pixels the page is wider than the screen. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds of WCAG 2.2 AA that is serious or critical: rule and the elements' selectors. */
export async function seriousFindings(page: Page): Promise<string[]> {
  // Through the debugger, not as a script of the page: the page's policy allows none.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(options: unknown): Promise<{ violations: Violation[] }> } }).axe;
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      targets: nodes.map((node) => node.target.join(" ")),
    }));
    interface Violation {
      id: string;
      impact: string | null;
      nodes: { target: string[] }[];
    }
  });
  return found
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, targets }) => `${id} (${impact}): ${targets.slice(0, 5).join(" | ")}`);
}
