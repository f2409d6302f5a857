import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { send } from "../../support/raw.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { emptied } from "./support.ts";

let world: World;
beforeEach(async () => {
  await emptied();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  await seedCampaign(autoInsurance);
});
afterEach(() => world.end());

const get = (query = "", id = "acme_c") =>
  send(`/v1/admin/contracts/${id}/specification${query}`, { key: TEST_OPERATOR_TOKEN, method: "GET", type: "" });

async function seed(): Promise<void> {
  const { ping, post } = dialect("acme");
  const headers = { "X-Key": "{{secret.api_key}}", "X-Nonce": "{{request.nonce}}" };
  const sign = [
    { header: "X-Signature", hmac: "sha256", key: "{{secret.signing}}", over: "{{request.body}}{{request.nonce}}" },
  ];
  await seedBuyer("acme", autoInsurance.id, {
    endpoint: {
      credentials: { api_key: "CANARY-key", signing: "CANARY-signing" },
      dialect: { version: 1, ping, post: { ...post, request: { ...post.request, headers, sign } } },
    },
    contract: { caps: [{ per: "day", count: 25 }], retry: { attempts: 4, first_delay_s: 2, max_delay_s: 5 } },
  });
}

it("GET /contracts/:id/specification 200: samples, fields, rules, signatures, terms; no credential; a page, text or data", async () => {
  await seed();
  const page = await get();
  expect([page.status, page.type]).toEqual([200, "text/html; charset=utf-8"]);
  const markdown = await get("?format=markdown");
  const data = await get("?format=json");
  for (const { text } of [page, markdown, data]) expect(text).not.toContain("CANARY");
  expect(world.received).toEqual([]);
  expect(data.body.samples).toMatchObject({
    ping: { method: "POST", url: "http://127.0.0.1/acme/ping" },
    post: { url: "http://127.0.0.1/acme/post", body: expect.stringContaining('"ref":"<ref>"') },
  });
  for (const part of [
    "# Delivery specification: ",
    "X-Key: <api_key>",
    "| `phone` | `{{phone}}` |",
    "| `result is bid` | a bid",
    'createHmac("sha256", KEY)',
    'rawBody + headers["x-nonce"]',
    "Idempotency-Key: lb0",
    "| post | 10000 ms | 1 MiB |",
    "after at most 2, 4, 5 s, 4 requests in all",
    "at most 25 leads a day (America/New_York)",
    "You get no test leads.",
  ])
    expect(markdown.text).toContain(part);
  expect(page.text).toContain('<h2 id="the-post">The post</h2>');
  expect(page.text).toContain("@media print");
});

it("404: no such contract; 422: no such format", async () => {
  expect((await get("", "nobody")).status).toBe(404);
  expect((await get("?format=pdf")).status).toBe(422);
});
