import { describe, expect, it } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { PingResult, PostResult } from "../../../worker/flows/answers.ts";
import { runLead } from "../../../worker/flows/lead.ts";
import { runPing } from "../../../worker/flows/ping.ts";
import { runPost } from "../../../worker/flows/post.ts";
import { timed } from "../../../worker/gateway/timed-ports.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway, personOf } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { accepts, bid, buyer, isPost, market } from "../../support/lead-load.ts";

const TRY_AGAIN = { kind: "problem", status: 503, code: "try_again" };

function gatewayWith(mode: "final" | "pending" = "final", seed = 61, post_ms = 300): EmulatedGateway {
  const platform = new EmulatedPlatform(seed);
  for (const [name, price] of [
    ["a", 20],
    ["b", 15],
  ] as const)
    platform.buyer(
      hostOf(name),
      buyer(
        () => bid(40, price),
        () => accepts(post_ms),
      ),
    );
  const publishers = [{ id: "pub", name: "Publisher", campaigns: [autoInsurance.id], mode }];
  return new EmulatedGateway(platform, market([{ name: "a" }, { name: "b" }], { publishers }));
}

/** Every request to a buyer that holds personal data of consumer `n`. */
function leaks({ platform }: EmulatedGateway, n: number): string[] {
  const secrets = Object.values(personOf(n)).flatMap((value) => [
    value,
    value.replace("+1", ""),
    encodeURIComponent(value),
  ]);
  return platform.network.traffic
    .map(({ url, body, headers }) => `${url} ${body} ${JSON.stringify([...headers])}`)
    .filter((text) => secrets.some((secret) => text.includes(secret)));
}

