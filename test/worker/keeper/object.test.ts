import { createExecutionContext, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, expect, it, vi } from "vitest";
import { afterAnswer } from "../../../worker/flows/background.ts";
import { keep } from "../../../worker/flows/keeper.ts";
import { forgetIsolate, realGateway } from "../../../worker/gateway/real.ts";
import { admin } from "../../support/world.ts";
import { operator } from "../dead-letters/support.ts";
import { Ahead, finished } from "./support.ts";

const clock = new Ahead();
afterAll(() => clock.end());
vi.spyOn(console, "log").mockImplementation(() => {});

const stub = () => env.KEEPER.get(env.KEEPER.idFromName("main"));
const alarm = () => runInDurableObject(stub(), (_, { storage }) => storage.getAlarm());
const silence = () => runInDurableObject(stub(), (_, { storage }) => storage.deleteAlarm());
const gateway = () => {
  const pending: Promise<unknown>[] = [];
  const g = realGateway(env, { ...createExecutionContext(), waitUntil: (promise) => void pending.push(promise) });
  return { g, settled: () => Promise.all(pending) };
};

it("traffic, cron and the operators' writes each see to it that the alarm is set", async () => {
  const wake: Record<string, () => Promise<unknown>> = {
    traffic: async () => {
      forgetIsolate();
      const { g, settled } = gateway();
      afterAnswer(g);
      await settled();
    },
    cron: () => keep(gateway().g),
    write: () => admin("POST", "/buyers", { id: `b${clock.ms}`, name: "B", credit_limit: 0 }),
  };
  for (const [who, call] of Object.entries(wake)) {
    await silence();
    expect(await alarm(), who).toBeNull();
    await call();
    expect(await alarm(), who).toBeGreaterThan(Date.now());
  }
});

it("an isolate looks after the keeper at most every ten minutes", async () => {
  const look = async () => {
    const { g, settled } = gateway();
    afterAnswer(g);
    await settled();
    return (await alarm()) !== null;
  };
  forgetIsolate();
  await look();
  await silence();
  expect(await look()).toBe(false);
  clock.ms += 600_000;
  expect(await look()).toBe(true);
});

it("a job survives an eviction, and its alarm goes on with it", async () => {
  const { body } = await operator("POST", "/reconcile", {});
  await evictDurableObject(stub());
  expect(await admin("GET", `/jobs/${body.id}`)).toMatchObject({
    state: "running",
    params: { full: false, since: null },
  });
  expect(await alarm()).not.toBeNull();
  expect(await finished(clock, String(body.id))).toMatchObject({ state: "done", failed: 0 });
  const next = await operator("POST", "/reconcile", { full: true });
  expect(next.body.params).toMatchObject({ full: true, since: expect.any(Number) });
});

it("an alarm with nothing to do rings again for the next chore, within a day", async () => {
  await runDurableObjectAlarm(stub());
  const next = (await alarm()) ?? 0;
  expect(next - (Date.now() + clock.ms)).toBeLessThanOrEqual(86_400_000);
});

it.each([
  ["/reconcile", { full: 1 }, "full"],
  ["/rebuild", {}, "reason"],
  ["/keys/rewrap", { reason: "x" }, "reason"],
])("%s names the field that is wrong", async (path, body, field) => {
  const answer = await operator("POST", path, body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors).toMatchObject([{ field }]);
});
it("differences are asked for by known words only", async () => {
  expect((await operator("GET", "/differences?kind=odd")).status).toBe(422);
  expect((await operator("GET", "/differences?kind=price_differs&mended=true")).body).toEqual({
    items: [],
    next: null,
  });
});
