import type { Hono } from "hono";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import type { Form, Publisher, PublisherKey } from "../../../schema/config/publisher.ts";
import { formSchema, keySchema, publisherSchema } from "../../../schema/config/publisher.ts";
import type { Money } from "../../../schema/money.ts";
import { parseMoney, ZERO } from "../../../schema/money.ts";
import { autoInsurance } from "../../../schema/verticals/auto-insurance.ts";
import { compileCampaign } from "../../../worker/auction/fields/compile.ts";
import { sampleLead } from "../../../worker/auction/fields/sample.ts";
import { sha256Hex } from "../../../worker/crypto/hash.ts";
import type { LeadInput, PingInput, PingResult, PostInput, PostResult } from "../../../worker/flows/answers.ts";
import { publicApp } from "../../../worker/routes/app.ts";
import type { PublicContext } from "../../../worker/routes/context.ts";
import type { LogLine } from "../../../worker/telemetry/log.ts";

export const NOW = Date.parse("2026-11-20T15:05:00.000Z");
export const KEY = "pk_live_1234567890";
export const TEST_KEY = "pk_test_1234567890";
export const PAUSED_KEY = "pk_off_1234567890";
export const FORM = "form_abcdefgh";

export const campaign = compileCampaign(campaignSchema.parse(autoInsurance), 1);
const sample = sampleLead(campaign.config, NOW);
/** Texts, as every encoding can carry them. */
export const PING_LEAD = {
  zip: "78704",
  credit_tier: "good",
  vehicle_year: "2021",
  vehicle_make: "Toyota",
  vehicle_model: "RAV4",
  currently_insured: "true",
};
export const FULL_LEAD: Record<string, unknown> = sample.post;
export const PING = { campaign: "auto_insurance", lead: PING_LEAD };

export const PING_RESULT: PingResult = {
  kind: "ping",
  result: "accepted",
  ping_id: "pb0A1zcQk4hT9sWmX2dLr7vYe3Gu",
  price: parseMoney("21.105") as Money,
  currency: "USD",
  expires_at: NOW + 120_000,
  bids: [{ bid_id: "pb0A1zcQk4hT9sWmX2dLr7vYe3Gu_1", price: parseMoney("21.105") as Money, exclusive: true }],
  test: false,
};
export const POST_RESULT: PostResult = {
  kind: "post",
  result: "accepted",
  lead_id: "lb0A1zcQk4hT9sWmX2dLr7vYe3Gu",
  price: parseMoney("21.105") as Money,
  currency: "USD",
  redirect_url: "https://buyer.example/next",
  test: false,
};

export interface World {
  ctx: PublicContext;
  app: Hono<{ Bindings: object }>;
  publisher: Publisher;
  form: Form;
  pings: PingInput[];
  posts: PostInput[];
  leads: LeadInput[];
  logs: LogLine[];
  background: Promise<unknown>[];
  /** Moves the context's clock; it stands still otherwise. */
  clock: { now: number };
}

/** A gateway whose flows say yes and remember what they were asked. `changes` replaces parts of its context. */
export function world(
  changes: Partial<PublicContext> = {},
  config: { publisher?: Partial<Publisher>; form?: object } = {},
): World {
  const publisher = {
    ...publisherSchema.parse({ id: "acme", name: "Acme", campaigns: ["auto_insurance"] }),
    ...config.publisher,
  };
  const keys: PublisherKey[] = [
    keySchema.parse({ id: sha256Hex(KEY), publisher_id: "acme", prefix: "pk_live" }),
    keySchema.parse({ id: sha256Hex(TEST_KEY), publisher_id: "acme", prefix: "pk_test", test: true }),
    keySchema.parse({ id: sha256Hex(PAUSED_KEY), publisher_id: "acme", prefix: "pk_off", status: "paused" }),
  ];
  const form = formSchema.parse({ id: FORM, publisher_id: "acme", campaign_id: "auto_insurance", ...config.form });
  const found: Omit<World, "ctx" | "app"> = {
    publisher,
    form,
    pings: [],
    posts: [],
    leads: [],
    logs: [],
    background: [],
    clock: { now: NOW },
  };
  const ctx: PublicContext = {
    snapshot: async () => ({
      keyByHash: (hash) => keys.find((key) => key.id === hash),
      publisher: (id) => (id === publisher.id ? publisher : undefined),
      campaign: (id) => (id === campaign.config.id ? campaign : undefined),
      campaignIds: () => [campaign.config.id],
      form: (key) => (key === form.id ? form : undefined),
      inbound: () => undefined,
    }),
    ping: async (input) => {
      found.pings.push(input);
      return PING_RESULT;
    },
    post: async (input) => {
      found.posts.push(input);
      return POST_RESULT;
    },
    lead: async (input) => {
      found.leads.push(input);
      return POST_RESULT;
    },
    leadState: async (id) =>
      id === POST_RESULT.lead_id
        ? { ...POST_RESULT, campaign: "auto_insurance", state: "sold", created_at: NOW, closed_at: NOW + 400 }
        : null,
    sha256Hex,
    inboundDigest: (id, key) => sha256Hex(`${id}/${key}`),
    now: () => found.clock.now,
    waitUntil: (promise) => {
      found.background.push(promise);
    },
    rateLimit: () => true,
    refusedByLoad: () => null,
    verifyTurnstile: async () => true,
    status: async () => ({
      status: "operational",
      at: new Date(found.clock.now).toISOString(),
      configuration_age_s: 1,
      pings: null,
      leads: null,
      availability: null,
      incidents: [],
    }),
    health: async () => ({ status: "ok", checks: { snapshot_age_ms: 12 } }),
    log: (line) => {
      found.logs.push(line);
    },
    ...changes,
  };
  return { ...found, ctx, app: publicApp(ctx) };
}

export const NO_MONEY = ZERO;

interface Send {
  key?: string | null;
  headers?: Record<string, string>;
  method?: string;
}

/** Sends JSON with the publisher's key. */
export function send(
  w: World,
  path: string,
  body: unknown,
  { key = KEY, headers = {}, method = "POST" }: Send = {},
): Promise<Response> {
  return raw(
    w,
    path,
    JSON.stringify(body),
    { ...(key === null ? {} : { authorization: `Bearer ${key}` }), "content-type": "application/json", ...headers },
    method,
  );
}

export async function raw(
  w: World,
  path: string,
  body: BodyInit | null,
  headers: Record<string, string>,
  method = "POST",
): Promise<Response> {
  return w.app.request(`https://gateway.test${path}`, { method, headers, body });
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: { field: string; message: string; code?: string }[];
}

/** The answer's problem; fails the caller's expectations by its shape when it is none. */
export async function problemOf(response: Response): Promise<Problem> {
  if (response.headers.get("content-type") !== "application/problem+json")
    throw new Error(`no problem answer: ${response.status}`);
  const found = (await response.json()) as Problem;
  if (found.status !== response.status) throw new Error("the problem's status is not the answer's");
  return found;
}
