import { exports } from "cloudflare:workers";
import { smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, seedBuyer, seedPublisher, type World } from "../../support/world.ts";

/** What publishers' own code has in it as its key. */
export const OLD_KEY = "Zq7-legacyKey_abc123";

/** A campaign as these publishers sell it. */
export const solar = (id: string, changes: object = {}) => {
  const { fields, ...rest } = smallCampaign(id);
  return {
    ...rest,
    fields: [
      ...fields,
      { name: "state", type: "state", class: "public", sample: "TX" },
      { name: "electric_bill", type: "integer", class: "public", aliases: ["monthly_electric_bill"], sample: 180 },
      { name: "ip_address", type: "ip", class: "quasi", sample: "203.0.113.7" },
      { name: "landing_page_url", type: "url", class: "public", sample: "https://example.com/solar" },
    ],
    ...changes,
  };
};

export interface Shop {
  /** The address, to which the publisher changes its URL. */
  base: string;
  id: string;
  /** The publisher's own API key. */
  api_key: string;
  buyer: string;
}

let shops = 0;

/** A publisher with a ready dialect, a campaign, and a buyer who bids 20 (of which the publisher gets 16). */
export async function shop(
  world: World,
  inbound: object,
  campaign: object = {},
  publisher: object = {},
): Promise<Shop> {
  const name = `shop${++shops}`;
  await admin("POST", "/campaigns", solar(name, campaign));
  const api_key = await seedPublisher({ id: `${name}_pub`, campaigns: [name], ...publisher });
  await seedBuyer(`${name}_buyer`, name, { endpoint: { ping_timeout_ms: 5_000 } });
  world.buyers.set(`${name}_buyer`, { ping: bids(20), post: accepts() });
  const { id } = await admin("POST", "/inbound", {
    publisher_id: `${name}_pub`,
    ...("campaigns" in inbound ? {} : { campaign_id: name }),
    keys: [OLD_KEY],
    ...inbound,
  });
  return { base: `https://gateway.test/in/${id}`, id: String(id), api_key, buyer: `${name}_buyer` };
}

export interface Said {
  status: number;
  type: string;
  text: string;
  headers: Headers;
}

/** One request as a client sends it, and the answer as it stands. */
export async function say(url: string, init: RequestInit = {}): Promise<Said> {
  const response = await exports.default.fetch(url, init);
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    text: await response.text(),
    headers: response.headers,
  };
}

export const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: new URLSearchParams(fields).toString(),
});
export const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json" },
  body: JSON.stringify(body),
});

/** The text of an element, as simple clients find it. */
export const element = (text: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
