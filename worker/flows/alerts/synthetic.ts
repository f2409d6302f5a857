import type { Synthetic } from "../../../schema/config/alerting.ts";
import type { Campaign } from "../../../schema/config/campaign.ts";
import type { FieldValue } from "../../../schema/rpc/auction.ts";
import type { Ran } from "../../alerts/synthetic.ts";
import { sampleLead } from "../../auction/fields/index.ts";
import { sha256Hex } from "../../crypto/hash.ts";
import { openWithRing } from "../../crypto/seal.ts";
import { within } from "../../deps.ts";
import { syntheticKeyOwner } from "../secrets.ts";
import type { AlertContext } from "./context.ts";

/** Ms for each answer beyond the campaign's own deadline. */
const GRACE_MS = 2_000;
/** Area codes of large cities; 555-01xx in each belongs to nobody. */
const AREAS =
  "201 202 206 210 212 213 214 215 216 248 303 305 310 312 313 314 315 317 323 330 401 402 404 405 407 410 412 414 415 501 502 503 504 505 510 512 513 515 516 518".split(
    " ",
  );

/**
 * Sends one lead as a publisher would, through this gateway's front door, with a test key: the campaign's sample lead with a telephone
 * number that was hardly ever used. Never throws: what is in the way is the result.
 */
export async function runSynthetic(c: AlertContext, record: Synthetic): Promise<Ran> {
  const at = c.g.deps.now();
  const result = await resultOf(c, record).catch(() => "failure");
  const ms = Math.max(0, c.g.deps.now() - at);
  const ok = result === record.expect;
  c.g.log({ event: "synthetic", synthetic: record.id, campaign: record.campaign_id, ok, result, ms });
  return { at, ok, result, ms };
}

async function resultOf(c: AlertContext, record: Synthetic): Promise<string> {
  const campaign = (await c.g.snapshot()).campaign(record.campaign_id)?.config;
  if (!campaign) return "no_campaign";
  if (record.key_sealed === undefined) return "no_key";
  const key = await openWithRing(await c.g.ring(), record.key_sealed, syntheticKeyOwner(record.id));
  const { ping, post } = leadOf(campaign, record, c.g.deps.now(), c.g.deps.random());
  const { deadlines } = campaign;
  const send = (path: string, body: object, ms: number) => answer(c, key, path, body, ms + GRACE_MS);
  if (record.way === "one_step")
    return (await send("/v1/leads", { campaign: campaign.id, lead: { ...ping, ...post } }, deadlines.lead_ms)).result;
  const pinged = await send("/v1/pings", { campaign: campaign.id, lead: ping }, deadlines.ping_ms);
  if (pinged.result !== "accepted" || pinged.ping_id === undefined) return pinged.result;
  return (await send("/v1/posts", { ping_id: pinged.ping_id, lead: post }, deadlines.post_ms)).result;
}

/** @param chance in [0, 1) */
export function leadOf(
  campaign: Pick<Campaign, "fields">,
  record: Pick<Synthetic, "lead">,
  now: number,
  chance: number,
) {
  const sample = sampleLead(campaign, now);
  const digits = `${AREAS[Math.floor(chance * AREAS.length)]}55501${String(Math.floor(chance * AREAS.length * 100) % 100).padStart(2, "0")}`;
  const phones = campaign.fields.filter(({ type }) => type === "phone").map(({ name }) => name);
  const put = (part: Record<string, FieldValue>, name: string, value: FieldValue) => {
    if (Object.hasOwn(part, name)) part[name] = value;
  };
  for (const part of [sample.ping, sample.post]) {
    for (const name of phones) put(part, name, `+1${digits}`);
    put(part, "phone_hash", sha256Hex(`+1${digits}`));
    for (const [name, value] of Object.entries(record.lead)) put(part, name, value);
  }
  return sample;
}

interface Answer {
  result: string;
  ping_id?: string;
}

async function answer(c: AlertContext, key: string, path: string, body: object, ms: number): Promise<Answer> {
  const request = new Request(`https://gateway.internal${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await within(c.g.deps, ms, c.call(request)).catch(() => null);
  if (!response) return { result: "no_answer" };
  const text = await within(c.g.deps, ms, response.text()).catch(() => "");
  if (response.status !== 200) return { result: `http_${response.status}` };
  const read = JSON.parse(text) as { result?: unknown; ping_id?: unknown };
  const { result, ping_id } = read;
  return {
    result: typeof result === "string" ? result.slice(0, 40) : "unreadable",
    ...(typeof ping_id === "string" ? { ping_id } : {}),
  };
}
