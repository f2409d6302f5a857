import { describe, expect, it } from "vitest";
import type { CampaignInput } from "../../../schema/config/campaign.ts";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { PingInput, PingResult } from "../../../worker/flows/answers.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import type { Gateway } from "../../../worker/gateway/gateway.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import type { Reply } from "../../support/emulated-transport.ts";
import { accepts, bid, buyer, market } from "../../support/lead-load.ts";

/** One ping to these buyers, in an isolate of its own that `before` has prepared. */
async function pinged(
  replies: { reply: Reply; ping_timeout_ms?: number }[],
  changes: { input?: Partial<PingInput>; campaign?: Partial<CampaignInput>; before?: (g: Gateway) => void } = {},
) {
  const platform = new EmulatedPlatform(91);
  const buyers = replies.map(({ reply, ping_timeout_ms = 100 }, i) => {
    platform.buyer(
      hostOf(`b${i}`),
      buyer(
        () => reply,
        () => accepts(50),
      ),
    );
    return { name: `b${i}`, endpoint: { ping_timeout_ms } };
  });
  const campaign = { ...autoInsurance, ...changes.campaign };
  const gateway = new EmulatedGateway(platform, market(buyers, { campaign }), { isolates: 1 });
  return platform.time.run(async () => {
    const snapshot = await gateway.warm();
    const { g } = gateway.invoke();
    changes.before?.(g);
    const began = platform.time.now();
    const answer = (await runPing(g, { ...gateway.ping(snapshot, "pub", 1), ...changes.input })) as PingResult;
    return { g, answer, took: platform.time.now() - began, now: platform.time.now() };
  });
}

describe("an isolate that is late itself", () => {
  it.each<[string, Reply]>([
    ["no answer", { after_ms: 9_000 }],
    // What came in time, but is read after its timer has rung.
    ["an answer after its time", bid(130, 20)],
    ["half an answer", { after_ms: 30, body: '{"bid":', body_after_ms: null }],
  ])("does not hold %s against the buyer", async (_, reply) => {
    const failed = async (before: (g: Gateway) => void) => {
      // The second keeps the auction open until the first one's late answer is there.
      const { g, now } = await pinged([{ reply }, { reply: bid(300, 10), ping_timeout_ms: 1_000 }], { before });
      const told = g.isolate.health.take(now + 60_000).flatMap(({ reports }) => reports);
      return Object.fromEntries(told.map((report) => [report.endpoint_id, report.failed]));
    };
    expect(await failed(() => {})).toEqual({ b0: 1, b1: 0 });
    expect(await failed((g) => g.isolate.admission.rang(5_000))).toEqual({ b1: 0 });
  });
});

it("a publisher that gives too little time for a hop to a dialer takes no room from the others", async () => {
  const many = Array.from({ length: 24 }, () => ({ reply: bid(10, 20) }));
  for (const timeout_ms of [50, 800]) {
    const { g, now } = await pinged(many, { input: { timeout_ms } });
    const before = g.isolate.admission.gauges().ping_room;
    g.isolate.admission.refuses("ping", "another", now);
    expect(g.isolate.admission.gauges().ping_room).toBe(before);
  }
});

it("a book that does not say whether the consumer was sold costs no ping its deadline, nor its answer", async () => {
  const hex = "ab".repeat(32);
  const { answer, took } = await pinged([{ reply: bid(40, 20) }], {
    campaign: { duplicate_check: "ping" },
    input: { phone_hash: { algorithm: "sha256", hex } },
    before: (g) => {
      const { book } = g;
      g.book = (shard) => Object.assign(Object.create(book(shard)), { consumerSold: () => new Promise(() => {}) });
    },
  });
  expect(answer).toMatchObject({ kind: "ping", result: "accepted" });
  expect(took).toBeLessThan(1_000);
});
