import { afterEach, beforeEach, expect, it } from "vitest";
import { accountOf, phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { accepts, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const TIMES = 100;
const person = (n: number) => ({ first_name: "Maria", phone: phoneOf(n), email: `p${n}@example.com` });

/** Sends one call a hundred times at once and says what came of it, each different answer once. */
async function hundred(key: string, path: string, body: unknown): Promise<{ answers: Record<string, unknown>[] }> {
  const all = await Promise.all(Array.from({ length: TIMES }, () => call(key, path, body)));
  expect(all.map(({ status }) => status)).toEqual(Array.from({ length: TIMES }, () => 200));
  const different = new Map(all.map((answer) => [JSON.stringify(answer.body), answer.body]));
  return { answers: [...different.values()] };
}

it("sells the same post once, however often it comes, and always answers the same", async () => {
  const key = await seedCampaign(smallCampaign("hundred"));
  await seedBuyer("single", "hundred", { endpoint: { ping_timeout_ms: 5_000 } });
  world.buyers.set("single", { ping: bids(20), post: accepts({ redirect: "https://buyer.example/thanks" }) });

  // Two steps.
  const ping = await call(key, "/v1/pings", { campaign: "hundred", lead: { zip: "78704" } });
  const post = { ping_id: ping.body.ping_id, lead: person(1) };
  const two = await hundred(key, "/v1/posts", post);
  expect(two.answers).toHaveLength(1);
  expect(two.answers[0]).toMatchObject({ result: "accepted", price: 16, redirect_url: "https://buyer.example/thanks" });
  expect(world.to("single", "post")).toHaveLength(1);

  // One step, without any key: the content is the name.
  const lead = { campaign: "hundred", lead: { zip: "78704", ...person(2) } };
  const one = await hundred(key, "/v1/leads", lead);
  expect(one.answers).toHaveLength(1);
  expect(one.answers[0]).toMatchObject({ result: "accepted", price: 16, redirect_url: "https://buyer.example/thanks" });
  expect(world.to("single", "post")).toHaveLength(2);

  // Long after its end the answer is still the same, the redirect included.
  expect((await call(key, "/v1/posts", post)).body).toEqual(two.answers[0]);
  expect((await call(key, "/v1/leads", lead)).body).toEqual(one.answers[0]);
  expect(world.to("single", "post")).toHaveLength(2);
  const account = await accountOf("single").view();
  expect(account).toMatchObject({ balance: -400_000, held: 0, reservations: { captured: 2, held: 0, in_doubt: 0 } });
});

it("refuses other content under the same ping, and takes the same content written differently", async () => {
  const key = await seedCampaign(smallCampaign("other"), { id: "other_pub" });
  await seedBuyer("second", "other", { endpoint: { ping_timeout_ms: 5_000 } });
  world.buyers.set("second", { ping: bids(10), post: accepts() });
  const ping = await call(key, "/v1/pings", { campaign: "other", lead: { zip: "78704" } });
  const post = { ping_id: ping.body.ping_id, lead: person(3) };
  const first = await call(key, "/v1/posts", post);
  expect(first.body).toMatchObject({ result: "accepted" });
  const spelled = {
    ...post.lead,
    phone: post.lead.phone.replace(/^\+1(\d{3})(\d{3})/, "($1) $2-"),
    email: ` ${post.lead.email.toUpperCase()} `,
  };
  expect((await call(key, "/v1/posts", { ...post, lead: spelled })).body).toEqual(first.body);
  const changed = await call(key, "/v1/posts", { ...post, lead: { ...post.lead, first_name: "Anna" } });
  expect(changed.status).toBe(409);
  expect(world.to("second", "post")).toHaveLength(1);
});
