import { listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { SealedLead } from "../../../schema/rpc/book.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import { keyring, openForLead, openLeadKey } from "../../../worker/crypto/seal.ts";
import { replaceDeps } from "../../../worker/deps.ts";
import { proofOwner } from "../../../worker/flows/erase-lead.ts";
import { leadOf, wholeLead } from "../../support/leads.ts";
import { TEST_BINDINGS } from "../../support/settings.ts";
import {
  accepts,
  admin,
  bids,
  call,
  seedBuyer,
  seedCampaign,
  seedPublisher,
  silent,
  World,
} from "../../support/world.ts";
import { operator } from "../dead-letters/support.ts";
import { Ahead, finished, keeperText, rows, run, settle } from "./support.ts";

const campaign = autoInsurance.id;
const second = "auto_two";
const clock = new Ahead();
const world = new World();
let key: string;
const DAY = 86_400_000;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seedCampaign({ ...autoInsurance }, {}, [{ ...autoInsurance, id: second } as typeof autoInsurance]);
  await seedBuyer("alpha", campaign);
  await seedBuyer("beta", second);
  for (const name of ["alpha", "beta"])
    world.buyers.set(name, { ping: bids(20), post: accepts({ redirect: "https://buyer.example/thanks" }) });
});
afterAll(() => {
  world.end();
  clock.end();
});

async function sell(n: number, to = campaign): Promise<string> {
  const { body } = await call(key, "/v1/leads", { campaign: to, lead: wholeLead(n) });
  expect(body).toMatchObject({ result: "accepted" });
  return String(body.lead_id);
}
const phoneOf = (n: number) => String(leadOf(n).post.phone);
const request = (n: number, more: object = {}) => ({ phone: phoneOf(n), reason: "request of 21 November", ...more });

/** What the objects still hold of a lead that only its own key opens, or that finds a person. */
async function heldOf(lead_id: string) {
  const read = async (ids: DurableObjectId[], get: (id: DurableObjectId) => DurableObjectStub, query: string) => {
    const found = await Promise.all(
      ids.map((id) => runInDurableObject(get(id), (_, { storage }) => storage.sql.exec(query, lead_id).toArray())),
    );
    return found.flat();
  };
  const books = await listDurableObjectIds(env.BOOK);
  const accounts = await listDurableObjectIds(env.ACCOUNT);
  const book = (query: string) => read(books, (id) => env.BOOK.get(id), query);
  return {
    lead: await book(
      "SELECT json_extract(body, '$.sealed') || json_extract(body, '$.wrapped_key') || coalesce(json_extract(body, '$.outcome.redirect_sealed'), '') AS text FROM leads WHERE lead_id = ?",
    ),
    attempts: await book(
      "SELECT 1 AS one FROM attempts WHERE lead_id = ? AND json_extract(record, '$.sealed') IS NOT NULL",
    ),
    auctions: await book(
      "SELECT 1 AS one FROM auctions JOIN leads ON leads.auction_id = auctions.ping_id WHERE lead_id = ? AND json_extract(record, '$.sealed') IS NOT NULL",
    ),
    marks: await book("SELECT 1 AS one FROM marks WHERE lead_id = ?"),
    consumers: await read(accounts, (id) => env.ACCOUNT.get(id), "SELECT 1 AS one FROM consumers WHERE lead_id = ?"),
  };
}
const GONE = { lead: [{ text: "" }], attempts: [], auctions: [], marks: [], consumers: [] };
const inLedger = (lead_id: string) =>
  rows(
    `SELECT l.sealed, l.wrapped_key, l.phone_mark, l.email_mark, l.erased_at > 0 AS erased, l.state, l.price,
       (SELECT count(*) FROM deliveries d WHERE d.lead_id = l.lead_id AND d.sealed IS NOT NULL) AS deliveries,
       (SELECT json_extract(a.record, '$.sealed') FROM auctions a WHERE a.ping_id = l.ping_id) AS auction
     FROM leads l WHERE l.lead_id = ?`,
    lead_id,
  );
const EMPTY = {
  sealed: "",
  wrapped_key: "",
  phone_mark: null,
  email_mark: null,
  erased: 1,
  deliveries: 0,
  auction: null,
};

async function proofOf(lead_id: string): Promise<SealedLead | null> {
  const [proof] = await rows<{ sealed: string; wrapped_key: string }>(
    "SELECT sealed, wrapped_key FROM consent_proofs WHERE lead_id = ?",
    lead_id,
  );
  if (!proof) return null;
  const opened = await openLeadKey(await keyring(TEST_BINDINGS.KEYRING), proof.wrapped_key, proofOwner(lead_id));
  return (await openForLead(opened, proof.sealed)) as SealedLead;
}

