import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { type FuzzedRequest, fuzzedRequests } from "../../support/bodies.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { rows } from "../../support/ledger-faults.ts";
import { AheadClock, keptLeads, refused, settleLedger } from "../../support/objects.ts";
import { type Answer, send } from "../../support/raw.ts";
import { accepts, admin, bids, rejects, seedBuyer, seedCampaign, World } from "../../support/world.ts";

const SEED = 20261121;
const RUNS = 10_000;
const AT_ONCE = 25;
const campaign = autoInsurance.id;
const clock = new AheadClock();
let key: string;
let world: World;
let requests: FuzzedRequest[];
const seen = new Map<string, number>();

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const fast = { ...autoInsurance, ping_ttl_s: 600 };
  key = await seedCampaign(fast, { pings_per_second: 10_000 });
  // One attempt each: an unknown post goes to review at once.
  const contract = { retry: { attempts: 1 } };
  for (const name of ["alpha", "beta", "gamma"]) await seedBuyer(name, campaign, { contract });
  const form = await admin("POST", "/forms", { publisher_id: "pub", campaign_id: campaign });
  world = new World();
  let n = 0;
  const odd = () =>
    new Response(n++ % 7 === 0 ? "<html>" : '{"result":"accepted"}', { status: n % 5 === 0 ? 500 : 200 });
  world.buyers.set("alpha", { ping: () => bids(n++ % 3 === 0 ? "30" : "12,50")({} as never), post: odd });
  world.buyers.set("beta", { ping: bids(21.105), post: rejects });
  world.buyers.set("gamma", { ping: bids(20), post: accepts() });
  const ping_ids: string[] = [];
  for (let i = 0; i < 60; i++) {
    const ping = await send("/v1/pings", { key, body: { campaign, lead: leadOf(i).ping } });
    ping_ids.push(String(ping.body.ping_id));
  }
  const parts = { campaign, form: `/f/${form.id}`, ping_ids, ping: leadOf(0).ping, whole: wholeLead };
  requests = fc.sample(fuzzedRequests(parts), { numRuns: RUNS, seed: SEED });
}, 30_000);
afterAll(() => world.end());

/** What an answer is, or what is wrong with it. */
function judge(answer: Answer): string {
  if (answer.status >= 500) return `WRONG: ${answer.status} ${answer.text.slice(0, 300)}`;
  if (answer.status === 303) return "redirect";
  if (answer.type.startsWith("text/html")) return "page";
  if (answer.status === 200)
    return /^(accepted|rejected|pending)$/.test(String(answer.body.result))
      ? String(answer.body.result)
      : "WRONG: result";
  if (answer.type !== "application/problem+json" || answer.body.status !== answer.status) return "WRONG: no problem";
  if (String(answer.body.detail ?? "").length < 10) return "WRONG: no reason";
  const errors = (answer.body.errors ?? []) as { field: string; message: string }[];
  if (answer.status === 422 && answer.body.code === "invalid_fields" && errors.length === 0) return "WRONG: no field";
  if (errors.some(({ field, message }) => field === "" || message === "")) return "WRONG: empty field";
  return String(answer.body.code);
}

it("10,000 changed bodies against the real gateway: never a 5xx, always an answer or a reason", {
  timeout: 120_000,
}, async () => {
  for (let from = 0; from < requests.length; from += AT_ONCE) {
    const group = requests.slice(from, from + AT_ONCE);
    const answers = await Promise.all(
      group.map(({ path, type, body, known }) => send(path, { key: known ? key : undefined, type, body })),
    );
    answers.forEach((answer, i) => {
      const outcome = judge(answer);
      if (outcome.startsWith("WRONG")) throw new Error(`${outcome} for ${JSON.stringify(group[i])}`);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    });
  }
  const usual = ["accepted", "rejected", "invalid_fields", "invalid_json", "unauthorized", "content_changed"];
  for (const outcome of usual) expect([outcome, (seen.get(outcome) ?? 0) >= 10]).toEqual([outcome, true]);
});

it("and the books hold no half leads: each has ended or rests, with all that belongs to it", async () => {
  const leads = await keptLeads();
  expect(leads.length).toBeGreaterThan(100);
  for (const lead of leads) {
    expect(["sold", "unsold", "review", "parked"]).toContain(lead.state);
    expect(lead.outcome ?? lead.frozen).not.toBeNull();
    expect(lead.state === "sold").toBe(lead.sale !== null);
    expect([lead.sealed.length > 0, lead.wrapped_key.length > 0, lead.content_hash.length > 0]).toEqual([
      true,
      true,
      true,
    ]);
    expect(lead.plan.filter((bidder) => bidder.status === "in_flight")).toEqual([]);
  }
  expect([...new Set(leads.map((lead) => lead.state))].sort()).toEqual(["review", "sold", "unsold"]);
  await settleLedger(clock);
  expect(await refused()).toBe(0);
  const sold = leads.filter((lead) => lead.sale !== null && !lead.test).length;
  expect(sold).toBeGreaterThan(10);
  expect(await rows("SELECT count(*) AS c FROM sales")).toEqual([{ c: sold }]);
  expect(await rows("SELECT ref FROM money_movements GROUP BY ref HAVING sum(amount) <> 0")).toEqual([]);
  const states = await rows<{ state: string; c: number }>("SELECT state, count(*) AS c FROM leads GROUP BY state");
  expect(states.reduce((sum, { c }) => sum + c, 0)).toBe(leads.length);
});
