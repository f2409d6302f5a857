import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accepts, admin, call, rejects, World } from "../../support/world.ts";
import {
  accountOf,
  comesTo,
  denies,
  down,
  expectNobody,
  operator,
  post,
  reservationOf,
  seed,
  seedOne,
  stateOf,
} from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

const REPLAY = { reason: "asked the buyer" };
const line = async (query: string) => (await admin("GET", `/dead-letters?${query}`)).items as Record<string, unknown>[];

it("lists leads in review and parked by every filter, and explains one", async () => {
  const key = await seed("dl");
  await seedOne(world, "mute", "dl", 20, down);
  const doubtful = await post(key, "dl", 1);
  world.buyers.set("mute", { ping: world.buyers.get("mute")?.ping, post: denies });
  const parked = await post(key, "dl", 2);
  expect([await stateOf(doubtful), await stateOf(parked)]).toEqual(["review", "parked"]);

  for (const query of ["state=review", "why=unknown", "campaign=dl&state=review", "buyer=mute&why=unknown"])
    expect(await line(query), query).toMatchObject([
      { lead_id: doubtful, state: "review", why: "unknown", money_at_risk: 20, in_doubt: [{ contract_id: "mute_c" }] },
    ]);
  for (const query of ["state=parked", "why=set_up_error", "endpoint=mute_ep&state=parked"])
    expect(await line(query), query).toMatchObject([
      { lead_id: parked, why: "set_up_error", money_at_risk: 0, set_up_errors: [{ endpoint_id: "mute_ep" }] },
    ]);
  expect((await line("publisher=dl_pub")).length).toBe(2);
  expect((await line("contract=mute_c")).length).toBe(2);
  for (const query of ["publisher=nobody", "contract=other_c", "why=contested"]) expect(await line(query)).toEqual([]);

  const one = await admin("GET", `/dead-letters/${doubtful}`);
  expect(one).toMatchObject({
    why: "unknown",
    why_text: expect.stringContaining("may have taken the lead"),
    money_at_risk: 20,
    may_have_it: [
      { reservation_id: reservationOf(doubtful, "mute"), price: 20, payout: 16, attempts: 1, last_class: "server" },
    ],
    not_asked: [],
  });
  expect(one.fields).toEqual(expect.arrayContaining(["zip", "phone", "email", "first_name"]));
  expect((one.happened as { text: string }[]).map(({ text }) => text)).toEqual(
    expect.arrayContaining(["The lead was taken and kept.", expect.stringContaining('mute_c said "unknown"')]),
  );
  const possible = (one.actions as { action: string; possible: boolean }[]).filter((a) => a.possible);
  expect(possible.map(({ action }) => action)).toEqual([
    "replay_same",
    "replay_others",
    "replay_contract",
    "edit",
    "close_unsold",
    "close_sold",
  ]);
  expect((await operator("GET", `/dead-letters/${"l".padEnd(28, "x")}`)).body.code).toBe("not_found");
  expectNobody([1, 2], [await line("campaign=dl"), one, await admin("GET", `/dead-letters/${parked}`)]);
});

it("replays to the same buyer under the same key: one post more, one charge", async () => {
  const key = await seed("same");
  await seedOne(world, "sam", "same", 20, down);
  const lead_id = await post(key, "same", 11);
  world.buyers.set("sam", { ping: world.buyers.get("sam")?.ping, post: accepts() });
  expect((await operator("POST", `/dead-letters/${lead_id}/replay`, REPLAY)).body).toEqual({ lead_id, state: "open" });
  await comesTo(lead_id, "sold");
  const keys = world.to("sam", "post").map(({ headers }) => headers["idempotency-key"]);
  expect(keys).toEqual([reservationOf(lead_id, "sam"), reservationOf(lead_id, "sam")]);
  expect(await accountOf("sam")).toMatchObject({ balance: -20, held: 0 });
  expect((await operator("POST", `/dead-letters/${lead_id}/replay`, REPLAY)).body.code).toBe("not_resting");
  expect((await operator("GET", `/dead-letters/${lead_id}`)).body.code).toBe("not_resting");
});

