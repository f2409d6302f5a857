import type { CampaignInput } from "../config/campaign.ts";
import { autoInsurance } from "./auto-insurance.ts";
import { homeSolar } from "./home-solar.ts";

/** Complete campaigns to start from, by vertical: create one as it is, or change it first. */
export const VERTICALS = { auto_insurance: autoInsurance, home_solar: homeSolar } satisfies Record<
  string,
  CampaignInput
>;
export { autoInsurance, homeSolar };
