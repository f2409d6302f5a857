import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import { send } from "../../support/raw.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { accepts, admin, bids, call, dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { emptied } from "./support.ts";

let world: World;
beforeEach(async () => {
  await emptied();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
});
afterEach(() => world.end());

async function sold(): Promise<{ path: string; lead: Record<string, unknown> }> {
  const key = await seedCampaign({ ...autoInsurance, duplicate_check: "off" });
  const { ping, post } = dialect("acme");
  const headers = { "x-token": "{{secret.token}}" };
  await seedBuyer("acme", autoInsurance.id, {
    endpoint: {
      credentials: { token: "CANARY-token" },
      dialect: { version: 1, ping, post: { ...post, request: { ...post.request, headers } } },
    },
  });
  world.buyers.set("acme", { ping: bids(12), post: accepts() });
  const sample = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  const lead = { ...sample.ping, ...sample.post };
  const { body } = await call(key, "/v1/leads", { campaign: autoInsurance.id, lead });
  const trace = (await admin("GET", `/leads/${String(body.lead_id)}/trace`)) as { attempts: { attempt_id: string }[] };
  return { path: `/leads/${String(body.lead_id)}/attempts/${trace.attempts[0]?.attempt_id}/curl`, lead };
}
const get = (path: string) => send(`/v1/admin${path}`, { key: TEST_OPERATOR_TOKEN, method: "GET" });
const opened = async () => (await admin("GET", "/audit?action=open_payloads")).items;

it("GET /leads/:id/attempts/:attempt/curl 200: the request that was sent; personal data only when it is asked for, which the audit knows", async () => {
  const { path, lead } = await sold();
  const masked = await get(path);
  expect([masked.status, masked.body.masked]).toEqual([200, true]);
  const [request] = masked.body.requests as { name: string; curl: string }[];
  expect(request?.curl).toContain("curl -sS -X POST 'http://127.0.0.1/acme/post'");
  expect(request?.curl).toContain(`"zip":"${String(lead.zip)}"`);
  expect(request?.curl).toContain('"first":"***"');
  for (const name of ["first_name", "last_name", "email"]) expect(masked.text).not.toContain(String(lead[name]));
  expect(await opened()).toEqual([]);

  const open = await get(`${path}?open=true`);
  expect(open.text).toContain(String(lead.first_name));
  expect(open.text).not.toContain("CANARY");
  expect(await opened()).toMatchObject([
    { target: expect.stringContaining("lead:"), detail: expect.stringContaining("curl") },
  ]);
});

it("404: no such attempt, no such lead", async () => {
  const { path } = await sold();
  expect((await get(path.replace(/attempts\/.*/, "attempts/none/curl"))).status).toBe(404);
  expect((await get("/leads/nobody/attempts/none/curl")).status).toBe(404);
});
