import {
  createExecutionContext,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { campaignSchema } from "../../../schema/config/campaign.ts";
import type { Fields } from "../../../schema/rpc/auction.ts";
import { sampleLead } from "../../../worker/auction/fields/index.ts";
import type { Env } from "../../../worker/env.ts";
import worker from "../../../worker/index.ts";
import { TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import type { World } from "../../support/world.ts";

export type Json = Record<string, unknown>;

/** An answer, with all that the request went on to do behind it. */
export interface Answered {
  status: number;
  headers: Headers;
  text: string;
  body: Json;
  /** Everything under the request's `waitUntil` has ended. */
  settled: Promise<void>;
}

/** `env`: a wrapped one. `answered`: called the moment the Worker gives its answer. */
export interface Watch {
  env?: Env;
  answered?(): void;
}

/** One request through the whole Worker, in an invocation whose background work can be awaited. */
export async function send(path: string, init: RequestInit, watch: Watch = {}): Promise<Answered> {
  const execution = createExecutionContext();
  const request = new Request(`https://gateway.test${path}`, { redirect: "manual", ...init });
  const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], watch.env ?? env, execution);
  watch.answered?.();
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: /json/.test(response.headers.get("content-type") ?? "") ? (JSON.parse(text) as Json) : {},
    settled: waitOnExecutionContext(execution),
  };
}

export const post = (key: string, path: string, body: unknown, headers: Record<string, string> = {}, watch?: Watch) =>
  send(
    path,
    {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    },
    watch,
  );

/** Like {@link post}, to its very end. */
export async function settledPost(key: string, path: string, body: unknown, headers?: Record<string, string>) {
  const answered = await post(key, path, body, headers);
  await answered.settled;
  return answered;
}

export const operator = (path: string) =>
  send(`/v1/admin${path}`, { headers: { authorization: `Bearer ${TEST_OPERATOR_TOKEN}` } });

export interface TraceBuyer {
  contract_id: string;
  asked: boolean;
  outcome: string | null;
  error: string | null;
  reason: string | null;
  bid: number | null;
  ms: number | null;
}

/** The buyers of a lead's story, by contract. */
export async function buyersOf(lead_id: unknown): Promise<Map<string, TraceBuyer>> {
  const trace = await operator(`/leads/${String(lead_id)}/trace`);
  return new Map((trace.body.buyers as TraceBuyer[]).map((buyer) => [buyer.contract_id, buyer]));
}

/** Samples of a vertical; `changes` join both halves where the half has the field. */
export function sampleOf(campaign: CampaignInput, changes: Fields = {}): { ping: Fields; post: Fields; whole: Fields } {
  const sample = sampleLead(campaignSchema.parse(campaign), Date.now());
  const changed = (half: Fields) =>
    Object.fromEntries(Object.entries(half).map(([name, value]) => [name, changes[name] ?? value]));
  const { phone_hash: _p, email_hash: _e, ...ping } = changed(sample.ping);
  return { ping, post: changed(sample.post), whole: { ...ping, ...changed(sample.post) } };
}

/** Events gather for a second before they are sent, for five while they keep coming. */
const GATHERED_MS = 6_000;

/** Lets a little time pass and rings the alarm of every book and account: the outboxes reach D1. */
export async function drain(world: World): Promise<void> {
  world.moveClock(GATHERED_MS);
  for (const namespace of [env.BOOK, env.ACCOUNT] as DurableObjectNamespace[]) {
    for (const id of await listDurableObjectIds(namespace)) {
      const stub = namespace.get(id);
      for (let rings = 0; rings < 5 && (await pending(stub)) > 0; rings++) await runDurableObjectAlarm(stub);
    }
  }
}

const pending = (stub: DurableObjectStub): Promise<number> =>
  runInDurableObject(stub, (_, { storage: { sql } }) => {
    const count = (of: string) => Number(sql.exec(`SELECT count(*) AS n FROM ${of}`).one().n);
    const paged = count("sqlite_master WHERE name = 'pages'") > 0;
    return count("outbox") + (paged ? count("pages WHERE first_n > (SELECT sent FROM outbox_last)") : 0);
  });

/** Every row of every table of the ledger and of every object, as text: `place` says where. */
export async function everythingStored(): Promise<{ place: string; text: string }[]> {
  const found: { place: string; text: string }[] = [];
  const tables =
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_cf_%'";
  for (const { name } of (await env.DB.prepare(tables).all<{ name: string }>()).results) {
    const { results } = await env.DB.prepare(`SELECT * FROM "${name}"`).all();
    for (const row of results) found.push({ place: `D1 ${name}`, text: JSON.stringify(row) });
  }
  for (const [kind, namespace] of Object.entries({ book: env.BOOK, account: env.ACCOUNT, dialer: env.DIALER })) {
    for (const id of await listDurableObjectIds(namespace as DurableObjectNamespace)) {
      const rows = await runInDurableObject((namespace as DurableObjectNamespace).get(id), async (_, { storage }) => {
        const names = storage.sql.exec<{ name: string }>(tables).toArray();
        const all = names.flatMap(({ name }) =>
          storage.sql
            .exec(`SELECT * FROM "${name}"`)
            .toArray()
            .map((row) => ({ name, text: JSON.stringify(row) })),
        );
        const kept = [...(await storage.list())].map(([key, value]) => ({ name: key, text: JSON.stringify(value) }));
        return [...all, ...kept];
      });
      for (const { name, text } of rows) found.push({ place: `${kind} ${name}`, text });
    }
  }
  return found;
}

/** Rows of a table of the ledger. */
export async function ledger(table: string, where = "1 = 1", ...values: unknown[]): Promise<Json[]> {
  return (
    await env.DB.prepare(`SELECT * FROM ${table} WHERE ${where}`)
      .bind(...values)
      .all<Json>()
  ).results;
}
