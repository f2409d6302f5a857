import type { ContractInput, EndpointInput } from "../../../schema/config/buyer.ts";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import type { PublisherInput } from "../../../schema/config/publisher.ts";
import { open, personal, quasi } from "../../../schema/verticals/field.ts";
import type { Dice } from "../core/dice.ts";
import { type Mood, moodOf } from "./moods.ts";

/** One buyer of a world: its configuration, and what it is really like. */
export interface BuyerSetUp {
  id: string;
  /** Wire amounts. `deposit` is what it has paid in; null credit: invoiced, no limit. */
  credit_limit: number | null;
  deposit: number;
  endpoint: EndpointInput;
  contract: ContractInput & { id: string };
  /** Takes over at the contract's cap: by another endpoint of the same buyer, which no auction asks. */
  overflow: { endpoint: EndpointInput; contract: ContractInput & { id: string } } | null;
  mood: Mood;
}
export interface WorldSetUp {
  campaign: CampaignInput;
  publishers: PublisherInput[];
  buyers: BuyerSetUp[];
}

/** Zones of fixed offsets, so that an auditor can tell windows by arithmetic alone. Offset in hours. */
export const ZONES: Record<string, number> = { UTC: 0, "Etc/GMT+5": -5, "Asia/Kolkata": 5.5 };
export const SHARE = 0.8;
export const FLOOR = 1;

export function setUp(dice: Dice): WorldSetUp {
  return {
    campaign: campaignOf(dice),
    publishers: publishersOf(dice),
    buyers: Array.from({ length: dice.whole(2, 5) }, (_, i) => buyerOf(dice, `b${i}`)),
  };
}

function campaignOf(dice: Dice): CampaignInput {
  return {
    id: "camp",
    name: "Campaign",
    vertical: "auto_insurance",
    fields: [
      open("zip", "ZIP", "zip", "78704", { required: "ping" }),
      open("vehicle_year", "Year", "integer", 2021, { required: "ping" }),
      quasi("ip_address", "IP", "ip", "203.0.113.42"),
      personal("first_name", "First", "string", "Maria", { required: "post" }),
      personal("last_name", "Last", "string", "Santos", { required: "post" }),
      personal("phone", "Phone", "phone", "(512) 555-0142", { required: "post" }),
      personal("email", "E-mail", "email", "maria@example.com", { required: "post" }),
    ],
    auction: { floor: FLOOR, publisher_share: SHARE * 100 },
    on_not_taken: dice.pick(["same_buyer", "next_buyer"]),
    duplicate_check: dice.pick(["post", "post", "ping"]),
  };
}

function publishersOf(dice: Dice): PublisherInput[] {
  const common = { name: "Publisher", campaigns: ["camp"], allow_below_promise: dice.chance(0.3) };
  const postback = {
    url: "https://pub.example/told?lead={lead_id}&result={result}&price={price}",
    method: "GET" as const,
  };
  return [
    { ...common, id: "final", mode: "final", risk_rule: "rejected" },
    { ...common, id: "paid", mode: "final", risk_rule: "accepted" },
    { ...common, id: "waits", mode: "pending", postback },
  ];
}

function buyerOf(dice: Dice, id: string): BuyerSetUp {
  const idempotent = dice.chance(0.5);
  const invoiced = dice.chance(0.6);
  const fixed = dice.chance(0.15);
  const endpoint = endpointOf(dice, id, idempotent, fixed);
  const contract = contractOf(dice, id, fixed);
  return {
    id,
    credit_limit: invoiced ? null : dice.pick([0, 100]),
    deposit: invoiced ? 0 : dice.pick([60, 400, 4_000]),
    endpoint,
    contract,
    overflow: overflowOf(dice, endpoint, contract),
    mood: moodOf(dice, idempotent),
  };
}

function endpointOf(dice: Dice, id: string, idempotent: boolean, fixed: boolean): EndpointInput {
  return {
    id: `${id}_ep`,
    buyer_id: id,
    name: id,
    dialect: dialectOf(dice, id, fixed),
    idempotent,
    post_timeout_ms: dice.pick([2_000, 4_000, 10_000]),
    ping_timeout_ms: 300,
    breaker: { failures: dice.pick([5, 10, 1_000]), pause_s: 10, max_pause_s: 60 },
  };
}

