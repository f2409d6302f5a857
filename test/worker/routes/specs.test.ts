import { expect, test } from "vitest";
import { PROBLEMS } from "../../../schema/api/problems.ts";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { autoInsurance, homeSolar } from "../../../schema/verticals/index.ts";
import { compileCampaign, missingConsent } from "../../../worker/auction/fields/index.ts";
import { MAGIC_ZIPS } from "../../../worker/auction/test-mode.ts";
import { CONSENT_TIME, leastLead } from "../../../worker/routes/specs/least-lead.ts";
import { campaign, KEY, NOW, problemOf, raw, send, type World, world } from "./support.ts";

const get = (w: World, path: string, headers: Record<string, string> = {}) => raw(w, path, null, headers, "GET");
const AUTO = "/specs/auto_insurance";

/** A gateway whose only campaign has these settings. */
function withCampaign(changes: object): World {
  const own = compileCampaign(campaignSchema.parse({ ...autoInsurance, ...changes }), 7);
  const w = world();
  const { snapshot } = w.ctx;
  w.ctx.snapshot = async () => ({ ...(await snapshot()), campaign: (id) => (id === own.config.id ? own : undefined) });
  return w;
}

test("the page names every field, test value, answer and problem, and loads nothing from elsewhere", async () => {
  const response = await get(world(), AUTO);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(response.headers.get("cache-control")).toBe("public, max-age=60");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const html = await response.text();
  const words = [
    ...campaign.config.fields.flatMap(({ name, aliases }) => [name, ...aliases]),
    ...Object.keys(MAGIC_ZIPS),
    ...ANSWER_CODES,
    "unauthorized",
    "invalid_fields",
    "ping_lost",
  ];
  expect(words.filter((word) => !html.includes(`<code>${word}</code>`))).toEqual([]);
  expect(html.match(/<script|onclick=|undefined|\[object/g)).toBeNull();
});

test("text and data say the same; what the campaign pays and charges is in none of them", async () => {
  const w = withCampaign({ auction: { floor: 7.77, publisher_share: 61.5, min_margin: 3.21 } });
  const markdown = await (await get(w, `${AUTO}?format=markdown`)).text();
  const data = (await (await get(w, `${AUTO}?format=json`)).json()) as {
    fields: { name: string; required: string; aliases: string[] }[];
    problems: { code: string }[];
    version: number;
  };
  const html = await (await get(w, AUTO)).text();
  expect(data.version).toBe(7);
  expect(data.fields.map(({ name }) => name)).toEqual(campaign.config.fields.map(({ name }) => name));
  for (const { name } of data.fields) expect(markdown).toContain(`\`${name}\``);
  for (const { code } of data.problems) expect(Object.keys(PROBLEMS)).toContain(code);
  for (const text of [markdown, html, JSON.stringify(data)])
    expect(text.match(/7\.77|61\.5|3\.21|77700|61500|floor|min_margin|buyer_id|contract_id/g)).toBeNull();
});

test("required is what the parser requires: the least ping and post are taken, and lack nothing that is optional", () => {
  for (const config of [autoInsurance, homeSolar]) {
    const compiled = compileCampaign(campaignSchema.parse(config), 1);
    const least = leastLead(compiled.config);
    const ping = compiled.parsePing(least.ping);
    expect(ping).toMatchObject({ ok: true });
    if (!ping.ok) continue;
    const at = new Date(NOW).toISOString();
    const given = Object.fromEntries(
      Object.entries(least.post).map(([name, value]) => [name, value === CONSENT_TIME ? at : value]),
    );
    const post = compiled.parsePost(given, ping.fields);
    expect(post).toMatchObject({ ok: true });
    if (post.ok)
      expect(missingConsent(compiled.config, { required: [] }, { ...ping.fields, ...post.fields }, NOW)).toEqual([]);
    for (const name of Object.keys(least.ping))
      expect([name, compiled.parsePing({ ...least.ping, [name]: null }).ok]).toEqual([name, false]);
    for (const name of Object.keys(given))
      expect([name, compiled.parsePost({ ...given, [name]: null }, ping.fields).ok]).toEqual([name, false]);
  }
});

test.each([
  ["public", {}, 200],
  ["publishers", {}, 404],
  ["publishers", { authorization: `Bearer ${KEY}` }, 200],
  ["publishers", { "x-api-key": "pk_live_of_nobody" }, 404],
  ["off", { authorization: `Bearer ${KEY}` }, 404],
] as const)("specs: %s, with %j: %i", async (specs, headers, status) => {
  const response = await get(withCampaign({ specs }), AUTO, { ...headers });
  expect(response.status).toBe(status);
  if (status === 404) expect(await problemOf(response)).toMatchObject({ code: "specification_not_found" });
});

test("a key in an address is not read, and what a key showed is kept by nobody", async () => {
  const hidden = withCampaign({ specs: "publishers" });
  expect((await get(hidden, `${AUTO}?key=${KEY}&api_key=${KEY}`)).status).toBe(404);
  const own = await get(hidden, AUTO, { authorization: `Bearer ${KEY}` });
  expect(own.headers.get("cache-control")).toBe("private, no-store");
  const html = await own.text();
  expect(html).toContain("Acme, final mode");
  expect(html).not.toContain(KEY);
});

test("an unknown campaign, a wrong format, a flood, no configuration", async () => {
  const w = world();
  expect(await problemOf(await get(w, "/specs/nobody"))).toMatchObject({ status: 404 });
  expect(await problemOf(await get(w, `${AUTO}?format=pdf`))).toMatchObject({
    status: 422,
    errors: [{ field: "format" }],
  });
  expect((await get(world({ rateLimit: () => false }), AUTO)).status).toBe(429);
  const away = world({ snapshot: () => Promise.reject(new Error("D1 is away")) });
  expect((await get(away, AUTO)).status).toBe(503);
  expect((await get(away, "/specs")).status).toBe(503);
});

test("the list has the public ones only", async () => {
  expect(await (await get(world(), "/specs")).text()).toContain('<a href="/specs/auto_insurance">');
  expect(await (await get(withCampaign({ specs: "publishers" }), "/specs")).text()).not.toContain("auto_insurance");
});

test("a campaign without a ZIP has samples that are tests all the same", async () => {
  const fields = [
    { name: "age", type: "integer", class: "public", required: "ping", sample: 40 },
    { name: "last_name", type: "string", class: "personal", required: "post", sample: 'O\'Neil "\\n" $HOME `id`' },
  ];
  const w = withCampaign({ fields, consent: { required: [] } });
  const html = await (await get(w, AUTO)).text();
  expect(html).toContain("no outcome can be forced");
  const data = (await (await get(w, `${AUTO}?format=json`)).json()) as { samples: { ping: unknown } };
  expect(data.samples.ping).toEqual({ campaign: "auto_insurance", test: true, lead: { age: 40 } });
  expect((await send(w, "/v1/pings", data.samples.ping)).status).toBe(200);
});
