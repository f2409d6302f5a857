import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, it } from "vitest";
import { replaceDeps } from "../../../worker/deps.ts";
import { sendPostback } from "../../../worker/flows/postback.ts";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { bookOf } from "../../support/flow/case.ts";
import { phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

let world: World;
let restore = () => {};
/** Ms that the clock runs ahead. */
let ahead = 0;
beforeEach(() => {
  world = new World();
  ahead = 0;
  // A pause is half of its longest: far beyond the publisher's deadline.
  restore = replaceDeps({ now: () => Date.now() + ahead, random: () => 0.5 });
});
afterEach(() => {
  restore();
  world.end();
});

const gateway = () => realGateway(env, createExecutionContext());

async function stateOf(key: string, lead_id: unknown): Promise<Record<string, unknown>> {
  const response = await exports.default.fetch(`https://gateway.test/v1/leads/${String(lead_id)}`, {
    headers: { authorization: `Bearer ${key}` },
  });
  return (await response.json()) as Record<string, unknown>;
}

/** A pending publisher, and a buyer that is down at first and takes the lead when it is asked again. */
async function seed(id: string, method: "POST" | "GET", query: string): Promise<string> {
  const key = await seedCampaign(smallCampaign(id, { deadlines: { post_ms: 500 } }), {
    id: `${id}_pub`,
    mode: "pending",
    postback: { url: `http://127.0.0.1/${id}_pub/postback${query}`, method },
  });
  await seedBuyer(`${id}_buyer`, id, {
    endpoint: { ping_timeout_ms: 5_000 },
    contract: { retry: { attempts: 4, first_delay_s: 300, max_delay_s: 300 } },
  });
  let asked = 0;
  world.buyers.set(`${id}_buyer`, {
    ping: bids(20),
    post: (request) =>
      asked++ === 0 ? new Response("down", { status: 503 }) : accepts({ redirect: "https://b.example/t" })(request),
  });
  return key;
}

/** Posts, is told to wait, and has the queue's part done: the retry an hour later. */
async function sellLater(id: string, key: string): Promise<string> {
  const ping = await call(key, "/v1/pings", { campaign: id, lead: { zip: "78704" }, click_id: "click 7&x" });
  const lead = { first_name: "Ann", phone: phoneOf(id.length * 100), email: `${id}@example.com` };
  const post = { ping_id: ping.body.ping_id, lead, click_id: "click 7&x", sub_id1: "a/b" };
  const told = await call(key, "/v1/posts", post);
  expect(told.body).toMatchObject({ result: "pending", code: "in_progress", price: 0 });
  const lead_id = String(told.body.lead_id);
  expect(await stateOf(key, lead_id)).toMatchObject({ lead_id, state: "open", result: "pending" });
  expect((await call(key, "/v1/posts", post)).body).toEqual(told.body);
  ahead = 3_600_000;
  await wakeLead(gateway(), lead_id);
  // Receivers refuse what was signed an hour from now.
  ahead = 0;
  expect(await stateOf(key, lead_id)).toMatchObject({ state: "sold", result: "accepted", price: 16 });
  // Asked again it hears the end, of which the postback tells it too.
  expect((await call(key, "/v1/posts", post)).body).toMatchObject({ result: "accepted", lead_id, price: 16 });
  const requests = world.to(`${id}_buyer`, "post");
  expect(requests).toHaveLength(2);
  expect(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  return lead_id;
}

const postbacks = (id: string) => world.received.filter(({ url }) => url.includes(`/${id}_pub/postback`));
const listens = (id: string, answer: () => Response) =>
  world.buyers.set(`${id}_pub`, { ["postback" as "post"]: answer });

it("tells the end with a signed postback, again until it is taken", async () => {
  const key = await seed("signed", "POST", "");
  const { secret } = await admin("POST", "/publishers/signed_pub/postback-secret", {});
  const answers = [new Response("busy", { status: 500 }), new Response("thanks")];
  listens("signed", () => answers.shift() ?? new Response("once too often", { status: 410 }));
  const lead_id = await sellLater("signed", key);
  for (let n = 0; n < 3; n++) await sendPostback(gateway(), lead_id);

  const sent = postbacks("signed");
  expect(sent).toHaveLength(2);
  for (const request of sent) {
    const told = new Webhook(String(secret)).verify(request.body, request.headers);
    expect(told).toMatchObject({ lead_id, result: "accepted", price: 16, click_id: "click 7&x", sub_id1: "a/b" });
    expect(request.headers["webhook-id"]).toBe(`lead_${lead_id}`);
    expect(request.body).not.toContain("Ann");
  }
  const story = await bookOf(lead_id).story(lead_id);
  expect(story?.lead.postback_due).toBe(false);
});

it("tells the end with a GET whose macros are filled in", async () => {
  const key = await seed("macros", "GET", "?id={lead_id}&r={result}&p={price}&c={click_id}&s={sub_id1}&t={sub_id2}");
  listens("macros", () => new Response("ok"));
  const lead_id = await sellLater("macros", key);
  for (let n = 0; n < 2; n++) await sendPostback(gateway(), lead_id);
  const [sent, ...more] = postbacks("macros");
  expect(more).toEqual([]);
  const query = new URL(sent?.url ?? "").searchParams;
  expect(Object.fromEntries(query)).toEqual({
    id: lead_id,
    r: "accepted",
    p: "16.00",
    c: "click 7&x",
    s: "a/b",
    t: "",
  });
});
