import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { BuyerAnswer } from "../../support/world.ts";
import { accepts, bids, rejects, seedBuyer, seedCampaign, silent, World } from "../../support/world.ts";
import { broken, bytes, deep, endless, html, huge, redirect, text } from "./hostile-answers.ts";
import { buyersOf, drain, ledger, operator, post, sampleOf, settledPost } from "./support.ts";

const CAMPAIGN = { ...autoInsurance, deadlines: { ping_ms: 600, post_ms: 900, lead_ms: 1_500, own_share_ms: 35 } };
const sample = sampleOf(CAMPAIGN);
let key: string;
let world: World;
let persons = 0;

interface Expected {
  outcome: string;
  error?: string | null;
  reason: string | null;
  bid?: number | null;
}
const error = (name: string): Expected => ({ outcome: "error", error: name, reason: "error" });
const invalid: Expected = { outcome: "error", error: "bid_invalid", reason: "bid_invalid", bid: null };
const unreadable = error("unreadable");

const PINGS: [string, BuyerAnswer, Expected][] = [
  ["answers 5 MB", huge("bid", 5), error("too_large")],
  ["announces 5 MB", text("{}", { headers: { "content-length": "5000000" } }), error("too_large")],
  ["never ends its body", endless, error("body_timeout")],
  ["redirects", redirect, error("redirect")],
  ["answers HTML", html, unreadable],
  ["answers nothing", text(""), unreadable],
  ["bids -1", bids(-1), invalid],
  ["bids 1e9", bids(1e9), invalid],
  ["bids 1e6", bids(1e6), { outcome: "bid", reason: "above_maximum_bid", bid: 1e6 }],
  ["bids 1e400", text('{"result":"bid","price":1e400}'), invalid],
  ["bids NaN", text('{"result":"bid","price":NaN,"ref":"r"}'), invalid],
  ['bids "NaN"', bids("NaN"), invalid],
  ['bids "12,50"', bids("12,50"), invalid],
  ['bids "50 USD"', bids("50 USD"), invalid],
  ["bids an object", bids({ amount: 50 }), invalid],
  ["bids nothing", text('{"result":"bid"}'), invalid],
  ["bids 0", bids(0), { outcome: "no_bid", reason: "no_bid", bid: null }],
  ["sends keys twice", text('{"result":"no","result":"bid","price":50,"price":-1}'), invalid],
  ["nests deeply", text(deep(8_000)), unreadable],
  ["sends __proto__", text('{"__proto__":{"result":"bid","price":50}}'), unreadable],
  [
    "bids with __proto__",
    text('{"result":"bid","price":9,"__proto__":{"price":50},"ref":"r"}'),
    { outcome: "bid", reason: "lower_bid", bid: 9 },
  ],
  ["answers 204", text(null, { status: 204 }), { outcome: "no_bid", reason: "no_bid" }],
  ["answers 500 with no bid in it", text('{"result":"down"}', { status: 500 }), error("http_status")],
  ["answers 403", text("forbidden", { status: 403 }), error("http_status")],
  ["breaks off its body", broken, error("transport")],
  ["answers Latin-1", text(bytes(0x22, 0xe9, 0xff, 0x22)), unreadable],
  ["answers UTF-16", text(bytes(0xff, 0xfe, 0x7b, 0, 0x7d, 0)), unreadable],
  ["throws in the middle", () => Promise.reject(new TypeError("reset")), error("transport")],
  ["is silent", silent, { outcome: "timeout", reason: "timeout" }],
];

beforeAll(async () => {
  key = await seedCampaign(CAMPAIGN);
  await seedBuyer("honest", CAMPAIGN.id, { contract: { ping_timeout_ms: 500 } });
  await seedBuyer("second", CAMPAIGN.id, { contract: { ping_timeout_ms: 500 } });
  await seedBuyer("hostile", CAMPAIGN.id, {
    endpoint: { breaker: { failures: 1_000, failure_rate: 100 }, post_timeout_ms: 500 },
    contract: { price: { type: "bid", max_bid: 100 }, retry: { attempts: 1 }, priority: 1 },
  });
});
beforeEach(() => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
  world.buyers.set("honest", { ping: bids(10), post: accepts() });
  world.buyers.set("second", { ping: bids(8), post: accepts() });
});
afterEach(() => {
  world.end();
  vi.restoreAllMocks();
});

const person = () => ({ phone: `+1512555${1_000 + persons++}`, email: `hostile.${persons}@example.com` });
const oneStep = () => ({ campaign: CAMPAIGN.id, lead: { ...sample.whole, ...person() } });

