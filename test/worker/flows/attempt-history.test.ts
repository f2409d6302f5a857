import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { wholeLead } from "../../support/leads.ts";
import { AheadClock, settleLedger } from "../../support/objects.ts";
import { accepts, admin, bids, call, seedBuyer, seedCampaign, World } from "../../support/world.ts";

type Row = Record<string, unknown>;
const clock = new AheadClock();
const campaign = autoInsurance.id;
let world: World;
let key = "";

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  world = new World();
  key = await seedCampaign({ ...autoInsurance });
  await seedBuyer("acme", campaign, { contract: { drift: { learn_answers: 5, learn_hours: 0 } } });
});
afterAll(() => world.end());

const sell = async (n: number) => (await call(key, "/v1/leads", { campaign, lead: wholeLead(n) })).body;
const attempts = async (query = "") =>
  (await admin("GET", `/contracts/acme_c/attempts${query}`)) as { items: Row[]; next: string | null };

/** The tests of this file are one story, in order. */
it("every attempt of a contract is there, newest first, in pages and by outcome; nothing of whom", async () => {
  world.buyers.set("acme", { ping: bids(20), post: accepts({ id: "A1" }) });
  for (const n of [1, 2, 3]) expect(await sell(n)).toMatchObject({ result: "accepted" });
  const no = () => Response.json({ result: "rejected", reason: "Lead 17 of Maria Santos: quota reached" });
  world.buyers.set("acme", { ping: bids(20), post: no });
  for (const n of [4, 5]) expect(await sell(n)).toMatchObject({ result: "rejected" });
  await settleLedger(clock);

  const all = (await attempts()).items;
  expect(all.map(({ outcome }) => outcome)).toEqual(["rejected", "rejected", "accepted", "accepted", "accepted"]);
  expect(all[0]).toMatchObject({
    attempt: 1,
    round: 1,
    http_status: 200,
    class: "rejected",
    payload: "sealed",
    test: false,
  });
  const text = JSON.stringify(all);
  for (const value of ["+1202555", "jane.", "Maria Santos"]) expect(text).not.toContain(value);

  const first = await attempts("?limit=2");
  const second = await attempts(`?limit=2&after=${first.next}`);
  const third = await attempts(`?limit=2&after=${second.next}`);
  expect([...first.items, ...second.items, ...third.items]).toEqual(all);
  expect(third.next).toBeNull();
  expect((await attempts("?outcome=accepted")).items).toHaveLength(3);
  expect((await attempts("?to=2020-01-01T00:00:00Z")).items).toEqual([]);
  await expect(admin("GET", "/contracts/nobody/attempts")).rejects.toThrow("404");
  await expect(admin("GET", "/contracts/acme_c/attempts?outcome=sold")).rejects.toThrow("outcome");
  const { results } = await env.DB.prepare(
    "EXPLAIN QUERY PLAN SELECT * FROM deliveries WHERE contract_id = 'a' AND at >= 1 AND at < 9 ORDER BY at DESC, attempt_id DESC LIMIT 101",
  ).all<{ detail: string }>();
  expect(results.map(({ detail }) => detail).join()).toContain("deliveries_contract");
});

it("a payload is opened with a reason, which the audit has first; of another contract or an erased lead nothing", async () => {
  const [newest] = (await attempts()).items;
  const open = (id: unknown, contract = "acme_c") =>
    admin("POST", `/contracts/${contract}/attempts/${id}/open`, { reason: "buyer asks" });
  const opened = await open(newest?.attempt_id);
  expect(String(opened.request)).toContain("jane.5@example.com");
  expect(opened).toMatchObject({ reason: "Lead 17 of Maria Santos: quota reached", outcome: "rejected" });
  const { items } = (await admin("GET", "/audit?action=open_payloads")) as { items: Row[] };
  expect(items[0]).toMatchObject({ target: `attempt:${newest?.attempt_id}`, author: "tester" });
  expect(JSON.parse(String(items[0]?.detail))).toEqual({ lead_id: newest?.lead_id, reason: "buyer asks" });
  await expect(open(newest?.attempt_id, "other_c")).rejects.toThrow("404");
  await expect(open("nothing")).rejects.toThrow("404");
  await env.DB.prepare("UPDATE deliveries SET sealed = NULL WHERE attempt_id = ?").bind(newest?.attempt_id).run();
  await expect(open(newest?.attempt_id)).rejects.toThrow('"erased"');
});

it("its requests and answers have become known; what is not as it was raises an alert without a value", async () => {
  const known = (await admin("GET", "/contracts/acme_c/drift")) as { stages: Row[] };
  expect(known.stages.map(({ stage }) => stage)).toEqual(["ping", "post"]);
  expect(known.stages[1]).toMatchObject({
    answers: 5,
    outcomes: { accepted: 3, rejected: 2 },
    reasons: { "lead # of …: quota reached": 2 },
    open: [],
  });
  expect(JSON.stringify(known)).not.toMatch(/jane|maria|santos|2025550|78704/i);
  const other = () => Response.json({ result: "rejected", reason: "licence expired", detail: { code: 7 } });
  world.buyers.set("acme", { ping: bids(20), post: other });
  // What went well is told every 50 s.
  for (const n of [6, 7, 8, 9]) {
    world.moveClock(51_000);
    await sell(n);
  }
  await settleLedger(clock);
  const { items } = (await admin("GET", "/alerts?kind=drift_new_reason")) as { items: Row[] };
  expect(items).toMatchObject([{ subject: "contract:acme_c", message: expect.stringContaining("licence expired") }]);
  const { accepted, stages } = (await admin("POST", "/contracts/acme_c/drift/accept", { reason: "they say so" })) as {
    accepted: number;
    stages: Row[];
  };
  expect(accepted).toBeGreaterThan(0);
  expect(stages[1]).toMatchObject({ open: [] });
});
