import { afterAll, beforeAll, expect, test } from "vitest";
import { type BuyerServer, startBuyers } from "../../../demo/buyers/index.ts";
import { formPage } from "../../../demo/form.ts";
import { driver } from "../../../demo/people.ts";
import { siteHandler } from "../../../demo/site.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";

let server: BuyerServer;
let action: string | null = null;
beforeAll(async () => {
  server = await startBuyers({ buyers: {}, otherwise: siteHandler(() => action) });
});
afterAll(() => server.close());

const fields = new Map(autoInsurance.fields.map((field) => [field.name, field]));
const html = formPage("http://127.0.0.1:8787/f/demo_form_auto");
const named = [...html.matchAll(/ name="([a-z_]+)"/g)].map((match) => match[1]!).filter((name) => name !== "viewport");

test("the form asks for what the campaign knows, and for all that it needs", () => {
  expect(named.filter((name) => !fields.has(name))).toEqual([]);
  const needed = [...fields.values()]
    .filter((field) => field.required && field.required !== "never")
    .map((f) => f.name);
  // The gateway finds the state by the ZIP, and takes the time of sending for the time of consent.
  expect(needed.filter((name) => !named.includes(name))).toEqual(["state", "consent_at"]);
});

test("every choice that the form offers is one of the campaign's", () => {
  for (const [, name = "", options = ""] of html.matchAll(
    /<select id="[a-z_]+" name="([a-z_]+)"[^>]*>(.*?)<\/select>/g,
  )) {
    const offered = [...options.matchAll(/value="([^"]+)"/g)].map((match) => match[1]!);
    expect(fields.get(name)?.values ?? ["true", "false"]).toEqual(expect.arrayContaining(offered));
  }
});

test("every control has its label, and the consent is read out with the button", () => {
  const controls = [...html.matchAll(/<(?:input|select) id="([a-z_]+)"/g)].map((match) => match[1]!);
  expect(controls.length).toBeGreaterThan(10);
  for (const id of controls) expect(html).toContain(`<label for="${id}">`);
  expect(html).toContain('<button type="submit" aria-describedby="consent">');
});

test("the form waits for its gateway, then posts there", async () => {
  expect((await fetch(server.url)).status).toBe(503);
  action = 'http://127.0.0.1:1/f/"><script>';
  expect(await (await fetch(server.url)).text()).toContain('action="http://127.0.0.1:1/f/&quot;&gt;&lt;script&gt;"');
});

test.each([
  ["GET", "/thank-you", 200],
  ["GET", "/welcome", 200],
  ["HEAD", "/thank-you", 200],
  ["POST", "/thank-you", 405],
  ["GET", "/nowhere", 404],
])("%s %s is %i", async (method, path, status) => {
  expect((await fetch(server.url + path, { method })).status).toBe(status);
});

test("each consumer of the demo is another one", () => {
  const phones = Array.from({ length: 30 }, () => driver("CA").personal.phone);
  expect(new Set(phones).size).toBe(30);
});
