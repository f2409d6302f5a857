import { env, exports } from "cloudflare:workers";
import { deps, replaceDeps } from "../../worker/deps.ts";
import { forgetIsolate } from "../../worker/gateway/real.ts";
import { TEST_OPERATOR_TOKEN } from "./settings.ts";

/** One request that a simulated buyer received. */
export interface Received {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string;
}
export type BuyerAnswer = (request: Received) => Response | Promise<Response>;

/**
 * A gateway with simulated buyers behind `deps.fetch`: every outgoing request goes to the buyer named by its host
 * (`http://127.0.0.1/<buyer>/ping`), and is remembered in order.
 */
export class World {
  readonly received: Received[] = [];
  readonly buyers = new Map<
    string,
    { ping?: BuyerAnswer; post?: BuyerAnswer; [phase: string]: BuyerAnswer | undefined }
  >();
  private readonly restore: () => void;

  /** Told of each outgoing request as it leaves. */
  onRequest: (request: Received) => void = () => {};
  private ahead = 0;

  constructor() {
    forgetIsolate();
    const { now } = deps();
    this.restore = replaceDeps({
      fetch: ({ url, init }) => this.answer(url, init),
      now: () => now() + this.ahead,
    });
  }

  /** Time passes for the gateway and its objects; timers are not moved. */
  moveClock(ms: number): void {
    this.ahead += ms;
  }

  /** Ms by which the gateway's clock is ahead of the real one. */
  get movedBy(): number {
    return this.ahead;
  }

  end(): void {
    this.restore();
  }

  to(buyer: string, phase: "ping" | "post"): Received[] {
    return this.received.filter((request) => new URL(request.url).pathname === `/${buyer}/${phase}`);
  }

  private async answer(url: string, init: RequestInit): Promise<Response> {
    const request: Received = {
      url,
      method: init.method ?? "GET",
      headers: Object.fromEntries(new Headers(init.headers)),
      body: typeof init.body === "string" ? init.body : "",
    };
    this.received.push(request);
    this.onRequest(request);
    const [, name = "", phase = ""] = new URL(url).pathname.split("/");
    const behaviour = this.buyers.get(name)?.[phase];
    if (!behaviour) throw new TypeError("Network connection lost.");
    const answer = Promise.resolve(behaviour(request));
    return new Promise((resolve, reject) => {
      init.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
      answer.then(resolve, reject);
    });
  }
}

export const bids =
  (price: unknown, extra: object = {}): BuyerAnswer =>
  () =>
    Response.json({ result: "bid", price, ref: "r1", ...extra });
export const accepts =
  (extra: object = {}): BuyerAnswer =>
  () =>
    Response.json({ result: "accepted", ...extra });
export const rejects: BuyerAnswer = () => Response.json({ result: "rejected", reason: "not wanted" });
export const silent: BuyerAnswer = () => new Promise<Response>(() => {});

/** The usual dialect of the simulated buyers. */
export const dialect = (name: string) => ({
  version: 1,
  ping: {
    request: {
      url: `http://127.0.0.1/${name}/ping`,
      body: { zip: "{{zip}}", ref: "{{gateway.ping_id}}", year: "{{vehicle_year}}" },
    },
    answer: {
      rules: [
        { when: { path: "result", equals: "bid" }, outcome: "bid" },
        { when: { path: "result", equals: "no" }, outcome: "no_bid" },
      ],
      price: "price",
      ref: "ref",
    },
  },
  post: {
    request: {
      url: `http://127.0.0.1/${name}/post`,
      body: {
        ref: "{{bid.ref}}",
        key: "{{gateway.reservation_id}}",
        first: "{{first_name}}",
        last: "{{last_name}}",
        phone: "{{phone}}",
        email: "{{email}}",
        zip: "{{zip}}",
      },
    },
    answer: { rules: [], redirect_url: "redirect", price: "price" },
  },
});

export async function admin(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
  const response = await exports.default.fetch(`https://gateway.test/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

export async function call(
  key: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await exports.default.fetch(`https://gateway.test${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A campaign and a publisher with a live key. */
export async function seedCampaign(
  campaign: { id: string } & Record<string, unknown>,
  publisher: Record<string, unknown> = {},
  others: ({ id: string } & Record<string, unknown>)[] = [],
): Promise<string> {
  for (const one of [campaign, ...others]) await admin("POST", "/campaigns", one);
  return seedPublisher({ id: "pub", campaigns: [campaign, ...others].map(({ id }) => id), ...publisher });
}

/** A publisher with a key of its own: live, unless said otherwise. */
export async function seedPublisher(
  publisher: { id: string; campaigns: string[] } & Record<string, unknown>,
  { test = false } = {},
): Promise<string> {
  await admin("POST", "/publishers", { name: "Publisher", ...publisher });
  const { key } = await admin("POST", `/publishers/${publisher.id}/keys`, { label: "test run", test });
  return key as string;
}

export async function seedBuyer(
  name: string,
  campaign_id: string,
  options: { buyer?: object; endpoint?: object; contract?: object } = {},
): Promise<void> {
  await admin("POST", "/buyers", { id: name, name, credit_limit: null, ...options.buyer });
  await admin("POST", "/endpoints", {
    id: `${name}_ep`,
    buyer_id: name,
    name,
    dialect: dialect(name),
    ...options.endpoint,
  });
  await admin("POST", "/contracts?force=test+world", {
    stage: "live",
    id: `${name}_c`,
    buyer_id: name,
    endpoint_id: `${name}_ep`,
    campaign_id,
    name,
    price: { type: "bid" },
    ...options.contract,
  });
}

export { env };
