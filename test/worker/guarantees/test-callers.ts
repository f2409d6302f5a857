import { autoInsurance } from "../../../schema/verticals/index.ts";
import { type Json, post, sampleOf, send } from "./support.ts";

export const CAMPAIGN = {
  ...autoInsurance,
  deadlines: { ping_ms: 1_000, post_ms: 500, lead_ms: 500, own_share_ms: 35 },
};
export const sample = sampleOf(CAMPAIGN);
let persons = 0;

export const person = () => ({ phone: `+1512555${1_000 + persons++}`, email: `test.${persons}@example.com` });
export const withZip = (zip: string | undefined) => (zip === undefined ? {} : { zip, state: "NY" });

export async function twoSteps(key: string, extra: object, zip?: string) {
  const lead = { ...sample.ping, ...withZip(zip) };
  const offered = await post(key, "/v1/pings", { campaign: CAMPAIGN.id, lead, ...extra });
  await offered.settled;
  const body = { ping_id: offered.body.ping_id, lead: { ...sample.post, ...withZip(zip), ...person() } };
  const sold = await post(key, "/v1/posts", body);
  await sold.settled;
  return { ping: offered.body, answer: sold.body };
}

export async function oneStep(key: string, extra: object, zip?: string): Promise<Json> {
  const lead = { ...sample.whole, ...withZip(zip), ...person() };
  const sold = await post(key, "/v1/leads", { campaign: CAMPAIGN.id, lead, ...extra });
  await sold.settled;
  return sold.body;
}

export async function byForm(form: string, zip?: string): Promise<Json> {
  const fields = { ...sample.whole, ...withZip(zip), ...person() };
  const sold = await send(`/f/${form}`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(fields),
  });
  await sold.settled;
  return sold.body;
}