it("replays to a contract by name: its price, the usual rules, and never beside a doubt without the risk", async () => {
  const key = await seed("byname");
  await seedOne(world, "murky", "byname", 20, down);
  const lead_id = await post(key, "byname", 21);
  await seedOne(world, "named", "byname", 5, accepts(), { price: { type: "bid" } });
  await seed("elsewhere");
  await seedOne(world, "foreign", "elsewhere", 5, accepts());
  const replay = (to: unknown, more: object = {}) =>
    operator("POST", `/dead-letters/${lead_id}/replay`, { ...REPLAY, to, ...more });

  // The contract is new: every isolate knows it within two seconds, this one once its snapshot is read.
  await vi.waitFor(async () => expect((await replay({ contract_id: "named_c" })).body.code).toBe("price_needed"));
  expect(await replay({ contract_id: "foreign_c", price: 18 })).toMatchObject({
    status: 422,
    body: { code: "no_such_contract" },
  });
  expect((await replay({ contract_id: "nobody_c", price: 18 })).body.code).toBe("no_such_contract");
  expect(await replay({ contract_id: "named_c", price: 18 })).toMatchObject({
    status: 409,
    body: { code: "in_doubt" },
  });
  expect((await replay({ contract_id: "murky_c" }, { accept_risk: true })).body.code).toBe("in_doubt");
  expect((await replay("nobody")).status).toBe(422);
  expect((await replay({ contract_id: "named_c", price: -1 })).status).toBe(422);
  expect(world.to("named", "post")).toEqual([]);

  expect((await replay({ contract_id: "named_c", price: 18 }, { accept_risk: true })).status).toBe(200);
  await comesTo(lead_id, "sold");
  expect(await accountOf("named")).toMatchObject({ balance: -18 });
  expect(await accountOf("murky")).toMatchObject({ balance: 0, held: 20 });
  const { lead, sale } = await admin("GET", `/leads/${lead_id}/trace`);
  expect(lead).toMatchObject({ risk: true });
  expect(sale).toMatchObject({ contract_id: "named_c", price: 18, payout: 14.4 });
});

it("refuses a price that brings the publisher less than its promise", async () => {
  const key = await seed("promise");
  await seedOne(world, "pro", "promise", 20, denies);
  const { ping_id } = (await call(key, "/v1/pings", { campaign: "promise", lead: { zip: "78704" } })).body;
  const { body } = await call(key, "/v1/posts", { ping_id, lead: { first_name: "Ann", phone: "+15123000030" } });
  const lead_id = String(body.lead_id);
  expect(await stateOf(lead_id)).toBe("parked");
  const low = { ...REPLAY, to: { contract_id: "pro_c", price: 19 } };
  const refused = await operator("POST", `/dead-letters/${lead_id}/replay`, low);
  expect(refused).toMatchObject({ status: 422, body: { code: "below_promise" } });
  expect(refused.body.detail).toContain("16");
  world.buyers.set("pro", { ping: world.buyers.get("pro")?.ping, post: accepts() });
  const right = { ...REPLAY, to: { contract_id: "pro_c" } };
  expect((await operator("POST", `/dead-letters/${lead_id}/replay`, right)).status).toBe(200);
  await comesTo(lead_id, "sold");
});

