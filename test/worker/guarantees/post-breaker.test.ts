import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accountOf, phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { settledPost } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => {
  world.end();
  vi.restoreAllMocks();
});

/** Isolates report to the buyer's object about once a second. */
const REPORTED_MS = 1_500;

it("keeps a buyer's post breaker closed whatever leads come that no request can be built for", async () => {
  const key = await seedCampaign(smallCampaign("camp_unbuilt"));
  const { ping, post, kind } = dialect("unbuilt");
  const request = { ...post.request, url: `${post.request.url}/{{last_name}}` };
  await seedBuyer("unbuilt", "camp_unbuilt", {
    endpoint: { ping_timeout_ms: 900, breaker: { failures: 3 }, dialect: { kind, ping, post: { ...post, request } } },
  });
  world.buyers.set("unbuilt", { ping: bids(10), post: accepts() });
  let people = 0;
  const sell = async (last_name?: string) => {
    const phone = phoneOf(3_000 + people++);
    const lead = { zip: "78704", first_name: "Ann", phone, email: `unbuilt${people}@example.com`, last_name };
    const answer = await settledPost(key, "/v1/leads", { campaign: "camp_unbuilt", lead });
    world.moveClock(REPORTED_MS);
    return answer.body.result;
  };
  for (const last_name of [undefined, "..", undefined, "..", undefined, ".."])
    expect(await sell(last_name)).toBe("rejected");
  expect(world.to("unbuilt", "post")).toHaveLength(0);

  expect(await sell("Santos")).toBe("accepted");
  const { breakers } = await accountOf("unbuilt").view();
  expect(breakers.filter(({ state }) => state !== "closed")).toEqual([]);
  const { items } = (await admin("GET", "/alerts")) as unknown as { items: { kind: string }[] };
  expect(items.filter(({ kind }) => kind === "breaker_opened")).toEqual([]);
});