it.each(PINGS)("is not harmed by a buyer that %s", async (_, answer, expected) => {
  world.buyers.set("hostile", { ping: answer, post: rejects });
  const sold = await settledPost(key, "/v1/leads", oneStep());
  expect(sold.body).toMatchObject({ result: "accepted", price: 8 });
  const trace = await operator(`/leads/${String(sold.body.lead_id)}/trace`);
  expect((trace.body.auction as { took_ms: number }).took_ms).toBeLessThan(500);
  const buyers = await buyersOf(sold.body.lead_id);
  expect(buyers.get("hostile_c")).toMatchObject(expected);
  expect(buyers.get("honest_c")).toMatchObject({ outcome: "bid", reason: null, bid: 10 });
  expect(buyers.get("second_c")).toMatchObject({ outcome: "bid", reason: "lower_bid" });
  expect(world.to("elsewhere", "ping")).toEqual([]);
});

it("is not harmed by all of them at once, through dialers too", async () => {
  const hostile = PINGS.map(([, answer, expected], n) => ({ name: `h${n}`, answer, expected }));
  // The megabytes that they send are made by this very machine: the honest one gets time to be heard.
  const deadlines = { ...CAMPAIGN.deadlines, ping_ms: 3_000, lead_ms: 12_000 };
  const campaign = { ...CAMPAIGN, id: "auto_crowd", deadlines };
  const crowdKey = await seedCampaign(campaign, { id: "crowd" });
  for (const { name, answer } of hostile) {
    await seedBuyer(name, campaign.id, { contract: { price: { type: "bid", max_bid: 100 } } });
    world.buyers.set(name, { ping: answer });
  }
  await seedBuyer("host2", campaign.id, { contract: { ping_timeout_ms: 2_500 } });
  world.buyers.set("host2", { ping: bids(10), post: accepts() });
  const sold = await settledPost(crowdKey, "/v1/leads", { ...oneStep(), campaign: campaign.id });
  expect(sold.body).toMatchObject({ result: "accepted", price: 8 });
  const buyers = await buyersOf(sold.body.lead_id);
  for (const { name, expected } of hostile) {
    expect({ name, ...buyers.get(`${name}_c`) }).toMatchObject({ name, ...expected });
  }
});

const POSTS: [
  string,
  BuyerAnswer,
  { outcome: string; class: string; http_status: number | null },
  "sold" | "review",
][] = [
  ["answers 5 MB", huge("accepted", 5), { outcome: "unknown", class: "too_large", http_status: 200 }, "review"],
  ["never ends its body", endless, { outcome: "unknown", class: "timeout", http_status: 200 }, "review"],
  ["redirects", redirect, { outcome: "unknown", class: "redirect", http_status: 302 }, "review"],
  ["answers HTML", html, { outcome: "unknown", class: "unreadable", http_status: 200 }, "review"],
  ["answers 500", text("{}", { status: 500 }), { outcome: "unknown", class: "server", http_status: 500 }, "review"],
  ["nests deeply", text(deep(100_000)), { outcome: "unknown", class: "unreadable", http_status: 200 }, "review"],
  ["answers 204", text(null, { status: 204 }), { outcome: "unknown", class: "unreadable", http_status: 204 }, "review"],
  [
    "sends __proto__",
    text('{"__proto__":{"result":"accepted"}}'),
    { outcome: "accepted", class: "ok", http_status: 200 },
    "sold",
  ],
  [
    "says both yes and no",
    text('{"success":false,"result":"accepted"}'),
    { outcome: "unknown", class: "unreadable", http_status: 200 },
    "review",
  ],
  ["accepts at -1", accepts({ price: -1 }), { outcome: "accepted", class: "ok", http_status: 200 }, "sold"],
  ["accepts at 1e9", accepts({ price: 1e9 }), { outcome: "accepted", class: "ok", http_status: 200 }, "sold"],
  [
    "accepts with a script as redirect",
    accepts({ redirect: "javascript:alert(1)" }),
    { outcome: "accepted", class: "ok", http_status: 200 },
    "sold",
  ],
];

it.each(POSTS)(
  "gives the lead to nobody else when the winner's answer is a riddle: %s",
  async (_, answer, expected, end) => {
    world.buyers.set("hostile", { ping: bids(50), post: answer });
    const began = performance.now();
    const sold = await post(key, "/v1/leads", oneStep());
    expect(performance.now() - began).toBeLessThan(1_600);
    await sold.settled;
    const trace = await operator(`/leads/${String(sold.body.lead_id)}/trace`);
    expect(trace.body.attempts).toMatchObject([expected]);
    expect(trace.body.lead).toMatchObject({ state: end });
    expect(sold.body).toMatchObject(
      end === "sold" ? { result: "accepted", price: 40 } : { result: "rejected", price: 0 },
    );
    expect(sold.body.redirect_url).toBeUndefined();
    expect([...world.to("honest", "post"), ...world.to("second", "post")]).toEqual([]);
    await drain(world);
    const sales = await ledger("sales", "lead_id = ?", sold.body.lead_id);
    expect(sales.map(({ price }) => price)).toEqual(end === "sold" ? [500_000] : []);
  },
);
