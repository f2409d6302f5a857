import { campaignSchema } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/auto-insurance.ts";
import { sampleLead } from "../../auction/fields/sample.ts";
import { CONSENT_TIME, SOLD_ZIP } from "../specs/least-lead.ts";
import { curl, jsonArgument, NOW } from "../specs/samples/shell.ts";

export interface Sample {
  title: string;
  text: string;
}

const SHOWN_IN_PING = ["zip", "credit_tier", "vehicle_year", "vehicle_make", "vehicle_model", "currently_insured"];

/** Commands to copy, by the auto insurance campaign's own samples. The consumer is fictional, the leads are tests. */
export function samples(origin: string): Sample[] {
  const sample = sampleLead(campaignSchema.parse(autoInsurance));
  const ping = pick(sample.ping, SHOWN_IN_PING);
  const personal = pick(sample.post, ["first_name", "last_name", "phone", "email", "address", "dob", "consent_text"]);
  const post = { ...personal, consent_at: CONSENT_TIME };
  const call = (path: string, body: unknown, more?: string) => curl(`${origin}${path}`, jsonArgument(body, NOW), more);
  return [
    { title: "Your API key, for the commands below", text: "KEY=the-key-that-the-operator-gave-you" },
    {
      title: "1. Ping: what would this lead bring?",
      text: call("/v1/pings", { campaign: "auto_insurance", test: true, lead: ping }),
    },
    {
      title: "2. Post: sell it, within the ping's expires_in",
      text: call("/v1/posts", { ping_id: "PING_ID", lead: post }),
    },
    {
      title: "Or both in one step",
      text: call(
        "/v1/leads",
        { campaign: "auto_insurance", test: true, lead: { ...ping, ...post } },
        `-H "Idempotency-Key: lead-$(date +%s)" `,
      ),
    },
    { title: "What became of a lead", text: `curl -s ${origin}/v1/leads/LEAD_ID -H "Authorization: Bearer $KEY"` },
    {
      title: "Form encoding, for systems that speak nothing else",
      text: `curl -s ${origin}/v1/pings -d api_key=$KEY -d campaign=auto_insurance -d test=1 \\\n  ${Object.entries(
        ping,
      )
        .map(([name, value]) => `-d ${name}=${value}`)
        .join(" ")}`,
    },
    {
      title: "A form on a page",
      text: `<form method="post" action="${origin}/f/FORM_KEY">\n  <input name="zip" required> <input name="phone" type="tel" required> …\n</form>`,
    },
  ];
}

function pick(lead: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => name in lead).map((name) => [name, name === "zip" ? SOLD_ZIP : lead[name]]),
  );
}
