import { describe, expect, it } from "vitest";
import { autoInsurance } from "../../../schema/verticals/index.ts";
import type { PostAnswer, PostResult } from "../../../worker/flows/answers.ts";
import { runLead } from "../../../worker/flows/lead.ts";
import { hostOf } from "../../support/emulated-config.ts";
import { EmulatedGateway } from "../../support/emulated-gateway.ts";
import { EmulatedPlatform } from "../../support/emulated-platform.ts";
import { accepts, bid, buyer, isPost, market, rejects } from "../../support/lead-load.ts";
import { mortal } from "../../support/mortal.ts";

type Mode = "final" | "pending";

/** One lead whose worker dies at its n-th crash point; ten minutes later the publisher sends it again. The first bidder says no, the second yes. */
async function play(mode: Mode, dies_at: number) {
  const platform = new EmulatedPlatform(71);
  for (const [name, price] of [
    ["a", 20],
    ["b", 15],
  ] as const)
    platform.buyer(
      hostOf(name),
      buyer(
        () => bid(40, price),
        () => (name === "a" ? rejects : accepts)(300),
      ),
    );
  // A plain no is definite also after a request whose answer was lost.
  const buyers = ["a", "b"].map((name) => ({ name, endpoint: { idempotent: true } }));
  const publishers = [{ id: "pub", name: "Publisher", campaigns: [autoInsurance.id], mode }];
  const gateway = new EmulatedGateway(platform, market(buyers, { publishers }));
  const told: (PostAnswer | undefined)[] = [];
  const points = await platform.time.run(async () => {
    const lead = gateway.lead(await gateway.warm(), "pub", 1);
    const worker = mortal(gateway.invoke().g, dies_at);
    const answer = runLead(worker.g, lead).catch(() => undefined);
    told.push(await Promise.race([answer, worker.died.then(() => undefined)]));
    await platform.time.sleep(600_000);
    told.push(await runLead(gateway.invoke().g, { ...lead, began: platform.deps().now() }));
    return worker.points;
  });
  const last = told.at(-1) as PostResult;
  const { lead } = await gateway.story(last.lead_id);
  const accounts = ["a", "b"].map((name) => gateway.objects.accountCore(name).view());
  return { platform, points, last, first: told[0], lead, accounts, faults: gateway.objects.faults };
}

describe("a one-step lead whose worker dies, on the emulated platform", () => {
  for (const mode of ["final", "pending"] as const) {
    it(`${mode} publisher: at every point the lead ends, with one buyer at most, and money to the unit`, async () => {
      const whole = await play(mode, 0);
      expect(whole.points).toEqual(
        expect.arrayContaining(["before-claim", "after-plan", "after-settle", "after-close"]),
      );
      expect(whole.first).toMatchObject({ result: "accepted" });
      const ends: string[] = [];
      for (let n = 1; n <= whole.points.length; n++) {
        const { lead, accounts, last, points, platform, faults } = await play(mode, n);
        const at = `${n} ${points.at(-1)}`;
        ends.push(`${at}: ${lead.state}`);
        expect(faults, at).toEqual([]);
        // In final mode nobody may be asked again after the deadline: what was under way then is for an operator.
        expect(mode === "final" ? ["sold", "unsold", "review"] : ["sold", "unsold"], at).toContain(lead.state);
        const captured = accounts.map(({ reservations }) => reservations.captured);
        expect(captured, at).toEqual([0, lead.state === "sold" ? 1 : 0]);
        if (lead.state !== "review")
          expect(
            accounts.map(({ held }) => held),
            at,
          ).toEqual([0, 0]);
        expect(last.result, at).toBe(lead.state === "sold" ? "accepted" : "rejected");
        // A definite no is never asked again, and whoever said yes is not asked for another lead.
        const posts = platform.network.traffic
          .filter(isPost)
          .map(({ body }) => (JSON.parse(body) as { key: string }).key);
        expect(new Set(posts).size, at).toBeLessThanOrEqual(2);
      }
      // A lead that has its plan is sold in the end where its publisher waits.
      const planned = ends.slice(whole.points.indexOf("after-plan"));
      if (mode === "pending") expect(planned.filter((end) => !end.endsWith(": sold"))).toEqual([]);
    });
  }
});
