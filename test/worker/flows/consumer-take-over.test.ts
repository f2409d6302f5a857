import { afterAll, beforeAll, expect, it } from "vitest";
import { runPost } from "../../../worker/flows/post.ts";
import { wakeLead } from "../../../worker/flows/wakeup.ts";
import { bookOf } from "../../support/flow/case.ts";
import { Scene } from "../../support/flow/scene.ts";
import { STALL_MS } from "../../support/flow/worker.ts";

let scene: Scene;
beforeAll(async () => {
  scene = new Scene();
  await scene.seed();
});
afterAll(() => scene.end());

it("a lead whose worker died before it claimed the consumer is not sold beside another of the same consumer", async () => {
  const phone = scene.person();
  let lead_id = "";
  const lost = scene.worker({ at: 1, kind: "dies" }, (_, method, result) => {
    if (method === "claim") lead_id = (result as { lead: { lead_id: string } }).lead.lead_id;
  });
  const first = await scene.post("pending", await scene.ping("pending", "review"), phone);
  expect(await lost.run((g) => runPost(g, first))).toBe("lost");
  expect(lost.points).toEqual(["before-claim", "after-claim"]);

  const other = scene.worker();
  const second = await scene.post("final", await scene.ping("final", "review"), phone);
  expect(await other.run((g) => runPost(g, second))).toMatchObject({ result: "accepted" });
  await other.settled();

  scene.clock.jump(STALL_MS);
  const next = scene.worker();
  await next.run((g) => wakeLead(g, lead_id));
  await next.settled();
  expect((await bookOf(lead_id).story(lead_id))?.lead).toMatchObject({
    state: "unsold",
    outcome: { code: "duplicate" },
  });
  expect(scene.buyers.posts.filter((post) => post.phone === phone)).toHaveLength(1);
});
