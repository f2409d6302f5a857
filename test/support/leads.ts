import { campaignSchema } from "../../schema/config/campaign.ts";
import { autoInsurance } from "../../schema/verticals/index.ts";
import { sampleLead } from "../../worker/auction/fields/index.ts";

const { ping, post } = sampleLead(campaignSchema.parse(autoInsurance), Date.now());

/** The sample lead of auto insurance, of another consumer for each number below 10,000. */
export function leadOf(n: number): { ping: Record<string, unknown>; post: Record<string, unknown> } {
  const own = { phone: `+1202555${String(n).padStart(4, "0")}`, email: `jane.${n}@example.com` };
  const { phone_hash: _phone, email_hash: _email, ...open } = ping;
  return { ping: open, post: { ...post, ...own } };
}

/** Everything at once: a one-step lead. */
export const wholeLead = (n: number): Record<string, unknown> => ({ ...leadOf(n).ping, ...leadOf(n).post });
