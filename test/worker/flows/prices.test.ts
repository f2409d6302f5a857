import { afterEach, beforeEach, expect, it } from "vitest";
import { phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

/** A lead to one buyer, who bids 20 and accepts it at `price`. */
async function sellAt(id: string, price: number, contract: object, publisher: object = {}) {
  const key = await seedCampaign(smallCampaign(id), { id: `${id}_pub`, ...publisher });
  await seedBuyer(id, id, { endpoint: { ping_timeout_ms: 5_000 }, contract });
  world.buyers.set(id, { ping: bids(20), post: accepts({ price }) });
  const lead = { zip: "78704", first_name: "Ann", phone: phoneOf(70), email: "price@example.com" };
  const { body } = await call(key, "/v1/leads", { campaign: id, lead });
  const trace = await admin("GET", `/leads/${String(body.lead_id)}/trace`);
  return { body, trace, account: await admin("GET", `/buyers/${id}/account`) };
}

it.each([
  { id: "higher", price: 25, rule: "review", sale: { price: 20, payout: 16, margin: 4 } },
  { id: "kept", price: 15, rule: "keep", sale: { price: 15, payout: 12, margin: 3 } },
])("$id: charges what the deal says, never more than the hold", async ({ id, price, rule, sale }) => {
  const { body, trace, account } = await sellAt(id, price, { on_lower_price: rule });
  expect(body).toMatchObject({ result: "accepted", price: sale.payout });
  expect(trace).toMatchObject({ lead: { state: "sold" }, sale });
  expect(account).toMatchObject({ held: 0, balance: -sale.price });
});

it("lower, reviewed: nothing is charged, and the operator's no gives the hold back", async () => {
  const { body, trace, account } = await sellAt("lower", 15, {}, { mode: "pending" });
  expect(body).toMatchObject({ result: "pending", code: "under_review" });
  expect(trace).toMatchObject({ lead: { state: "review" }, sale: null });
  expect(account).toMatchObject({ held: 20, balance: 0 });
  const path = `/leads/${String(body.lead_id)}`;
  expect(await admin("POST", `${path}/resolve`, { as: "unsold", reason: "not at this price" })).toMatchObject({
    state: "unsold",
  });
  expect(await admin("GET", "/buyers/lower/account")).toMatchObject({ held: 0, balance: 0 });
});
