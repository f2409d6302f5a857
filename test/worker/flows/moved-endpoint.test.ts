import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accepts, admin } from "../../support/world.ts";
import { askable, down, LaterWorld, says } from "./support.ts";

let world: LaterWorld;
beforeEach(() => {
  world = new LaterWorld();
});
afterEach(() => world.end());

/** Its contract's posts go by another endpoint of the same buyer from now on: other address, other system. */
async function moves(id: string): Promise<void> {
  await admin("POST", "/endpoints", { id: `${id}_new`, buyer_id: id, name: "new", dialect: askable(`${id}new`) });
  await admin("PATCH", `/contracts/${id}_c`, { endpoint_id: `${id}_new` });
  world.on(`${id}new`, "post", accepts());
  world.on(`${id}new`, "status", says("never seen"));
  world.on(`${id}new`, "ping", () => Response.json({ result: "bid", price: 20, ref: "new" }));
  await vi.waitFor(async () => {
    await world.gateway().refreshSnapshot();
    expect((await world.gateway().snapshot()).contract(`${id}_c`)?.endpoint.id).toBe(`${id}_new`);
  });
}

it.each([
  ["retry_same", "post"],
  ["ask_status", "status"],
] as const)(
  "who may have the lead is asked where it was asked (%s), wherever the contract goes now",
  async (find_out, phase) => {
    const id = `mv${phase}`;
    const key = await world.campaign(id);
    await world.buyer(id, id, 20, { find_out });
    world.on(id, "post", down);
    const { lead_id } = await world.post(key, id);
    await moves(id);
    world.on(id, "post", accepts());
    world.on(id, "status", says("bought"));
    await world.wake(lead_id, 10_000);
    const { lead, attempts } = await world.story(lead_id);
    expect(lead.state).toBe("sold");
    expect(attempts.map(({ endpoint_id }) => endpoint_id)).toEqual([`${id}_ep`, `${id}_ep`]);
    expect(world.sent(`${id}new`, phase)).toEqual([]);
    expect(world.sent(id, phase)).toHaveLength(phase === "post" ? 2 : 1);
  },
);

it("what was never sent goes where the contract goes now, and so do its repeats", async () => {
  const key = await world.campaign("mvfresh");
  await world.buyer("mvfresh", "mvfresh", 20);
  const ping_id = await world.ping(key, "mvfresh");
  await moves("mvfresh");
  world.on("mvfreshnew", "post", down);
  const { lead_id } = await world.postOf(key, ping_id);
  await world.wake(lead_id, 10_000);
  world.on("mvfreshnew", "post", accepts());
  await world.wake(lead_id, 10_000);
  const { lead, attempts } = await world.story(lead_id);
  expect(lead).toMatchObject({ state: "sold", plan: [{ endpoint_id: "mvfresh_new" }] });
  expect(attempts.map(({ endpoint_id }) => endpoint_id)).toEqual(Array(3).fill("mvfresh_new"));
  expect(world.to("mvfresh", "post")).toEqual([]);
});
