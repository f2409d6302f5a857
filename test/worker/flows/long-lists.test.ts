import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadChanges } from "../../../worker/ledger/changes.ts";
import { packedBody } from "../../../worker/snapshot/packed-body.ts";
import { smallCampaign } from "../../support/flow/scene.ts";
import { accepts, bids, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { settledPost } from "../guarantees/support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("a contract's 5,000 ZIPs come from the ledger packed, and decide who is asked", async () => {
  const key = await seedCampaign(smallCampaign("long"), { id: "long_pub" });
  const list = Array.from({ length: 5_000 }, (_, i) => String(70_000 + 2 * i));
  await seedBuyer("long", "long", { contract: { filter: { field: "zip", in: list } } });
  world.buyers.set("long", { ping: bids(20), post: accepts() });
  const ask = async (zip: string) => (await settledPost(key, "/v1/pings", { campaign: "long", lead: { zip } })).body;
  expect(await ask("78704")).toMatchObject({ result: "accepted", price: 16 });
  expect(await ask("78705")).toMatchObject({ result: "rejected", code: "no_eligible_buyers" });
  const { config } = await loadChanges(env.DB, { config: 0, status: 0, suppressions: 0 }, packedBody);
  const row = config.find(({ kind, id }) => kind === "contract" && id === "long_c");
  expect(row?.body.length).toBeLessThan(10_000);
});
