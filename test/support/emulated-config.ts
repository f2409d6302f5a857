import type { ContractInput, EndpointInput } from "../../schema/config/buyer.ts";
import type { CampaignInput } from "../../schema/config/campaign.ts";
import type { PublisherInput } from "../../schema/config/publisher.ts";
import type { RawConfigRow, RawRows } from "../../worker/snapshot/snapshot.ts";

/** One buyer with one endpoint and one contract, all named `<name>`; everything that a test does not care about has its default. */
export interface BuyerSetUp {
  name: string;
  endpoint?: Partial<EndpointInput>;
  contract?: Partial<ContractInput>;
}
export interface SetUp {
  campaign: CampaignInput;
  publishers: PublisherInput[];
  buyers: BuyerSetUp[];
}

/** Configuration as D1 keeps it: bodies in wire form, numbered changes. */
export function rowsOf({ campaign, publishers, buyers }: SetUp): RawRows {
  const config: RawConfigRow[] = [];
  const add = (kind: string, body: { id: string }) =>
    config.push({ kind, id: body.id, seq: config.length + 1, version: 1, body: JSON.stringify(body) });
  add("campaign", campaign);
  for (const publisher of publishers) add("publisher", publisher);
  for (const { name, endpoint, contract } of buyers) {
    add("buyer", { id: name, name, credit_limit: null } as { id: string });
    add("endpoint", { id: name, buyer_id: name, name, dialect: dialectOf(name), ...endpoint } as { id: string });
    const own = { id: name, buyer_id: name, endpoint_id: name, campaign_id: campaign.id, name, price: { type: "bid" } };
    add("contract", { ...own, ...contract } as { id: string });
  }
  return { config, status: [], suppressions: [] };
}

export const hostOf = (buyer: string): string => `${buyer}.example`;

/** Both requests carry the publisher's `sub_id1`, by which a test knows the lead on the buyer's side. */
function dialectOf(buyer: string): EndpointInput["dialect"] {
  const at = `https://${hostOf(buyer)}`;
  return {
    version: 1,
    ping: {
      request: { url: `${at}/ping`, body: { n: "{{gateway.sub_id1}}", zip: "{{zip}}", year: "{{vehicle_year}}" } },
      answer: {
        rules: [
          { when: { path: "bid", present: true }, outcome: "bid" },
          { when: { path: "no", present: true }, outcome: "no_bid" },
        ],
        price: "bid",
      },
    },
    post: {
      request: {
        url: `${at}/post`,
        body: {
          n: "{{gateway.sub_id1}}",
          key: "{{gateway.reservation_id}}",
          first: "{{first_name}}",
          last: "{{last_name}}",
          phone: "{{phone}}",
          email: "{{email}}",
        },
      },
      answer: {},
    },
  };
}
