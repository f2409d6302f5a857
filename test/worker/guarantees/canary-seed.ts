import { env } from "cloudflare:workers";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { changeConfig, readConfig } from "../../../worker/ledger/config-store.ts";
import { admin, seedBuyer } from "../../support/world.ts";
import { type Canaries, personalFields } from "./canaries.ts";
import { greedyDialect, PINGS } from "./canary-scenarios.ts";
import type { Json } from "./support.ts";

export const prefixOf = (campaign: CampaignInput) => campaign.id.slice(0, 4);
export const FORM = (campaign: CampaignInput) => `form_of_${campaign.id}`;

/** Buyers whose ping even asks for personal fields: configuration from before somebody checked it. */
async function makeGreedy(endpoint_id: string, contract_id: string, fields: string[]): Promise<void> {
  const asks = Object.fromEntries(fields.map((field) => [field, `{{${field}}}`]));
  const change = async (kind: "endpoint" | "contract", id: string, edit: (body: Json) => Json) => {
    const stored = await readConfig(env.DB, kind, id);
    if (!stored) throw new Error(`${id} is not there`);
    await changeConfig(env.DB, { kind, id, body: edit(stored.body), author: "tester", at: Date.now() });
  };
  await change("endpoint", endpoint_id, (body) => {
    const changed = structuredClone(body) as { dialect: { ping: { request: { body: object } } } };
    Object.assign(changed.dialect.ping.request.body, asks);
    return changed;
  });
  await change("contract", contract_id, (body) => ({ ...body, disclose: fields }));
}

/** The buyers of a campaign, with credentials that are canaries of their own, and a form. */
export async function seed(campaign: CampaignInput, secrets: Canaries): Promise<void> {
  for (const name of Object.keys(PINGS)) {
    const id = `${prefixOf(campaign)}_${name}`;
    const token = `Tk/${id}+Secret=${"q".repeat(20)}`;
    secrets.add(token);
    await seedBuyer(id, campaign.id, {
      endpoint: {
        dialect: greedyDialect(id, personalFields(campaign)),
        credentials: { token },
        post_timeout_ms: 500,
        breaker: { failures: 1_000 },
      },
      contract: {
        // Only the silent one costs its time.
        ping_timeout_ms: name === "silent" ? 100 : 1_500,
        retry: { attempts: 3, first_delay_s: 60, max_delay_s: 60 },
        price: { type: "bid", max_bid: 100 },
      },
    });
    await makeGreedy(`${id}_ep`, `${id}_c`, personalFields(campaign));
  }
  await admin("POST", "/forms", { id: FORM(campaign), publisher_id: "final", campaign_id: campaign.id });
}
