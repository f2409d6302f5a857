import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accepts, admin, World } from "../../support/world.ts";
import { accountOf, comesTo, denies, down, expectNobody, operator, post, seed, seedOne, stateOf } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

interface Job {
  id: string;
  state: string;
  kind: string;
  done: number;
  failed: number;
  counts: Record<string, number>;
  failures: { item: string; reason: string }[];
}

/** Runs the keeper's alarm until the job has ended. */
async function ended(id: string): Promise<Job> {
  const keeper = env.KEEPER.get(env.KEEPER.idFromName("main"));
  return vi.waitFor(
    async () => {
      await runDurableObjectAlarm(keeper);
      const job = (await admin("GET", `/jobs/${id}`)) as unknown as Job;
      expect(job.state).not.toBe("running");
      return job;
    },
    { timeout: 15_000, interval: 50 },
  );
}

it("replays all leads of a filter as one job, with progress; what cannot be replayed is named", async () => {
  const key = await seed("bulk");
  await seedOne(world, "bulk", "bulk", 20, denies);
  const parked = [await post(key, "bulk", 1), await post(key, "bulk", 2), await post(key, "bulk", 3)];
  world.buyers.set("bulk", { ping: world.buyers.get("bulk")?.ping, post: down });
  const doubtful = await post(key, "bulk", 4);
  world.buyers.set("bulk", { ping: world.buyers.get("bulk")?.ping, post: accepts() });

  const order = { filter: { state: "parked", campaign: "bulk" }, reason: "endpoint repaired", job_id: "repair-1" };
  const started = await operator("POST", "/dead-letters/replay", order);
  expect(started).toMatchObject({ status: 202, body: { id: "repair-1", kind: "replay", author: "tester" } });
  // The same id again is the same job.
  expect((await operator("POST", "/dead-letters/replay", order)).body).toMatchObject({ id: "repair-1" });
  // But not for other leads: it would be taken for done.
  const other = { ...order, filter: { state: "review", campaign: "bulk" } };
  expect(await operator("POST", "/dead-letters/replay", other)).toMatchObject({
    status: 409,
    body: { code: "already_exists" },
  });
  expect(await ended("repair-1")).toMatchObject({ state: "done", done: 3, failed: 0, counts: { reopened: 3 } });
  for (const lead_id of parked) await comesTo(lead_id, "sold");
  expect(await stateOf(doubtful)).toBe("review");
  expect(await accountOf("bulk")).toMatchObject({ balance: -60, held: 20 });
  expect(world.to("bulk", "post").length).toBe(7);

  // To others, without the risk: refused lead by lead.
  const others = { filter: { why: "unknown", campaign: "bulk" }, to: "others", reason: "try the others" };
  const { body } = await operator("POST", "/dead-letters/replay", others);
  expect(await ended(String(body.id))).toMatchObject({ failed: 1, failures: [{ item: doubtful, reason: "in_doubt" }] });

  const close = { filter: { campaign: "bulk" }, as: "unsold", reason: "they never got them", job_id: "close-1" };
  expect((await operator("POST", "/dead-letters/close", close)).status).toBe(202);
  expect(await ended("close-1")).toMatchObject({ state: "done", counts: { closed: 1 } });
  expect(await stateOf(doubtful)).toBe("unsold");
  expect(await accountOf("bulk")).toMatchObject({ balance: -60, held: 0 });

  const { items } = (await admin("GET", "/jobs?limit=200")) as unknown as { items: Job[] };
  expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(["repair-1", "close-1", String(body.id)]));
  const audit = await admin("GET", "/audit?target=job:repair-1");
  expect(audit.items).toMatchObject([{ action: "bulk_replay" }, { action: "bulk_replay" }]);
  expectNobody([1, 2, 3, 4], [items, audit]);
});

it("cancels a job", async () => {
  const filter = { campaign: "nothing_here" };
  await operator("POST", "/dead-letters/replay", { filter, reason: "to be stopped", job_id: "stop-1" });
  const stopped = await operator("POST", "/jobs/stop-1/cancel");
  expect(stopped.status).toBe(200);
  expect(["cancelled", "done"]).toContain(stopped.body.state);
  expect((await operator("POST", "/jobs/none/cancel")).body.code).toBe("not_found");
  expect((await operator("GET", "/jobs/none")).body.code).toBe("not_found");
});

it.each([
  ["/dead-letters/replay", { reason: "why not" }, "filter"],
  ["/dead-letters/replay", { filter: {}, reason: "why not" }, "filter"],
  ["/dead-letters/replay", { filter: { phone: "+15125550111" }, reason: "why not" }, "filter.phone"],
  ["/dead-letters/close", { filter: { state: "review" }, as: "sold", reason: "why not" }, "as"],
  ["/dead-letters/close", { filter: { state: "open" }, as: "unsold", reason: "why not" }, "filter.state"],
])("%s %j is refused by name and starts nothing", async (path, body, field) => {
  const before = await admin("GET", "/jobs?limit=200");
  const answer = await operator("POST", path, body);
  expect(answer.status).toBe(422);
  expect((answer.body.errors as { field: string }[]).map((e) => e.field)).toContain(field);
  expect(await admin("GET", "/jobs?limit=200")).toEqual(before);
});
