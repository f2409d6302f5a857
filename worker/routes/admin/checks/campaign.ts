import type { Campaign } from "../../../../schema/config/campaign.ts";
import { campaignSchema } from "../../../../schema/config/campaign.ts";
import { checkCampaign } from "../../../auction/fields/check.ts";
import type { StoredConfig } from "../../../ledger/config-store.ts";
import type { FieldError } from "../../problem.ts";
import type { AdminContext } from "../context.ts";
import { contractFieldProblems } from "./contract.ts";
import { findAll, wrong } from "./references.ts";

/** The fields must make sense together, and must still fit the contracts that stand on the campaign. */
export async function campaignProblems(
  ctx: AdminContext,
  campaign: Campaign,
  current: StoredConfig | null,
): Promise<FieldError[]> {
  const problems = checkCampaign(campaign).map((sentence) => {
    const at = sentence.indexOf(": ");
    return wrong(sentence.slice(0, at), sentence.slice(at + 2));
  });
  const before = campaignSchema.safeParse(current?.body);
  if (problems.length > 0 || !before.success || !narrows(before.data, campaign)) return problems;
  const contracts = await findAll(ctx, "contract", { campaign_id: campaign.id });
  return contracts
    .flatMap((contract) =>
      contractFieldProblems(contract, campaign).map((p) =>
        wrong("fields", `contract ${contract.id}, ${p.field}: ${p.message}`, "conflict"),
      ),
    )
    .slice(0, 50);
}

/** Was a field taken away, or did its class change? Only then can a contract have lost what it stands on. */
function narrows(before: Campaign, after: Campaign): boolean {
  const classes = new Map(after.fields.map((field) => [field.name, field.class]));
  return before.fields.some((field) => classes.get(field.name) !== field.class);
}
