import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accountOf, phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import {
  accepts,
  admin,
  bids,
  dialect,
  type Received,
  rejects,
  seedBuyer,
  seedCampaign,
  World,
} from "../../support/world.ts";
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
  const { ping, post, version } = dialect("unbuilt");
  const request = { ...post.request, url: `${post.request.url}/{{last_name}}` };
  await seedBuyer("unbuilt", "camp_unbuilt", {
    endpoint: {
      ping_timeout_ms: 900,
      breaker: { failures: 3 },
      dialect: { version, ping, post: { ...post, request } },
    },
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

/** A buyer whose posts all fail at first, and two leads that open its breaker. Nobody's lead may be a probe. */
async function failing(name: string, endpoint: object = {}) {
  const campaign_id = `camp_${name}`;
  const key = await seedCampaign(smallCampaign(campaign_id), { id: `pub_${name}` });
  const { ping, post, version } = dialect(name);
  const request = { ...post.request, body: { ...post.request.body, test: "{{gateway.test}}" } };
  await seedBuyer(name, campaign_id, {
    endpoint: {
      ping_timeout_ms: 900,
      breaker: { failures: 2 },
      dialect: { version, ping, post: { ...post, request } },
      ...endpoint,
    },
    contract: { retry: { attempts: 1 } },
  });
  const system: { post: (request: Received) => Response; head: (request: Received) => Response | Promise<Response> } = {
    post: () => new Response("down", { status: 500 }),
    head: () => new Response(null, { status: 500 }),
  };
  world.buyers.set(name, {
    ping: bids(10),
    post: (request) => (request.method === "HEAD" ? system.head(request) : system.post(request)),
  });
  let people = 0;
  const sell = async () => {
    const phone = phoneOf(4_000 + 1_000 * name.length + people++);
    const lead = { zip: "78704", first_name: "Ann", phone, email: `${name}${people}@example.com` };
    const { body } = await settledPost(key, "/v1/leads", { campaign: campaign_id, lead });
    world.moveClock(REPORTED_MS);
    return body.result;
  };
  const seen = (method: string) => world.to(name, "post").filter((request) => request.method === method);
  const breaker = async () =>
    (await accountOf(name).view()).breakers.find(({ phase }) => phase === "post") ?? { state: "closed", pauses: 0 };
  const ring = (ms: number) => {
    world.moveClock(ms);
    return runDurableObjectAlarm(accountOf(name));
  };
  // What the second request's isolate has counted goes out behind the third.
  for (let lead = 0; lead < 3; lead++) expect(await sell()).toBe("rejected");
  expect(await breaker()).toMatchObject({ state: "open", pauses: 1 });
  return { system, sell, seen, breaker, ring };
}

it("tries an open breaker by HEAD, lets no lead through meanwhile, and recovers", async () => {
  const { system, sell, seen, breaker, ring } = await failing("asked");
  const before = seen("POST").length;
  expect(await sell()).toBe("rejected");
  // The pause is over and nobody has looked yet: still no lead.
  world.moveClock(40_000);
  expect(await sell()).toBe("rejected");
  await ring(0);
  expect(await breaker()).toMatchObject({ state: "open", pauses: 2 });
  expect(seen("HEAD")).toMatchObject([{ url: "http://127.0.0.1/asked/post", body: "" }]);
  expect(await sell()).toBe("rejected");

  let answer: (response: Response) => void = () => {};
  const begun = Promise.withResolvers<void>();
  system.head = () => {
    begun.resolve();
    return new Promise((resolve) => (answer = resolve));
  };
  const rung = ring(60_000);
  await begun.promise;
  expect(await breaker()).toMatchObject({ state: "half_open" });
  expect(await sell()).toBe("rejected");
  expect([seen("POST").length, seen("HEAD").length]).toEqual([before, 2]);

  answer(new Response(null, { status: 405 }));
  await rung;
  expect(await breaker()).toMatchObject({ state: "closed", pauses: 2 });
  system.post = () => Response.json({ result: "accepted" });
  await ring(2_000);
  expect(await sell()).toBe("accepted");
  expect([seen("POST").length, seen("HEAD").length]).toEqual([before + 1, 2]);
});

it("tries an open breaker with the sample lead where the endpoint takes tests: a rejection is a working system", async () => {
  const { system, sell, seen, breaker, ring } = await failing("tested", { accepts_test: true });
  const before = seen("POST").length;
  await ring(30_000);
  expect(await breaker()).toMatchObject({ state: "open", pauses: 2 });
  system.post = (request) => rejects(request) as Response;
  await ring(60_000);
  expect(await breaker()).toMatchObject({ state: "closed", pauses: 2 });
  expect(seen("HEAD")).toEqual([]);
  const probes = seen("POST").slice(before);
  expect(probes).toHaveLength(2);
  for (const { body, headers } of probes) {
    expect(JSON.parse(body)).toMatchObject({ test: true, first: "Maria", phone: "+15125550142" });
    expect(headers["idempotency-key"]).toMatch(/^probe_tested_ep_/);
  }
  expect(new Set(probes.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);

  system.post = () => Response.json({ result: "accepted" });
  await ring(2_000);
  expect(await sell()).toBe("accepted");
  expect(seen("POST")).toHaveLength(before + 3);
});
