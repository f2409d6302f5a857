import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { accepts, admin, World } from "../../support/world.ts";
import { comesTo, denies, down, expectNobody, person, post, seed, seedOne, stateOf } from "../dead-letters/support.ts";
import { open, send, signIn } from "./visitor.ts";

let world: World;
beforeAll(signIn);
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const ops = (path: string, form?: Record<string, string>): Promise<Response> =>
  form === undefined ? open(`/ops${path}`) : send(`/ops${path}`, form);
const text = async (path: string, form?: Record<string, string>) => (await ops(path, form)).text();
/** Where a form that was done leads to. */
const done = async (path: string, form: Record<string, string>) => {
  const response = await ops(path, form);
  expect(response.status).toBe(303);
  return response.headers.get("location") ?? "";
};

describe("dead letters", () => {
  it("lists, explains without personal data, refuses at the field, and sends on", async () => {
    const key = await seed("cdl");
    await seedOne(world, "cmute", "cdl", 20, down);
    const lead_id = await post(key, "cdl", 1);
    const list = await text("/dead-letters?campaign=cdl");
    expect(list).toContain(`/ops/dead-letters/${lead_id}`);
    expect(list).toContain("$20.00");
    expect(list).toContain("Replay this one");
    expect(await text("/dead-letters")).toContain("Filter to work on many at once");
    expect(await text("/dead-letters/unknowns")).toContain(lead_id);
    const letter = await text(`/dead-letters/${lead_id}`);
    expect(letter).toContain("A buyer may have taken the lead");
    expectNobody([1], [list, letter]);

    const typed = { form: "replay-contract", contract_id: "cmute_c", price: "0.01", reason: "no" };
    const refused = await ops(`/dead-letters/${lead_id}/replay`, typed);
    expect(refused.status).toBe(422);
    const page = await refused.text();
    expect(page).toMatch(/replay-contract-reason-error/);
    expect(page).toContain('value="0.01"');

    world.buyers.set("cmute", { ping: world.buyers.get("cmute")?.ping, post: accepts() });
    const to = await done(`/dead-letters/${lead_id}/replay`, { to: "same", reason: "their system is back" });
    expect(to).toContain(`/ops/dead-letters/${lead_id}?done=`);
    await comesTo(lead_id, "sold");
    expect(await text(`/dead-letters/${lead_id}`)).toContain("It is sold.");
    expect(await text(`/dead-letters/${lead_id}/state`)).not.toContain("hx-get");
    expect((await ops(`/dead-letters/${"l".padEnd(28, "x")}`)).status).toBe(404);
  });

  it("opens values on request, and changes only what differs from them", async () => {
    const key = await seed("copen");
    await seedOne(world, "copenb", "copen", 20, down);
    const lead_id = await post(key, "copen", 2);
    const opened = await text(`/dead-letters/${lead_id}/open`, {});
    expect(opened).toContain(person(2).phone);
    const { zip, first_name } = person(2);
    const form = {
      opened: "1",
      "was.zip": zip,
      "lead.zip": "10001",
      "was.first_name": first_name,
      "lead.first_name": first_name,
    };
    await done(`/dead-letters/${lead_id}/edit`, { ...form, reason: "typing error" });
    const edit = (
      (await admin("GET", `/audit?target=lead:${lead_id}`)).items as { action: string; detail: string }[]
    ).find(({ action }) => action === "edit_lead");
    expect(JSON.parse(edit?.detail ?? "{}")).toEqual({ fields: ["zip"], reason: "typing error" });
    const nothing = await ops(`/dead-letters/${lead_id}/edit`, { "lead.zip": "", reason: "nothing typed" });
    expect(nothing.status).toBe(422);
    expect(await nothing.text()).toContain("Nothing was changed");
    await done(`/dead-letters/${lead_id}/close`, { as: "unsold", reason: "they never got it" });
    expect(await stateOf(lead_id)).toBe("unsold");
  });

  it("names the endpoint that parked leads wait for, and starts a job on many", async () => {
    const key = await seed("cpark");
    await seedOne(world, "cparkb", "cpark", 20, denies);
    await post(key, "cpark", 3);
    const list = await text("/dead-letters?campaign=cpark&state=parked");
    expect(list).toContain("Endpoints to repair");
    expect(list).toContain("repair cparkb_ep");
    const to = await done("/dead-letters/bulk", { action: "close", campaign: "cpark", reason: "given up" });
    const path = to.replace("/ops", "").replace(/\?.*/, "");
    const job = await text(path);
    expect(job).toContain("Progress");
    expect(await text(`${path}/standing`)).not.toContain("<html");
    const refused = await ops("/dead-letters/bulk", { action: "replay", campaign: "cpark", to: "same", reason: "" });
    expect(refused.status).toBe(422);
  });
});

