import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import type { OperatorRole } from "../../../schema/lists.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import type { Env } from "../../../worker/env.ts";
import { vouch } from "../../../worker/routes/admin/identity.ts";
import { gatewayApp } from "../../../worker/routes/gateway-app.ts";
import { accepts, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { emptied } from "./support.ts";

let world: World;
beforeEach(async () => {
  await emptied();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
});
afterEach(() => world.end());

/** Buyers of a trace, as somebody with this role sees it. */
async function buyersFor(role: OperatorRole, path: string): Promise<{ answer: string | null; bid: number | null }[]> {
  const context = createExecutionContext();
  const request = vouch(new Request(`https://gateway.test/v1/admin${path}`), { author: role, role });
  const answer = await gatewayApp().fetch(request, env as unknown as Env, context);
  expect(answer.status).toBe(200);
  await waitOnExecutionContext(context);
  return ((await answer.json()) as { buyers: { answer: string | null; bid: number | null }[] }).buyers;
}

test("what buyers said to a ping is kept sealed: a viewer sees what they bid, and not their words", async () => {
  const key = await seedCampaign({ ...autoInsurance, duplicate_check: "off" });
  await seedBuyer("acme", autoInsurance.id);
  world.buyers.set("acme", { ping: bids(12), post: accepts() });
  const sample = sampleLead(campaignSchema.parse(autoInsurance), Date.now());
  const { body } = await call(key, "/v1/leads", {
    campaign: autoInsurance.id,
    lead: { ...sample.ping, ...sample.post },
  });
  const path = `/leads/${String(body.lead_id)}/trace`;
  const [seen] = await buyersFor("operator", path);
  expect([seen?.bid, seen?.answer]).toEqual([12, expect.stringContaining("12")]);
  const [masked] = await buyersFor("viewer", path);
  expect([masked?.bid, masked?.answer]).toEqual([12, null]);
});
