import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { realGateway } from "../../../worker/gateway/real.ts";
import { smallCampaign } from "../../support/flow/scene.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { admin, type BuyerAnswer, bids, call, seedBuyer, seedCampaign, type World } from "../../support/world.ts";

export const gateway = () => realGateway(env, createExecutionContext());

/** May have taken it, or not. */
export const down: BuyerAnswer = () => new Response("down", { status: 503 });
/** Refuses the key: the endpoint is wrongly set up. */
export const denies: BuyerAnswer = () => new Response("no such key", { status: 401 });

export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

async function send(method: string, path: string, token: string | null, body?: unknown, type = "application/json") {
  const response = await exports.default.fetch(`https://gateway.test${path}`, {
    method,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), "content-type": type },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> } satisfies Answer;
}

/** An operator's call with its status: for refusals. */
export const operator = (method: string, path: string, body?: unknown) =>
  send(method, `/v1/admin${path}`, TEST_OPERATOR_TOKEN, body);
export const buyerCall = (key: string | null, reservation_id: string, body?: unknown) =>
  send(body === undefined ? "GET" : "POST", `/v1/buyer/deliveries/${reservation_id}`, key, body);
export const callback = (url: string, body: string, type: string) =>
  send("POST", new URL(url).pathname, null, body, type);

/** Personal values of person `n`, found nowhere else. */
export const person = (n: number) => ({
  zip: "78704",
  first_name: `Quentin${n}xx`,
  last_name: `Zwiebel${n}xx`,
  phone: `+1512${3_000_000 + n}`,
  email: `quentin${n}@canary.example`,
});

/** A pending publisher and a campaign whose leads are asked once: what stays unclear rests at once. */
export const seed = (id: string, campaign: object = {}, publisher: object = {}): Promise<string> =>
  seedCampaign(smallCampaign(id, { deadlines: { post_ms: 2_000, lead_ms: 2_000 }, re_auctions: 0, ...campaign }), {
    id: `${id}_pub`,
    mode: "pending",
    ...publisher,
  });

export const ONCE = { retry: { attempts: 1 } };

export async function seedOne(
  world: World,
  name: string,
  campaign_id: string,
  price: number,
  post: BuyerAnswer,
  contract: object = {},
): Promise<void> {
  await seedBuyer(name, campaign_id, {
    endpoint: { ping_timeout_ms: 5_000, breaker: { failures: 1_000, within_s: 10, failure_rate: 100 } },
    contract: { ...ONCE, ...contract },
  });
  world.buyers.set(name, { ping: bids(price), post });
}

/** Posts one lead; returns its id. */
export async function post(key: string, campaign: string, n: number, changes: object = {}): Promise<string> {
  const answer = await call(key, "/v1/leads", { campaign, lead: { ...person(n), ...changes } });
  expect(answer.status).toBe(200);
  return String(answer.body.lead_id);
}

export const stateOf = async (lead_id: string): Promise<string> =>
  ((await admin("GET", `/leads/${lead_id}/trace`)).lead as { state: string }).state;

/** The queue's part, done here; somebody else (the real queue) may be at it at the same time. */
export async function comesTo(lead_id: string, state: string): Promise<void> {
  await vi.waitFor(
    async () => {
      await wakeLead(gateway(), lead_id).catch(() => {});
      expect(await stateOf(lead_id)).toBe(state);
    },
    { timeout: 10_000, interval: 50 },
  );
}

export const accountOf = (buyer: string) => admin("GET", `/buyers/${buyer}/account`);
export const reservationOf = (lead_id: string, buyer: string, round = 1): string => `${lead_id}_${buyer}_c_1_${round}`;

export async function buyerKey(buyer: string): Promise<string> {
  return String((await admin("POST", `/buyers/${buyer}/keys`, { label: "test" })).key);
}

/** Nothing of these persons in any of the texts. */
export function expectNobody(people: number[], texts: unknown): void {
  const text = JSON.stringify(texts).toLowerCase();
  for (const n of people)
    for (const value of Object.values(person(n)).filter((v) => v !== "78704"))
      expect(text.includes(value.toLowerCase()), value).toBe(false);
}