describe("an object out of reach, on the emulated platform", () => {
  it("the book, one step: try again, and nothing personal has left", async () => {
    const gateway = gatewayWith();
    const { platform, objects } = gateway;
    objects.down = (object, method) => object.startsWith("book:") && method !== "keepSnapshot";
    await platform.time.run(async () => {
      const lead = gateway.lead(await gateway.warm(), "pub", 1);
      expect(await runLead(gateway.invoke().g, lead)).toMatchObject(TRY_AGAIN);
      expect(leaks(gateway, 1)).toEqual([]);
      expect(platform.network.traffic.filter(isPost)).toEqual([]);
      // The same request later is a lead like any other.
      objects.down = () => false;
      expect(await runLead(gateway.invoke().g, lead)).toMatchObject({ kind: "post", result: "accepted" });
      expect(platform.network.traffic.filter(isPost)).toHaveLength(1);
      expect(leaks(gateway, 1)).toHaveLength(1);
    });
  });

  it("the book, two-step: try again, and nothing at all has left for the post", async () => {
    const gateway = gatewayWith();
    const { platform, objects } = gateway;
    await platform.time.run(async () => {
      const snapshot = await gateway.warm();
      const { ping_id } = (await runPing(gateway.invoke().g, gateway.ping(snapshot, "pub", 1))) as PingResult;
      await platform.time.sleep(100);
      const before = platform.network.traffic.length;
      for (const unreachable of ["claim", "auction"]) {
        objects.down = (object, method) => object.startsWith("book:") && method === unreachable;
        const answer = await runPost(gateway.invoke().g, gateway.post(snapshot, "pub", 1, ping_id));
        expect(answer).toMatchObject(TRY_AGAIN);
      }
      expect(platform.network.traffic).toHaveLength(before);
      objects.down = () => false;
      const answer = await runPost(gateway.invoke().g, gateway.post(snapshot, "pub", 1, ping_id));
      expect(answer).toMatchObject({ kind: "post", result: "accepted" });
    });
  });

  it("a book that never answers is as good as away: told so within the deadline, and nothing personal has left", async () => {
    const gateway = gatewayWith();
    const { platform } = gateway;
    await platform.time.run(async () => {
      const lead = gateway.lead(await gateway.warm(), "pub", 1);
      const { g } = gateway.invoke();
      const hangs = new Proxy(g.book("enam-00"), { get: () => () => new Promise(() => {}) });
      const began = platform.time.now();
      const answer = await runLead({ ...g, book: () => timed(() => g.deps, hangs) }, lead);
      expect(answer).toMatchObject(TRY_AGAIN);
      expect(platform.time.now() - began).toBeLessThan(5_000);
      expect(leaks(gateway, 1)).toEqual([]);
      expect(platform.network.traffic.filter(isPost)).toEqual([]);
    });
  });

  for (const { mode, told, state, posts, open } of [
    { mode: "final", told: { result: "rejected", code: "not_taken" }, state: "unsold", posts: 0, open: false },
    { mode: "pending", told: { result: "pending", code: "in_progress" }, state: "sold", posts: 1, open: true },
  ] as const) {
    it(`every buyer's account at reserve, ${mode} publisher: nothing personal leaves, the lead comes to its end`, async () => {
      const gateway = gatewayWith(mode);
      const { platform, objects } = gateway;
      objects.down = (object, method) => object.startsWith("account:") && method === "reserve";
      const answer = await platform.time.run(async () => {
        const lead = gateway.lead(await gateway.warm(), "pub", 1);
        return (await runLead(gateway.invoke().g, lead)) as PostResult;
      });
      expect(answer).toMatchObject({ kind: "post", ...told });
      expect(leaks(gateway, 1)).toEqual([]);
      expect((await gateway.story(answer.lead_id)).lead.state).toBe(open ? "open" : state);

      objects.down = () => false;
      await platform.time.pass(300_000);
      const { lead } = await gateway.story(answer.lead_id);
      expect(lead.state).toBe(state);
      expect(platform.network.traffic.filter(isPost)).toHaveLength(posts);
      expect(leaks(gateway, 1)).toHaveLength(posts);
      const captured = ["a", "b"].map((name) => objects.accountCore(name).view().reservations);
      expect(captured.map((r) => r.captured + r.held + r.in_doubt)).toEqual([posts, 0]);
      expect(objects.faults).toEqual([]);
    });
  }

  it("the winner's account at reserve, final publisher: the next bidder has it", async () => {
    const gateway = gatewayWith("final");
    const { platform, objects } = gateway;
    objects.down = (object, method) => object === "account:a" && method === "reserve";
    const answer = await platform.time.run(async () => {
      const lead = gateway.lead(await gateway.warm(), "pub", 1);
      return (await runLead(gateway.invoke().g, lead)) as PostResult;
    });
    expect(answer).toMatchObject({ kind: "post", result: "accepted" });
    await platform.time.pass(60_000);
    const { lead } = await gateway.story(answer.lead_id);
    expect(lead.plan.map(({ status, refusal }) => [status, refusal ?? null])).toEqual([
      ["refused", "unreachable"],
      ["accepted", null],
    ]);
    const views = ["a", "b"].map((name) => objects.accountCore(name).view().reservations);
    expect(views.map((r) => [r.held + r.in_doubt, r.captured])).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  // What is given back a while after an unanswered reserve is never the hold of a later request.
  it.each([61, 62, 63, 64, 65, 66])(
    "the winner's account for a moment, pending publisher: asked again, charged once (seed %i)",
    async (seed) => {
      const gateway = gatewayWith("pending", seed, 3_000);
      const { platform, objects } = gateway;
      let fails = 2;
      objects.down = (object, method) => object === "account:a" && method === "reserve" && fails-- > 0;
      const answer = await platform.time.run(async () => {
        const lead = gateway.lead(await gateway.warm(), "pub", 1);
        return (await runLead(gateway.invoke().g, lead)) as PostResult;
      });
      await platform.time.pass(120_000);
      const { lead, attempts } = await gateway.story(answer.lead_id);
      expect(lead.state).toBe("sold");
      expect(attempts.map(({ contract_id, outcome }) => [contract_id, outcome])).toEqual([["a", "accepted"]]);
      const views = ["a", "b"].map((name) => objects.accountCore(name).view().reservations);
      expect(views.map((r) => [r.held + r.in_doubt, r.captured])).toEqual([
        [0, 1],
        [0, 0],
      ]);
      expect(objects.ledger.filter(({ event }) => event.table === "alerts")).toEqual([]);
    },
  );
});