it("destroys every lead of a phone, in all campaigns and books, and keeps outcome, money and the proof of consent", async () => {
  const [one, two, other] = [await sell(1), await sell(1, second), await sell(2)];
  await settle(clock);
  expect((await heldOf(one)).consumers.length).toBeGreaterThan(0);
  const audited = await rows("SELECT id FROM audit");
  const job = await run(clock, "/erasures", request(1, { suppress: true }));
  expect(job).toMatchObject({ state: "done", counts: { erased: 2 }, failed: 0 });
  for (const lead_id of [one, two]) {
    expect(await heldOf(lead_id)).toEqual(GONE);
    expect(await inLedger(lead_id)).toEqual([{ ...EMPTY, state: "sold", price: 200_000 }]);
  }
  await settle(clock);
  expect(await inLedger(one)).toEqual([{ ...EMPTY, state: "sold", price: 200_000 }]);

  const trace = await admin("GET", `/leads/${one}/trace?open=true`);
  expect(trace).toMatchObject({
    lead: { state: "sold", result: "accepted", price: 16, erased_at: expect.any(Number) },
    sale: { price: 20, payout: 16, margin: 4 },
    attempts: [{ outcome: "accepted", payload: null }],
  });
  const proof = await proofOf(one);
  expect(Object.keys(proof?.lead ?? {}).sort()).toEqual(expect.arrayContaining(["consent_at", "consent_text"]));
  expect(JSON.stringify(proof)).not.toMatch(/jane|2025550001/i);
  expect(
    await rows(
      "SELECT until - at > 1800 * 86400000 AS long, phone_mark IS NOT NULL AS marked FROM consent_proofs WHERE lead_id = ?",
      one,
    ),
  ).toEqual([{ long: 1, marked: 1 }]);

  // Nothing of the request itself is kept.
  const audit = await rows("SELECT detail, target FROM audit WHERE id > ?", audited.length);
  for (const text of [await keeperText(), JSON.stringify(audit), JSON.stringify(job)])
    expect(text).not.toContain("2025550001");
  expect(audit).toEqual(expect.arrayContaining([expect.objectContaining({ target: `job:${job.id}` })]));

  // Other people's leads are as they were, and the suppressed consumer is sold no more.
  expect((await heldOf(other)).lead).not.toEqual(GONE.lead);
  expect(await proofOf(other)).toBeNull();
  const again = { ...wholeLead(1), first_name: "Another" };
  expect((await call(key, "/v1/leads", { campaign, lead: again })).body).toMatchObject({ code: "suppressed" });
});

it("repeats change nothing, and the publisher's repeated post is still answered", async () => {
  const lead = wholeLead(3);
  const first = await call(key, "/v1/leads", { campaign, lead });
  await run(clock, "/erasures", request(3));
  const { redirect_url: _gone, ...rest } = first.body;
  expect((await call(key, "/v1/leads", { campaign, lead })).body).toEqual(rest);
  expect(await run(clock, "/erasures", request(3))).toMatchObject({ state: "done", done: 0, failed: 0 });
});

it("finds by e-mail what its book has let go, and takes the proof along where it is told to", async () => {
  const lead_id = await sell(4);
  await settle(clock);
  clock.ms += 8 * DAY;
  await settle(clock);
  await settle(clock);
  expect((await heldOf(lead_id)).attempts).toEqual([]);
  const email = String(leadOf(4).post.email);
  const job = await run(clock, "/erasures", {
    email: ` ${email.toUpperCase()} `,
    reason: "request by mail",
    keep_consent: false,
  });
  expect(job).toMatchObject({ state: "done", counts: { erased: 1 } });
  expect(await inLedger(lead_id)).toEqual([{ ...EMPTY, state: "sold", price: 200_000 }]);
  expect(await heldOf(lead_id)).toMatchObject({ lead: [{ text: "" }], marks: [] });
  expect(await proofOf(lead_id)).toBeNull();
  expect(await admin("GET", `/leads/${lead_id}/trace?open=true`)).toMatchObject({
    lead: { state: "sold", erased_at: expect.any(Number) },
    sale: { price: 20 },
  });

  // D1 is restored to a time before the erasure: the book knows of it.
  await env.DB.prepare("UPDATE leads SET sealed = 'l.x', wrapped_key = 'k1.x', erased_at = NULL WHERE lead_id = ?")
    .bind(lead_id)
    .run();
  await run(clock, "/rebuild", { reason: "the ledger was restored" });
  expect(await inLedger(lead_id)).toEqual([{ ...EMPTY, state: "sold", price: 200_000 }]);
});