it("jobs: started by forms, refused at the field, and nothing of a person comes back", async () => {
  expect(await text("/jobs")).toContain("Erase a person");
  const to = await done("/jobs/reconcile", {});
  expect(to).toMatch(/^\/ops\/jobs\/reconcile_/);
  expect(await text("/jobs")).toContain(to.replace(/\?.*/, ""));
  const refused = await ops("/jobs/erase", { phone: "(512) 555-0142", reason: "no" });
  expect(refused.status).toBe(422);
  expect(await refused.text()).not.toContain("555-0142");
  expect(await text("/jobs/differences?mended=true")).toContain("None that is gone.");
  expect(await text("/jobs/keys?look=1")).toContain("newest");
  expect((await ops("/jobs/nobody")).status).toBe(404);
});

it("jobs of thirty days are all there: two chores a day are more than fifty", async () => {
  const keeper = env.KEEPER.get(env.KEEPER.idFromName("main"));
  const job = { kind: "retention", author: "keeper", params: {}, state: "done", done: 0, total: null, failed: 0 };
  const rest = { counts: {}, failures: [], cursor: null, next_at: 0, tries: 0 };
  await runInDurableObject(keeper, (_, { storage }) => {
    for (let n = 0; n < 60; n++) {
      const [id, at] = [`retention-${n}`, 1_700_000_000_000 + n];
      const body = JSON.stringify({ ...job, ...rest, id, started_at: at, updated_at: at, ended_at: at });
      const insert = "INSERT INTO jobs (id, state, started_at, next_at, ended_at, body) VALUES (?, 'done', ?, 0, ?, ?)";
      storage.sql.exec(insert, id, at, at, body);
    }
  });
  const page = await text("/jobs");
  expect(page.match(/\/ops\/jobs\/retention-\d/g)?.length).toBe(60);
});

it("live: the page, and a stream of its pieces", async () => {
  const key = await seed("clive");
  await seedOne(world, "cliveb", "clive", 20, accepts());
  const page = await text("/live");
  expect(page).toContain("Pings a minute");
  const after = /data-after="([\d.]+)"/.exec(page)?.[1] ?? "";
  const response = await ops(`/live/stream?after=${after}`);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  await post(key, "clive", 5);
  const reader = response.body?.getReader();
  let told = "";
  while (!(told.includes("event: gauges") && told.includes(">sold<"))) {
    const { value, done: over } = (await reader?.read()) ?? { done: true };
    if (over) break;
    told += new TextDecoder().decode(value);
  }
  await reader?.cancel();
  expect(told).toContain("cliveb_c paid 20.00");
  expect(told).toContain('data: <div id="gauges">');
  expectNobody([5], told);
});

describe("a lead's page", () => {
  it("takes back the sale that it shows, of a lead that was given back and sold again too", async () => {
    const key = await seed("ctwice");
    await seedOne(world, "ctwiceb", "ctwice", 20, accepts());
    await seedOne(world, "ctwicec", "ctwice", 10, accepts());
    const lead_id = await post(key, "ctwice", 21);
    const give = async () => {
      const page = await text(`/leads/${lead_id}`);
      const form = page.slice(page.indexOf(`/ops/leads/${lead_id}/do/return"`));
      const [, reservation_id = ""] = /name="reservation_id" value="([^"]*)"/.exec(form) ?? [];
      return ops(`/leads/${lead_id}/do/return`, { reservation_id, reason: "wrong number", re_auction: "on" });
    };
    expect((await give()).status).toBe(303);
    await comesTo(lead_id, "sold");
    expect((await give()).status).toBe(303);
    await comesTo(lead_id, "returned");
  });

  it("opens the form that was refused, with what was typed and what is wrong", async () => {
    const key = await seed("cref");
    await seedOne(world, "crefb", "cref", 20, accepts());
    const lead_id = await post(key, "cref", 22);
    const refused = await ops(`/leads/${lead_id}/do/return`, { reason: "no" });
    expect(refused.status).toBe(422);
    const page = await refused.text();
    expect(/<details class="confirm" open[^>]*>.*?<\/details>/s.exec(page)?.[0]).toMatch(/do\/return.*reason-return/s);
  });
});
