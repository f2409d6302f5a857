import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { Job } from "../../../schema/rpc/keeper.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { keyring, openForLead, openLeadKey } from "../../../worker/crypto/seal.ts";
import { eraseLead, proofOwner } from "../../../worker/flows/erase-lead.ts";
import { runStep } from "../../../worker/flows/jobs/index.ts";
import { forgetIsolate, realGateway } from "../../../worker/gateway/real.ts";
import { gatewayApp } from "../../../worker/routes/gateway-app.ts";
import { wholeLead } from "../../support/leads.ts";
import { TEST_BINDINGS, TEST_OPERATOR_TOKEN } from "../../support/settings.ts";
import { accepts, admin, bids, dialect, seedBuyer, seedCampaign, World } from "../../support/world.ts";
import { Ahead, rows, settle } from "./support.ts";

const K2 = `k2:${Buffer.alloc(32, 9).toString("base64")}`;
/** The ring before, during and after a rotation. */
const OLD = env;
const BOTH = { ...env, KEYRING: `${K2},${TEST_BINDINGS.KEYRING}` };
const NEW = { ...env, KEYRING: K2 };

const campaign = autoInsurance.id;
const app = gatewayApp();
const clock = new Ahead();
const world = new World();
let key: string;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance });
  const own = dialect("alpha");
  const post = { ...own.post, request: { ...own.post.request, headers: { "x-key": "{{secret.api_key}}" } } };
  await seedBuyer("alpha", campaign, {
    endpoint: { credentials: { api_key: "s3cret-of-alpha" }, dialect: { ...own, post }, ping_timeout_ms: 1_000 },
  });
  await admin("POST", "/publishers/pub/postback-secret", {});
  const form = { publisher_id: "pub", campaign_id: campaign, turnstile_secret: "of the form" };
  await admin("POST", "/forms", form);
  world.buyers.set("alpha", { ping: bids(20), post: accepts({ redirect: "https://buyer.example/thanks" }) });
});
afterAll(() => {
  world.end();
  clock.end();
});

async function call(bindings: typeof env, method: string, path: string, token: string, body?: unknown) {
  const request = new Request(`https://gateway.test${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const response = await app.fetch(request, bindings, createExecutionContext());
  return (await response.json()) as Record<string, unknown>;
}
const sell = async (bindings: typeof env, n: number) => {
  const body = await call(bindings, "POST", "/v1/leads", key, { campaign, lead: wholeLead(n) });
  expect(body).toMatchObject({ result: "accepted", redirect_url: "https://buyer.example/thanks" });
  return body;
};
const operator = (bindings: typeof env, path: string) => call(bindings, "GET", `/v1/admin${path}`, TEST_OPERATOR_TOKEN);
interface Usage {
  newest: string;
  keys: { key: string; in_ring: boolean; used: Record<string, number>; may_go: boolean }[];
}
const usage = async (bindings: typeof env) => (await operator(bindings, "/keys/usage")) as unknown as Usage;
const of = (answer: Usage, name: string) => answer.keys.find((one) => one.key === name);

const job = { id: "r", kind: "rewrap", author: "ann", params: {} } as unknown as Job;
/** The job's steps, with a sale between any two of them; each step is done twice, as after a crash. */
async function rewrap(between: () => Promise<unknown>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let cursor: string | null = null;
  for (let n = 0; n < 200; n++) {
    const c = { g: realGateway(BOTH, createExecutionContext()), db: env.DB };
    const step = await runStep(c, job, cursor);
    expect(step.failures).toEqual([]);
    for (const [name, count] of Object.entries(step.counts)) counts[name] = (counts[name] ?? 0) + count;
    const again = await runStep(c, job, cursor);
    expect(again.cursor).toBe(step.cursor);
    await between();
    cursor = step.cursor;
    if (cursor === null) return counts;
  }
  throw new Error("the job does not end");
}

it("moves everything to the newest key while leads are sold, and the old one may go", async () => {
  const [first, second] = [await sell(OLD, 1), await sell(OLD, 2)];
  await settle(clock);
  const gateway = { g: realGateway(OLD, createExecutionContext()), db: env.DB };
  const order = { author: "ann", reason: "a proof to move along", proof: "must" } as const;
  expect(await eraseLead(gateway, String(second.lead_id), order)).toBe("erased");
  await settle(clock);

  forgetIsolate();
  const before = await usage(BOTH);
  expect(before.newest).toBe("k2");
  expect(of(before, "k1")).toMatchObject({
    in_ring: true,
    may_go: false,
    used: {
      books: 1,
      ledger_leads: 1,
      ledger_consent_proofs: 1,
      ledger_auctions: 1,
      configuration: expect.any(Number),
    },
  });
  let n = 10;
  const counts = await rewrap(() => sell(BOTH, n++));
  expect(counts).toMatchObject({ records: 3, book_leads: 1, consent_proofs: 1, auctions: 1 });
  await settle(clock);
  const after = await usage(BOTH);
  expect(of(after, "k1")).toEqual({ key: "k1", in_ring: true, used: {}, may_go: true });
  expect(of(after, "k2")?.used).toMatchObject({ configuration: 3, ledger_consent_proofs: 1 });
  expect(of(after, "k2")?.may_go).toBe(false);

  forgetIsolate();
  await sell(NEW, 50);
  expect(world.to("alpha", "post").at(-1)?.headers["x-key"]).toBe("s3cret-of-alpha");
  // What was sold before is answered as before, and opens.
  expect(await call(NEW, "POST", "/v1/leads", key, { campaign, lead: wholeLead(1) })).toEqual(first);
  const trace = await operator(NEW, `/leads/${first.lead_id}/trace?open=true`);
  expect(JSON.stringify(trace.attempts)).toContain("jane.1@example.com");
  const [proof] = await rows<{ sealed: string; wrapped_key: string }>("SELECT sealed, wrapped_key FROM consent_proofs");
  const opened = await openLeadKey(await keyring(K2), proof?.wrapped_key ?? "", proofOwner(String(second.lead_id)));
  expect(await openForLead(opened, proof?.sealed ?? "")).toMatchObject({ lead: { consent_text: expect.any(String) } });
  expect(await rows("SELECT author, reason FROM config_history WHERE reason LIKE '%key k2'")).toEqual(
    expect.arrayContaining([{ author: "ann", reason: "sealed anew with key k2" }]),
  );
  await settle(clock);
  const alone = await usage(NEW);
  expect(alone.keys.map((one) => one.key)).toEqual(["k2"]);
});

it("a key that was taken out too early is named, with what needs it", async () => {
  forgetIsolate();
  const { lead_id } = await sell(NEW, 70);
  await settle(clock);
  await env.DB.prepare("UPDATE leads SET wrapped_key = 'k0.lost' WHERE lead_id = ?").bind(String(lead_id)).run();
  expect(of(await usage(NEW), "k0")).toEqual({ key: "k0", in_ring: false, used: { ledger_leads: 1 }, may_go: false });
});
