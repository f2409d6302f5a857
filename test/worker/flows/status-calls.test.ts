import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../support/flow/scene.ts";
import { accepts, admin, rejects } from "../../support/world.ts";
import { drain, ledger } from "../guarantees/support.ts";
import { askable, down, LaterWorld, says } from "./support.ts";

let world: LaterWorld;
beforeEach(() => {
  world = new LaterWorld();
});
afterEach(() => world.end());

/** Two buyers: the better one's answer to the post is lost, and its contract asks for the status; the other accepts. */
async function seed(id: string, contract: object = {}, publisher: object = {}, campaign: object = {}): Promise<string> {
  const key = await world.campaign(id, campaign, publisher);
  await world.buyer(`${id}_a`, id, 20, { find_out: "ask_status", ...contract });
  await world.buyer(`${id}_b`, id, 15);
  world.on(`${id}_a`, "post", down);
  world.on(`${id}_b`, "post", accepts());
  return key;
}

const stateOf = async (lead_id: unknown) => {
  const { lead, attempts } = await world.story(lead_id);
  const { state, rest, risk_flag } = lead;
  const kinds = attempts.map(({ kind = "post", outcome }) => `${kind} ${outcome}`);
  return { state, why: rest?.why ?? null, risk_flag, plan: lead.plan.map(({ status }) => status), kinds };
};

describe("a status call after an unknown", () => {
  it("carries nothing personal, and a yes is captured; the post is never repeated", async () => {
    const key = await seed("yes");
    world.on("yes_a", "status", says("bought"));
    const { lead_id } = await world.post(key, "yes");
    await world.wake(lead_id, 10_000);
    expect(await stateOf(lead_id)).toMatchObject({
      state: "sold",
      plan: ["accepted", "untried"],
      kinds: ["post unknown", "status accepted"],
    });
    const [call, ...more] = world.sent("yes_a", "status");
    expect(more).toEqual([]);
    expect(JSON.parse(call?.body ?? "")).toEqual({
      order: `${String(lead_id)}_yes_a_c_1_1`,
      lead: lead_id,
      ref: "ref of yes_a",
    });
    expect(JSON.stringify(call)).not.toMatch(/Ann|Personal|1512|example\.com|78704/);
    expect(world.to("yes_a", "post")).toHaveLength(1);
    expect((await accountOf("yes_a").view()).reservations.captured).toBe(1);
  });

  it("a no is definite, though the endpoint is not idempotent: released, and the next buyer", async () => {
    const key = await seed("no");
    world.on("no_a", "status", says("refused"));
    const { lead_id } = await world.post(key, "no");
    await world.wake(lead_id, 10_000);
    expect(await stateOf(lead_id)).toMatchObject({ state: "sold", risk_flag: false, plan: ["rejected", "accepted"] });
    expect((await accountOf("no_a").view()).held).toBe(0);
  });

  it("a post that never arrived is made anew under a new key, where the campaign says so", async () => {
    const key = await seed("never", {}, {}, { on_not_taken: "same_buyer" });
    world.on("never_a", "status", says("never seen"));
    const { lead_id } = await world.post(key, "never");
    world.on("never_a", "post", accepts());
    await world.wake(lead_id, 10_000);
    await world.wake(lead_id, 10_000);
    expect(await stateOf(lead_id)).toMatchObject({ state: "sold", plan: ["accepted", "untried"] });
    const keys = world.to("never_a", "post").map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual([`${String(lead_id)}_never_a_c_1_1`, `${String(lead_id)}_never_a_c_1_2`]);
  });

  it("what no rule reads proves nothing, also a 404: asked as often as the contract says, then by its on_unknown", async () => {
    const key = await seed("dumb");
    world.on("dumb_a", "status", () => Response.json({ error: "no such order" }, { status: 404 }));
    const { lead_id } = await world.post(key, "dumb");
    for (let n = 0; n < 5; n++) await world.wake(lead_id, 10_000);
    expect(await stateOf(lead_id)).toEqual({
      state: "review",
      why: "unknown",
      risk_flag: false,
      plan: ["unknown", "untried"],
      kinds: ["post unknown", "status unknown", "status unknown", "status unknown"],
    });
    expect((await world.story(lead_id)).lead.rest).toMatchObject({ contract_id: "dumb_a_c" });
    expect(world.to("dumb_b", "post")).toEqual([]);
  });
});

