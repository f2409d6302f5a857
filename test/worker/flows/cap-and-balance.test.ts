import { afterEach, beforeEach, expect, it } from "vitest";
import { accountOf, phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const POSTS = 200;

interface Trace {
  buyers: { reason: string | null; post: { status: string; refusal: string | null } | null }[];
}

/** Why the only buyer did not get a lead: the refusal of its account, or what the snapshot knew already. */
async function refusalOf(lead_id: unknown): Promise<string> {
  const { buyers } = (await admin("GET", `/leads/${String(lead_id)}/trace`)) as unknown as Trace;
  const [buyer] = buyers;
  return buyer?.post?.refusal ?? buyer?.reason ?? "none";
}

it.each([
  { name: "balance", cap: 50, deposit: 400, sales: 40, why: "balance" },
  { name: "cap", cap: 30, deposit: 400, sales: 30, why: "cap_reached" },
])(
  "sells exactly what the $name allows of $sales, under 200 posts at once",
  async ({ name, cap, deposit, sales, why }) => {
    const [campaign, buyer] = [`camp_${name}`, `buyer_${name}`];
    const key = await seedCampaign(smallCampaign(campaign, { deadlines: { lead_ms: 30_000, ping_ms: 10_000 } }), {
      id: `pub_${name}`,
      pings_per_second: 10_000,
    });
    await seedBuyer(buyer, campaign, {
      buyer: { credit_limit: 0 },
      endpoint: { ping_timeout_ms: 10_000 },
      contract: { caps: [{ per: "day", count: cap }] },
    });
    await admin("POST", `/buyers/${buyer}/entries`, { id: "d1", kind: "deposit", amount: deposit, reason: "by wire" });
    world.buyers.set(buyer, { ping: bids(10), post: accepts() });

    const from = name === "cap" ? 1_000 : 2_000;
    const answers = await Promise.all(
      Array.from({ length: POSTS }, (_, n) =>
        call(key, "/v1/leads", {
          campaign,
          lead: { zip: "78704", first_name: "Ann", phone: phoneOf(from + n), email: `${name}${n}@example.com` },
        }),
      ),
    );
    const sold = answers.filter(({ body }) => body.result === "accepted");
    const rest = answers.filter(({ body }) => body.result !== "accepted");
    expect(sold).toHaveLength(sales);
    expect(world.to(buyer, "post")).toHaveLength(sales);
    expect(new Set(sold.map(({ body }) => body.lead_id)).size).toBe(sales);
    expect(rest.every(({ status, body }) => status === 200 && body.result === "rejected")).toBe(true);
    const reasons = await Promise.all(rest.map(({ body }) => refusalOf(body.lead_id)));
    expect(new Set(reasons)).toEqual(new Set([why]));
    const account = await accountOf(buyer).view();
    expect(account).toMatchObject({
      balance: (deposit - sales * 10) * 10_000,
      held: 0,
      reservations: { captured: sales, held: 0, in_doubt: 0 },
    });
  },
);
