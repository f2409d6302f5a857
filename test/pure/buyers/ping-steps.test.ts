import { describe, expect, it } from "vitest";
import { DialerCore } from "../../../durable-objects/dialer-core.ts";
import type { Dialect, PingFacts } from "../../../worker/buyers/dialect.ts";
import { fanOut } from "../../../worker/buyers/fan-out.ts";
import { pingCall } from "../../../worker/buyers/ping-call.ts";
import { SlotPool } from "../../../worker/buyers/slots.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";
import { fakeDialect, stepBefore } from "../../support/fake-dialect.ts";

const FACTS: PingFacts = {
  fields: { zip: "90210" },
  secrets: {},
  nonce: "n0",
  gateway: { ping_id: "p1", campaign: "c1", source: "pub", sub_ids: {}, test: false, now: 0 },
};
const said = (result: string, more: object = {}, after_ms = 10): Reply => ({
  after_ms,
  body: JSON.stringify({ result, ...more }),
});
const silent: Reply = { after_ms: 0, fault: "silent" };

/** Each buyer's replies to its requests, in order. `own`: connections of this invocation's own that are free. */
function setUp(buyers: { replies: Reply[]; dialect?: Partial<Dialect> }[], { own = 6, within_ms = 500 } = {}) {
  const platform = new EmulatedPlatform(3);
  for (const [i, { replies }] of buyers.entries()) {
    const list = [...replies];
    platform.buyer(`b${i}.example`, () => list.shift() ?? silent);
  }
  const { deps } = platform.invocation();
  const dialers = Array.from({ length: 20 }, () => {
    const theirs = platform.deps();
    return platform.object("dialer", new DialerCore(() => theirs));
  });
  const slots = new SlotPool();
  slots.tryAcquire(6 - own);
  const calls = buyers.map(({ dialect }, i) => {
    const call = pingCall(fakeDialect(dialect ?? TWO), FACTS, () => `n${i}`);
    const at = (built: ReturnType<NonNullable<typeof call.next>>) =>
      built?.ok
        ? {
            ok: true as const,
            request: { ...built.request, url: `https://b${i}.example${new URL(built.request.url).pathname}` },
          }
        : built;
    const { next } = call;
    return {
      key: `b${i}`,
      timeout_ms: 100,
      request: at(call.request) ?? call.request,
      ...(call.refused ? { refused: call.refused } : {}),
      ...(next ? { next: (result: Parameters<typeof next>[0]) => at(next(result)) } : {}),
      read: call.read,
    };
  });
  const start = platform.time.now();
  const late: number[] = [];
  const run = () =>
    platform.time.run(async () => {
      const running = fanOut({
        ...{ deps, calls, within_ms, slots, late_grace_ms: 200, guard: () => ({ ok: true }) },
        dialers: { count: 20, get: (n) => dialers[n] ?? dialers[0]! },
        onLate: (index) => late.push(index),
      });
      const results = await running.results;
      const took = platform.time.now() - start;
      await running.done;
      expect(slots.free).toBe(own);
      const readings = results.map((result, i) => calls[i]!.read(result, 100));
      return { readings, took, object_calls: running.stats.object_calls, late };
    });
  return { run, traffic: platform.network.traffic };
}

const STEPS = { beforePing: [stepBefore<PingFacts>("pre")], beforePost: [], afterPost: [] };
const TWO: Partial<Dialect> = { steps: STEPS };
const word = ({
  outcome,
  error,
  ms,
  health,
}: {
  outcome: string;
  error?: string;
  ms?: number;
  health: string | null;
}) => [outcome, error ?? "-", ms ?? "-", health ?? "-"].join(" ");

describe("a ping of several requests", () => {
  const ROWS: [string, Reply[], string, number][] = [
    ["a bid", [said("go_on", { session: "s1" }), said("bid")], "bid - 20 ok", 2],
    ["the pre-ping's no", [said("no_bid")], "no_bid - 10 ok", 1],
    ["the ping's no", [said("go_on"), said("no")], "no_bid - 20 ok", 2],
    ["a pre-ping that nobody can read", [{ after_ms: 5, body: "<html>" }], "error unreadable 5 failed", 1],
    ["a pre-ping's error page", [{ after_ms: 5, status: 503, body: "" }], "error http_status 5 failed", 1],
    ["no answer to the pre-ping", [silent], "timeout - 100 failed", 1],
    ["no answer to the ping, within the time of both", [said("go_on", {}, 40), silent], "timeout - 100 failed", 2],
    ["a broken pre-ping", [{ after_ms: 5, fault: "reset" }], "error transport 5 failed", 1],
    ["a pre-ping that comes too late", [said("go_on", {}, 130)], "timeout - 100 failed", 1],
  ];
  it.each(ROWS)("%s: from an own slot and through a dialer", async (_, replies, expected, requests) => {
    for (const own of [6, 0]) {
      const { run, traffic } = setUp([{ replies }], { own });
      const { readings, object_calls, late } = await run();
      expect([own, ...readings.map(word)]).toEqual([own, expected]);
      expect(traffic).toHaveLength(requests);
      expect([object_calls, late]).toEqual([own === 6 ? 0 : requests, []]);
    }
  });

  it("carries the step's values to the ping and on to the post", async () => {
    const { run, traffic } = setUp([{ replies: [said("go_on", { session: "s1" }), said("bid")] }]);
    const { readings } = await run();
    expect(JSON.parse(traffic[1]?.body ?? "")).toMatchObject({ steps: { pre: { session: "s1" } } });
    expect(readings[0]?.bid?.carried).toEqual({ "step.pre.session": "s1", ref: "r1" });
  });

  it("leaves out a step whose condition does not hold", async () => {
    const dialect = { steps: { ...STEPS, beforePing: [stepBefore<PingFacts>("pre", { when: () => false })] } };
    const { run, traffic } = setUp([{ replies: [said("bid")], dialect }]);
    expect([(await run()).readings.map(word), traffic.length]).toEqual([["bid - 10 ok"], 1]);
  });

  it("is not called where a condition of the dialect does not hold", async () => {
    const { run, traffic } = setUp([{ replies: [], dialect: { requirePing: () => false } }]);
    expect([(await run()).readings.map(word), traffic.length]).toEqual([["not_attempted precondition - -"], 0]);
  });

  it("groups go on as groups: two object calls for twelve requests of six buyers, none more for those without steps", async () => {
    const two = { replies: [said("go_on"), said("bid")] };
    const one = { replies: [said("bid")], dialect: {} };
    const { run } = setUp([...Array(6).fill(two)], { own: 0 });
    expect((await run()).object_calls).toBe(2);
    const mixed = await setUp([...Array(6).fill(two), ...Array(12).fill(one)]).run();
    expect([mixed.object_calls, mixed.readings.filter(({ outcome }) => outcome === "bid").length]).toEqual([2, 18]);
  });

  it("ends with the auction", async () => {
    const { run, traffic } = setUp([{ replies: [said("go_on", {}, 50), silent] }], { within_ms: 80 });
    const { readings, took } = await run();
    // Our own deadline cut it short: that says nothing about the buyer.
    expect([readings.map(word), took, traffic.length]).toEqual([["timeout - 80 -"], 80, 2]);
  });
});