describe.each([
  ["refused", "sold", ["rejected", "accepted"]],
  ["bought", "sold", ["accepted", "untried"]],
  ["never seen", "sold", ["not_taken", "accepted"]],
])("a worker dies around a status call, and the buyer says %s", (says_, state, plan) => {
  it.each(["before-ask", "after-ask", "after-evidence", "after-release", "after-settle", "after-capture"])(
    "%s: the next one ends it the same way, with one charge",
    async (point) => {
      const id = `${says_.slice(0, 3)}_${point.replaceAll("-", "_")}`;
      const key = await seed(id);
      world.on(`${id}_a`, "status", says(says_));
      const { lead_id } = await world.post(key, id);
      await world.wake(lead_id, 10_000, point).catch(() => {});
      for (let n = 0; n < 3; n++) await world.wake(lead_id, 120_000);
      expect(await stateOf(lead_id)).toMatchObject({ state, plan, risk_flag: false });
      const [a, b] = await Promise.all([accountOf(`${id}_a`).view(), accountOf(`${id}_b`).view()]);
      expect([a.reservations.captured + b.reservations.captured, a.held + b.held]).toEqual([1, 0]);
      expect(world.to(`${id}_a`, "post")).toHaveLength(1);
    },
  );
});

describe("a final publisher that was told no", () => {
  const final = { mode: "final" };

  it("a status call, never a post, finds the no: unsold, and the money is free", async () => {
    const key = await seed("told", { find_out: "retry_same" }, final);
    world.on("told_a", "status", says("refused"));
    const answer = await world.post(key, "told");
    expect(answer).toMatchObject({ result: "rejected", code: "no_answer_in_time" });
    await world.wake(answer.lead_id, 10_000);
    expect(await stateOf(answer.lead_id)).toMatchObject({ state: "unsold", plan: ["rejected", "untried"] });
    expect(world.to("told_a", "post")).toHaveLength(1);
    expect(world.to("told_b", "post")).toEqual([]);
    expect((await accountOf("told_a").view()).held).toBe(0);
  });

  it("a yes is contested: an operator's, and no charge", async () => {
    const key = await seed("late", {}, final);
    world.on("late_a", "status", says("bought"));
    const { lead_id } = await world.post(key, "late");
    await world.wake(lead_id, 10_000);
    expect(await stateOf(lead_id)).toMatchObject({ state: "review", why: "contested" });
    expect((await accountOf("late_a").view()).reservations).toMatchObject({ captured: 0, in_doubt: 1 });
  });
});

it("nothing but the buyer's own word: on_unknown at once", async () => {
  const key = await seed("word", { find_out: "nothing" });
  const { lead_id } = await world.post(key, "word");
  expect(await stateOf(lead_id)).toMatchObject({ state: "review", why: "unknown", kinds: ["post unknown"] });
  expect(world.sent("word_a", "status")).toEqual([]);
});

it("duplicate to everybody's leads is no proof where the contract says so", async () => {
  const key = await seed("dup", { find_out: "retry_same", duplicate_after_unknown: "unknown" });
  const { lead_id } = await world.post(key, "dup");
  world.on("dup_a", "post", () => Response.json({ result: "duplicate" }));
  for (let n = 0; n < 4; n++) await world.wake(lead_id, 10_000);
  expect(await stateOf(lead_id)).toMatchObject({
    state: "review",
    kinds: ["post unknown", "post duplicate", "post duplicate"],
  });
});

it("recovered: a sale after a failure, not one after a plain no", async () => {
  const key = await world.campaign("rec", {}, { mode: "final" });
  await world.buyer("rec_a", "rec", 20);
  await world.buyer("rec_b", "rec", 15);
  world.on("rec_b", "post", accepts());
  world.on("rec_a", "post", rejects);
  const plain = await world.post(key, "rec");
  world.on("rec_a", "post", () => new Response("", { status: 404 }));
  const broken = await world.post(key, "rec");
  await drain(world);
  const sales = await ledger("sales", "buyer_id = ?", "rec_b");
  const recovered = new Map(sales.map((sale) => [sale.lead_id, sale.recovered]));
  expect([plain, broken].map(({ lead_id }) => recovered.get(lead_id))).toEqual([0, 1]);
});

it("an endpoint without a status call refuses contracts that ask for it, and keeps the one that it has", async () => {
  await world.campaign("check");
  await world.buyer("check_a", "check", 20, { find_out: "ask_status" });
  const plain: Record<string, unknown> = { ...askable("check_a") };
  delete plain.status;
  await expect(admin("PATCH", "/endpoints/check_a_ep", { dialect: plain })).rejects.toThrow(/dialect\.status/);
  const personal = {
    ...askable("check_a"),
    status: { request: { url: "http://127.0.0.1/x?p={{phone}}" }, answer: { rules: [] } },
  };
  await expect(admin("PATCH", "/endpoints/check_a_ep", { dialect: personal })).rejects.toThrow(
    /dialect\.status\.request\.url.*\{\{phone\}\} does not exist in a status call.*dialect\.status\.answer\.rules/s,
  );
  await admin("PATCH", "/contracts/check_a_c", { find_out: "retry_same" });
  await admin("PATCH", "/endpoints/check_a_ep", { dialect: plain });
  await expect(admin("PATCH", "/contracts/check_a_c", { find_out: "ask_status" })).rejects.toThrow(/"find_out"/);
});
