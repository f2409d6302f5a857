import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import type { DeliveryMessage } from "../../../schema/queue.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { phoneOf, smallCampaign } from "../../support/flow/scene.ts";
import { AheadClock, keptLeads, ringAlarms } from "../../support/objects.ts";
import { accepts, call, env, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const campaign = smallCampaign("queue_away", { deadlines: { lead_ms: 1_000 } });
const clock = new AheadClock();
let key: string;
let world: World;
let restore = () => {};
let away = true;
let sent: DeliveryMessage[] = [];
let next = 1;

beforeAll(async () => {
  key = await seedCampaign(campaign, { id: "patient", mode: "pending" });
  await seedBuyer("alpha", campaign.id, {
    endpoint: { idempotent: true },
    contract: {
      price: { type: "fixed", amount: 12 },
      retry: { attempts: 6, first_delay_s: 60, max_delay_s: 60 },
    },
  });
});
beforeEach(() => {
  for (const method of ["log", "error"] as const) vi.spyOn(console, method).mockImplementation(() => {});
  world = new World();
  restore = replaceDeps({ random: () => 0.5 });
  away = true;
  sent = [];
  const queue = Object.getPrototypeOf(env.DELIVERIES) as Queue<DeliveryMessage>;
  const taken = async (messages: DeliveryMessage[]) => {
    if (away) throw new Error("Queue is overloaded.");
    sent.push(...messages);
    return {} as never;
  };
  vi.spyOn(queue, "send").mockImplementation((message) => taken([message as DeliveryMessage]));
  vi.spyOn(queue, "sendBatch").mockImplementation((all) => taken([...all].map(({ body }) => body as DeliveryMessage)));
});
afterEach(() => {
  vi.restoreAllMocks();
  restore();
  world.end();
});

const lead = () => {
  const n = next++;
  return { zip: "78704", first_name: "Ann", phone: phoneOf(900 + n), email: `q${n}@example.com` };
};
const stateOf = async (lead_id: string) => (await keptLeads()).find((kept) => kept.lead_id === lead_id)?.state;

it("a sale that needs no second try does not notice", async () => {
  world.buyers.set("alpha", { post: accepts() });
  const sold = await call(key, "/v1/leads", { campaign: campaign.id, lead: lead() });
  expect(sold.body).toMatchObject({ result: "accepted" });
  expect(sent).toEqual([]);
});

it("what must go on later waits in its book, and goes on when the queue is back", async () => {
  let asked = 0;
  world.buyers.set("alpha", {
    post: (request) => (asked++ === 0 ? new Response("", { status: 500 }) : accepts()(request)),
  });
  const told = await call(key, "/v1/leads", { campaign: campaign.id, lead: lead() });
  expect(told.body).toMatchObject({ result: "pending", code: "in_progress" });
  const lead_id = String(told.body.lead_id);
  for (let n = 0; n < 3; n++) {
    clock.ahead += 120_000;
    await ringAlarms();
  }
  expect([sent, await stateOf(lead_id), asked]).toEqual([[], "open", 1]);
  away = false;
  clock.ahead += 120_000;
  await ringAlarms();
  expect(sent).toContainEqual({ v: 1, kind: "lead", lead_id });
  await wakeLead(realGateway(env, { waitUntil: () => {} }), lead_id);
  expect([await stateOf(lead_id), asked]).toEqual(["sold", 2]);
});