function contractOf(dice: Dice, id: string, fixed: boolean): BuyerSetUp["contract"] {
  return {
    id: `${id}_c`,
    buyer_id: id,
    endpoint_id: `${id}_ep`,
    campaign_id: "camp",
    name: id,
    price: fixed ? { type: "fixed", amount: dice.whole(3, 25) } : { type: "bid" },
    time_zone: dice.pick(Object.keys(ZONES)),
    ...capsOf(dice, id),
    disclose: dice.pick([[], ["phone_hash", "email_hash"]]),
    duplicate_window_days: dice.pick([0, 30]),
    retry: { attempts: dice.whole(2, 6), first_delay_s: dice.pick([0.5, 2]), max_delay_s: 60 },
    find_out: dice.pick(["retry_same", "retry_same", "ask_status", "nothing"]),
    on_unknown: dice.pick(["review", "review", "next_buyer", "treat_as_sold"]),
    duplicate_after_unknown: dice.pick(["accepted", "accepted", "unknown"]),
    on_lower_price: dice.pick(["keep", "review"]),
    after_sale: {
      on_failure: dice.pick(["refund", "refund", "review"]),
      within_hours: dice.pick([1, 72]),
      re_auction: dice.chance(0.6),
    },
    probe_with_lead: dice.chance(0.5),
    aged: dice.chance(0.3) ? { max_age_hours: dice.pick([0.1, 24]), only: dice.chance(0.3) } : undefined,
  };
}

/** Without a ping and at a bid's price: it has no place in an auction of its own. */
function overflowOf(dice: Dice, endpoint: EndpointInput, contract: BuyerSetUp["contract"]): BuyerSetUp["overflow"] {
  if (contract.on_cap?.do !== "contract") return null;
  const { ping: _, ...dialect } = endpoint.dialect;
  const endpoint_id = `${endpoint.id}_x`;
  const caps = dice.chance(0.5) ? [{ per: "day" as const, count: dice.whole(1, 20) }] : [];
  return {
    endpoint: { ...endpoint, id: endpoint_id, dialect },
    contract: {
      ...contract,
      id: `${contract.id}_x`,
      endpoint_id,
      price: { type: "bid" },
      caps,
      pacing: undefined,
      on_cap: { do: "next" },
      aged: undefined,
    },
  };
}

function capsOf(dice: Dice, id: string): Pick<ContractInput, "caps" | "pacing" | "on_cap"> {
  const caps: NonNullable<ContractInput["caps"]> = [];
  if (dice.chance(0.3)) caps.push({ per: dice.pick(["hour", "day"]), count: dice.whole(3, 40) });
  if (dice.chance(0.15)) caps.push({ per: "day", money: dice.whole(50, 500) });
  if (dice.chance(0.1)) caps.push({ per: "total", count: dice.whole(5, 60), source: "*" });
  const pacing = dice.chance(0.2)
    ? dice.pick([{ min_interval_s: dice.pick([1, 10]) }, { count: dice.whole(1, 5), minutes: dice.pick([1, 5]) }])
    : undefined;
  return { caps, pacing, on_cap: atCap(dice, id) };
}

function atCap(dice: Dice, id: string): ContractInput["on_cap"] {
  const way = dice.pick(["next", "queue", "contract"] as const);
  return way === "contract" ? { do: way, contract_id: `${id}_c_x` } : { do: way };
}

function dialectOf(dice: Dice, id: string, fixed: boolean): EndpointInput["dialect"] {
  const at = `https://${id}.example`;
  const busy = dice.chance(0.5) ? [{ when: { status: [503] }, outcome: "not_taken" as const }] : [];
  // What a buyer asks for beside the public facts; its contract says what of it is disclosed.
  const hints = { ip: "{{ip_address}}", phone: "{{phone_hash}}", email: "{{email_hash}}" };
  const ping = {
    request: {
      url: `${at}/ping`,
      body: {
        n: "{{gateway.sub_id1}}",
        ping: "{{gateway.ping_id}}",
        zip: "{{zip}}",
        year: "{{vehicle_year}}",
        ...hints,
      },
    },
    answer: {
      rules: [
        { when: { path: "bid", present: true }, outcome: "bid" as const },
        { when: { path: "no", present: true }, outcome: "no_bid" as const },
      ],
      price: "bid",
    },
  };
  const person = { first: "{{first_name}}", last: "{{last_name}}", phone: "{{phone}}", email: "{{email}}" };
  const names = { n: "{{gateway.sub_id1}}", lead: "{{gateway.lead_id}}", key: "{{gateway.reservation_id}}" };
  return {
    version: 1,
    ping: fixed ? undefined : ping,
    post: {
      request: { url: `${at}/post`, body: { ...names, ...person } },
      answer: { rules: busy, price: "price", redirect_url: "redirect" },
    },
    status: {
      request: { url: `${at}/status`, body: { key: "{{gateway.reservation_id}}" } },
      answer: {
        rules: [
          { when: { path: "state", equals: "taken" }, outcome: "accepted" },
          { when: { path: "state", equals: "refused" }, outcome: "rejected" },
          { when: { path: "state", equals: "never_came" }, outcome: "not_taken" },
        ],
        price: "price",
      },
    },
  };
}