it("a proof of an earlier erasure goes when it is asked for later", async () => {
  const lead_id = await sell(5);
  await run(clock, "/erasures", request(5));
  expect(await proofOf(lead_id)).not.toBeNull();
  const job = await run(clock, "/erasures", request(5, { keep_consent: false }));
  expect(job.counts).toEqual({ proofs_removed: 1 });
  expect(await proofOf(lead_id)).toBeNull();
});

it("finds test leads too: a test may carry a real number. It makes no proof of consent", async () => {
  const { body } = await call(key, "/v1/leads", { campaign, lead: wholeLead(7), test: true });
  const lead_id = String(body.lead_id);
  await settle(clock);
  expect((await heldOf(lead_id)).lead).not.toEqual(GONE.lead);
  expect(await run(clock, "/erasures", request(7))).toMatchObject({ state: "done", counts: { erased: 1 } });
  expect(await heldOf(lead_id)).toEqual(GONE);
  expect(await inLedger(lead_id)).toMatchObject([EMPTY]);
  expect(await proofOf(lead_id)).toBeNull();
});

it("waits for a lead that is still being sold, and erases it once it rests", async () => {
  const waiting = { deadlines: { post_ms: 900, lead_ms: 900 }, duplicate_check: "off", id: "auto_slow" };
  await admin("POST", "/campaigns", { ...autoInsurance, ...waiting });
  const pending = await seedPublisher({ id: "patient", campaigns: ["auto_slow"], mode: "pending" } as never);
  await seedBuyer("mute", "auto_slow", { contract: { retry: { attempts: 3 }, post_timeout_ms: 500 } });
  world.buyers.set("mute", { ping: bids(20), post: silent });
  const answer = await call(pending, "/v1/leads", { campaign: "auto_slow", lead: wholeLead(6) });
  expect(answer.body).toMatchObject({ result: "pending" });
  const lead_id = String(answer.body.lead_id);
  const { body } = await operator("POST", "/erasures", request(6));
  clock.ms += 1_000;
  await expect(finishedWithin(String(body.id), 3)).resolves.toBe("running");
  expect((await heldOf(lead_id)).lead).not.toEqual(GONE.lead);
  world.buyers.set("mute", { ping: bids(20), post: accepts() });
  await settle(clock);
  await vi.waitUntil(
    async () => {
      await settle(clock);
      return ((await admin("GET", `/leads/${lead_id}/trace`)) as { lead: { state: string } }).lead.state === "sold";
    },
    { timeout: 20_000 },
  );
  expect(await finished(clock, String(body.id), 30_000)).toMatchObject({ state: "done", counts: { erased: 1 } });
  expect(await heldOf(lead_id)).toEqual(GONE);
});

it.each(["after-proof", "after-ledger-erasure"])("a worker that dies %s: the next step ends it", async (point) => {
  const n = point === "after-proof" ? 21 : 22;
  const lead_id = await sell(n);
  await settle(clock);
  const { body } = await operator("POST", "/erasures", request(n));
  let died = 0;
  const restore = replaceDeps({
    crash: (at) => {
      if (at !== point || died++ > 0) return;
      throw new Error("died");
    },
  });
  const job = await finished(clock, String(body.id), 20_000).finally(restore);
  expect(died).toBeGreaterThan(1);
  expect(job).toMatchObject({ state: "done", counts: { erased: 1 }, failed: 0 });
  expect(await heldOf(lead_id)).toEqual(GONE);
  await settle(clock);
  expect(await inLedger(lead_id)).toEqual([{ ...EMPTY, state: "sold", price: 200_000 }]);
  expect(await proofOf(lead_id)).not.toBeNull();
});

async function finishedWithin(id: string, rings: number): Promise<string> {
  const job = await finished(clock, id, 1_000, rings).catch(() => admin("GET", `/jobs/${id}`));
  return (job as { state: string }).state;
}

it.each([
  [{ reason: "why not" }, ["phone"]],
  [{ phone: "12", reason: "why not" }, ["phone"]],
  [{ email: "nobody", reason: "why not" }, ["email"]],
  [{ phone: "+12025550001" }, ["reason"]],
  [{ phone: "+12025550001", reason: "why not", suppress: "yes" }, ["suppress"]],
])("names the field that is wrong: %j", async (body, fields) => {
  const answer = await operator("POST", "/erasures", body);
  expect(answer.status).toBe(422);
  expect((answer.body.errors as { field: string }[]).map((error) => error.field)).toEqual(fields);
  expect(JSON.stringify(answer.body)).not.toContain("2025550001");
});