it("edits fields by the campaign's own parser, keeps evidence and persons safe, and sends what was mended", async () => {
  const key = await seed("edit", {
    fields: [
      { name: "zip", type: "zip", class: "public", required: "ping", sample: "78704" },
      { name: "first_name", type: "string", class: "personal", required: "post", sample: "Maria" },
      { name: "last_name", type: "string", class: "personal", sample: "Santos" },
      { name: "phone", type: "phone", class: "personal", required: "post", sample: "(512) 555-0142" },
      { name: "email", type: "email", class: "personal", sample: "maria@example.com" },
      { name: "consent_text", type: "string", class: "quasi", sample: "yes" },
    ],
  });
  await seedOne(world, "ed", "edit", 20, denies);
  const lead_id = await post(key, "edit", 41, { consent_text: "I agree" });
  const sold = await post(key, "edit", 42, { consent_text: "I agree" });
  const patch = (lead: object) => operator("PATCH", `/dead-letters/${lead_id}`, { lead, reason: "typing error" });

  const wrong = await patch({ zip: "7", phone: "12", shoe_size: 3, consent_text: "I agree to all" });
  expect(wrong.status).toBe(422);
  expect((wrong.body.errors as { field: string }[]).map(({ field }) => field)).toEqual([
    "lead.shoe_size",
    "lead.consent_text",
  ]);
  const values = await patch({ zip: "7", phone: "12", first_name: null });
  expect((values.body.errors as { field: string }[]).map(({ field }) => field).sort()).toEqual([
    "lead.first_name",
    "lead.phone",
    "lead.zip",
  ]);
  expect((await patch({})).status).toBe(422);
  // Another lead of this campaign has that consumer.
  expect(JSON.stringify((await patch({ phone: "+15123000042" })).body.errors)).toContain("on its way");
  await admin("POST", "/suppressions", { phone: "+15125550199", reason: "asked us" });
  await vi.waitFor(async () =>
    expect(JSON.stringify((await patch({ phone: "+15125550199" })).body.errors)).toContain("suppression list"),
  );

  expect((await patch({ last_name: "Zwiebel49xx", phone: "(512) 300-0049", email: null })).body).toEqual({
    lead_id,
    fields: ["last_name", "phone", "email"],
  });
  expect(await stateOf(lead_id)).toBe("parked");
  world.buyers.set("ed", { ping: world.buyers.get("ed")?.ping, post: accepts() });
  await operator("POST", `/dead-letters/${lead_id}/replay`, REPLAY);
  await comesTo(lead_id, "sold");
  const sent = JSON.parse(world.to("ed", "post").at(-1)?.body ?? "{}") as Record<string, unknown>;
  expect(sent).toMatchObject({ last: "Zwiebel49xx", phone: "+15123000049", first: "Quentin41xx" });
  expect(sent).not.toHaveProperty("email");
  // The consumer that it was mended to is this lead's now: no other lead of the campaign may have it.
  await operator("POST", `/dead-letters/${sold}/close`, { as: "unsold", reason: "make room" });
  const again = await call(key, "/v1/leads", {
    campaign: "edit",
    lead: { zip: "78704", first_name: "X", phone: "+15123000049" },
  });
  expect(again.body).toMatchObject({ result: "rejected", code: "duplicate" });

  const audit = await admin("GET", `/audit?target=lead:${lead_id}`);
  expect(JSON.stringify(audit)).toContain("last_name");
  const rows = (await env.DB.prepare("SELECT * FROM audit").all()).results;
  expectNobody([41, 42, 49], [audit, rows, wrong.body, values.body, await admin("GET", "/alerts")]);
  expect((await patch({ last_name: "Late" })).body.code).toBe("not_resting");
});

it("a publisher that was told no is never sold behind its back, whoever replays", async () => {
  const key = await seed("fin", {}, { mode: "final" });
  await seedOne(world, "fin_b", "fin", 20, down);
  const lead_id = await post(key, "fin", 51);
  expect(await stateOf(lead_id)).toBe("review");
  for (const to of ["same", "others", { contract_id: "fin_b_c", price: 20 }])
    expect((await operator("POST", `/dead-letters/${lead_id}/replay`, { ...REPLAY, to })).body.code).toBe(
      "told_rejected",
    );
  const { actions } = await admin("GET", `/dead-letters/${lead_id}`);
  expect((actions as { action: string; possible: boolean }[]).filter((a) => a.possible).map((a) => a.action)).toEqual([
    "edit",
    "close_unsold",
  ]);
  expect(world.to("fin_b", "post").length).toBe(1);
  const closed = await operator("POST", `/dead-letters/${lead_id}/close`, {
    as: "unsold",
    reason: "they never got it",
  });
  expect(closed).toMatchObject({ status: 200, body: { state: "unsold" } });
  expect(await accountOf("fin_b")).toMatchObject({ held: 0, balance: 0 });
});

it("replays to others: those not asked yet", async () => {
  const key = await seed("others");
  await seedOne(world, "first", "others", 20, down);
  await seedOne(world, "second", "others", 15, rejects);
  const lead_id = await post(key, "others", 61);
  expect(await stateOf(lead_id)).toBe("review");
  const to = { ...REPLAY, to: "others" };
  expect((await operator("POST", `/dead-letters/${lead_id}/replay`, to)).body.code).toBe("in_doubt");
  expect(world.to("second", "post")).toEqual([]);
  expect((await operator("POST", `/dead-letters/${lead_id}/replay`, { ...to, accept_risk: true })).status).toBe(200);
  await vi.waitFor(() => expect(world.to("second", "post").length).toBe(1), { timeout: 5_000 });
  await comesTo(lead_id, "review");
  expect(world.to("first", "post").length).toBe(1);
});
