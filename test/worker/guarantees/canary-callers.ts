import { expect } from "vitest";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import type { Canaries } from "./canaries.ts";
import { FORM } from "./canary-seed.ts";
import { type Json, post, send } from "./support.ts";

/** Each sells a lead of a person of its own, and waits for all that it causes. */
export async function twoSteps(canaries: Canaries, key: string, campaign: CampaignInput): Promise<Json> {
  const { ping, post: lead, digests } = canaries.person(campaign);
  const hashes = { phone_hash: digests.phone, email_hash: `sha256:${digests.email}` };
  const offered = await post(key, "/v1/pings", { campaign: campaign.id, lead: ping, ...hashes });
  expect(offered.body).toMatchObject({ result: "accepted", price: 16 });
  await offered.settled;
  const sold = await post(key, "/v1/posts", { ping_id: offered.body.ping_id, lead });
  await sold.settled;
  return sold.body;
}

export async function oneStep(canaries: Canaries, finalKey: string, campaign: CampaignInput): Promise<Json> {
  const { whole } = canaries.person(campaign);
  const sold = await post(
    finalKey,
    "/v1/leads",
    { campaign: campaign.id, lead: whole },
    { "idempotency-key": `k-${whole.phone}` },
  );
  await sold.settled;
  return sold.body;
}

export async function byForm(canaries: Canaries, campaign: CampaignInput): Promise<Json> {
  const { whole } = canaries.person(campaign);
  const fields = Object.entries(whole).map(([name, value]): [string, string] => [name, String(value)]);
  const sold = await send(`/f/${FORM(campaign)}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams(fields).toString(),
  });
  await sold.settled;
  return sold.body;
}
