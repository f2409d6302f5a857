import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { accepts, admin, bids, World } from "../../support/world.ts";
import { comesTo, denies, operator, post, seed, seedOne, stateOf } from "../dead-letters/support.ts";
import { Ahead, finished, type JobAnswer, settle } from "./support.ts";

const clock = new Ahead();
const world = new World();
let key: string;

beforeAll(async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  key = await seed("rp");
  await seedOne(world, "acme", "rp", 20, denies);
});
afterAll(() => {
  world.end();
  clock.end();
});

const jobs = async (kind: string) =>
  ((await admin("GET", "/jobs")).items as (JobAnswer & { kind: string })[]).filter((job) => job.kind === kind);

it("a repaired endpoint gets its parked leads, once its record is written", async () => {
  const parked = [await post(key, "rp", 1), await post(key, "rp", 2)];
  expect(await Promise.all(parked.map(stateOf))).toEqual(["parked", "parked"]);
  expect(await jobs("repair")).toEqual([]);

  world.buyers.set("acme", { ping: bids(20), post: accepts() });
  await admin("PATCH", "/endpoints/acme_ep", { credentials: { api_key: "the right one" } });
  const [job] = await jobs("repair");
  expect(job).toMatchObject({ params: { endpoint_id: "acme_ep" }, state: "running" });
  expect(await finished(clock, job?.id ?? "")).toMatchObject({ state: "done", counts: { resumed: 2 } });
  clock.ms += 60_000;
  await settle(clock);
  for (const lead_id of parked) await comesTo(lead_id, "sold");
});

it("a contract's change does it too; what names no endpoint does not", async () => {
  const { version: _v, ...contract } = (await admin("GET", "/contracts/acme_c")).record as Record<string, unknown>;
  await admin("POST", "/contracts?force=test+world", { ...contract, id: "acme_c2", status: "paused" });
  const before = (await jobs("repair")).length;
  await admin("PATCH", "/contracts/acme_c", { priority: 5 });
  expect((await jobs("repair")).length).toBe(before + 1);
  // Another contract of the endpoint, at the same version: a repair of its own.
  await admin("PATCH", "/contracts/acme_c2", { priority: 5 });
  const repairs = await jobs("repair");
  expect(repairs.length).toBe(before + 2);
  for (const { id } of repairs) expect(await finished(clock, id)).toMatchObject({ state: "done" });
  await admin("PATCH", "/buyers/acme", { name: "Acme" });
  expect((await jobs("repair")).length).toBe(before + 2);
});

it("bulk replay and close go lead by lead, and name those that they could not", async () => {
  // Everybody has heard of the repairs above: who is denied now meets the new set-up.
  clock.ms += 60_000;
  world.buyers.set("acme", { ping: bids(20), post: denies });
  const [one, two] = [await post(key, "rp", 11), await post(key, "rp", 12)];
  expect(await Promise.all([one, two].map((id) => stateOf(id)))).toEqual(["parked", "parked"]);
  world.buyers.set("acme", { ping: bids(20), post: accepts() });
  const order = { filter: { state: "parked", campaign: "rp" }, reason: "endpoint repaired" };
  const started = await operator("POST", "/dead-letters/replay", { ...order, job_id: "bulk1" });
  expect(started.status).toBe(202);
  expect((await operator("POST", "/dead-letters/replay", { ...order, job_id: "bulk1" })).body.id).toBe("bulk1");
  expect(await finished(clock, "bulk1")).toMatchObject({ state: "done", counts: { reopened: 2 }, failed: 0 });
  for (const lead_id of [one, two]) await comesTo(lead_id, "sold");

  world.buyers.set("acme", { ping: bids(20), post: denies });
  const three = await post(key, "rp", 13);
  const closing = await operator("POST", "/dead-letters/close", {
    filter: { endpoint: "acme_ep" },
    as: "unsold",
    reason: "the buyer is gone",
  });
  expect(await finished(clock, String(closing.body.id))).toMatchObject({ state: "done", counts: { closed: 1 } });
  expect(await stateOf(three)).toBe("unsold");
});

it("a job that runs can be cancelled", async () => {
  const { body } = await operator("POST", "/rebuild", { reason: "changed my mind" });
  expect((await operator("POST", `/jobs/${body.id}/cancel`)).body).toMatchObject({ state: "cancelled" });
  expect(await finished(clock, String(body.id))).toMatchObject({ state: "cancelled" });
});
