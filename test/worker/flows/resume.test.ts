import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { BookPort, LeaseReply } from "../../../schema/rpc/book.ts";
import { consume, type Wake } from "../../../worker/queue/consumer.ts";
import type { LogLine } from "../../../worker/telemetry/log.ts";
import { bookOf } from "../../support/flow/case.ts";
import { accountOf } from "../../support/flow/scene.ts";
import { accepts, rejects } from "../../support/world.ts";
import { down, LaterWorld } from "./support.ts";

let world: LaterWorld;
beforeEach(() => {
  world = new LaterWorld();
});
afterEach(() => world.end());

it("a parked lead waits for its endpoint, and is sold once that is repaired", async () => {
  const key = await world.campaign("parked");
  await world.buyer("parked_a", "parked", 20);
  await world.buyer("parked_b", "parked", 15);
  world.on("parked_a", "post", () => new Response("", { status: 404 }));
  world.on("parked_b", "post", rejects);
  const { lead_id, ...told } = await world.post(key, "parked");
  expect(told).toMatchObject({ result: "pending", code: "parked" });
  expect((await world.story(lead_id)).lead).toMatchObject({
    state: "parked",
    rest: { why: "set_up_error", contract_id: "parked_a_c" },
  });
  world.on("parked_a", "post", accepts());
  expect(await bookOf(String(lead_id)).repaired("parked_a_ep", 0, 10)).toBe(1);
  await world.wake(lead_id, 60_000);
  const { lead } = await world.story(lead_id);
  expect(lead).toMatchObject({ state: "sold", rest: null, plan: [{ status: "accepted" }, { status: "rejected" }] });
  // Asked anew, under a key of its own.
  const keys = world.to("parked_a", "post").map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys).size).toBe(keys.length);
});

it("a lower price that the contract does not keep rests for an operator, with its reason", async () => {
  const key = await world.campaign("lower", {}, { mode: "final" });
  await world.buyer("lower_a", "lower", 20);
  world.on("lower_a", "post", accepts({ price: 11 }));
  const { lead_id } = await world.post(key, "lower");
  expect((await world.story(lead_id)).lead).toMatchObject({
    state: "review",
    rest: { why: "lower_price", contract_id: "lower_a_c" },
  });
});

it("held for the buyer's review, or unreadable: the reason says which", async () => {
  const key = await world.campaign("rest");
  await world.buyer("rest_a", "rest", 20);
  world.on("rest_a", "post", () => Response.json({ result: "pending" }));
  const held = await world.post(key, "rest");
  world.on("rest_a", "post", () => new Response("<p>Thank you for your interest!</p>"));
  const unread = await world.post(key, "rest");
  const why = async ({ lead_id }: Record<string, unknown>) => (await world.story(lead_id)).lead.rest?.why;
  expect([await why(held), await why(unread)]).toEqual(["held_for_review", "unreadable"]);
});

it("a hold that has ended cannot be asked about any more: it rests, with its reason", async () => {
  const key = await world.campaign("ended");
  await world.buyer("ended_a", "ended", 20, { retry: { attempts: 20, first_delay_s: 300, max_delay_s: 3_600 } });
  world.on("ended_a", "post", down);
  const { lead_id } = await world.post(key, "ended");
  world.moveClock(73 * 3_600_000);
  await runDurableObjectAlarm(accountOf("ended_a"));
  await world.wake(lead_id, 1_000);
  expect((await world.story(lead_id)).lead).toMatchObject({
    state: "review",
    rest: { why: "hold_ended", contract_id: "ended_a_c" },
  });
  expect((await accountOf("ended_a").view()).held).toBe(0);
});

it("a lead that breaks whoever works on it keeps nobody else from being sold, and is named without its content", async () => {
  const key = await world.campaign("broken");
  await world.buyer("broken_a", "broken", 20);
  world.on("broken_a", "post", down);
  const bad = String((await world.post(key, "broken")).lead_id);
  const good = String((await world.post(key, "broken")).lead_id);
  world.on("broken_a", "post", accepts());
  const retried: string[] = [];
  const lines: LogLine[] = [];
  const wake = (lead_id: string): Wake => ({
    body: { v: 1, kind: "lead", lead_id },
    ack: () => {},
    retry: () => void retried.push(lead_id),
  });
  const consumeBoth = async () => {
    const g = { ...world.gateway(), log: (line: LogLine) => void lines.push(line) };
    await consume({ ...g, book: (shard) => lockedOut(g.book(shard), bad) }, [wake(bad), wake(good)]);
  };
  await world.awake(60_000, consumeBoth);
  expect((await world.story(bad)).lead.state).toBe("open");
  expect((await world.story(good)).lead.state).toBe("sold");
  expect(retried).toEqual([bad]);
  const failed = lines.filter(({ event }) => event === "queue_message_failed");
  expect(failed).toEqual([{ event: "queue_message_failed", kind: "lead", lead_id: bad, error: expect.any(String) }]);
  expect(JSON.stringify(lines)).not.toMatch(/Personal|512|example\.com/);
  // Nobody moves it: after a few more it rests, and an operator is told.
  for (let n = 0; n < 8; n++) await world.awake(120_000, consumeBoth);
  expect((await world.story(bad)).lead).toMatchObject({ state: "review", rest: { why: "stuck" } });
});

/** A lead whose key opens nothing. */
const lockedOut = (port: BookPort, lead_id: string): BookPort =>
  new Proxy(port, {
    get:
      (target, method) =>
      async (...args: unknown[]) => {
        const reply: unknown = await Reflect.apply(Reflect.get(target, method), target, args);
        const leased = method === "lease" && args[0] === lead_id ? (reply as LeaseReply) : null;
        return leased?.lead ? { lead: { ...leased.lead, wrapped_key: "k1:AAAA" } } : reply;
      },
  });
