import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { admin, World } from "../../support/world.ts";
import { denies, down, expectNobody, operator, person, post, seed, seedOne } from "./support.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.end());

it("adds up what rests: by reason, by buyer with its money, by endpoint that must be repaired", async () => {
  const key = await seed("sum");
  await seedOne(world, "summute", "sum", 20, down);
  const ids = [await post(key, "sum", 1), await post(key, "sum", 2)];
  world.buyers.set("summute", { ping: world.buyers.get("summute")?.ping, post: denies });
  const parked = await post(key, "sum", 3);
  world.moveClock(120_000);

  const all = await admin("GET", "/dead-letters/summary");
  expect(all).toMatchObject({ count: 3, money_at_risk: 40, complete: true });
  expect(Number(all.oldest_age_s)).toBeGreaterThanOrEqual(120);
  expect(all.by_why).toMatchObject([
    { why: "unknown", count: 2, money_at_risk: 40, why_text: expect.stringContaining("may have taken") },
    { why: "set_up_error", count: 1, money_at_risk: 0 },
  ]);
  expect(all.by_buyer).toMatchObject([{ buyer_id: "summute", count: 2, money_at_risk: 40 }]);
  expect(all.by_campaign).toMatchObject([{ campaign: "sum", count: 3 }]);
  expect(all.by_publisher).toMatchObject([{ publisher: "sum_pub", count: 3 }]);
  expect(all.by_endpoint).toMatchObject([
    { endpoint_id: "summute_ep", buyer_id: "summute", name: "summute", count: 1 },
  ]);
  expect(await admin("GET", "/dead-letters/summary?state=parked")).toMatchObject({ count: 1, by_buyer: [] });
  expect(await admin("GET", "/dead-letters/summary?campaign=none")).toMatchObject({
    count: 0,
    money_at_risk: 0,
    oldest_since: null,
    by_why: [],
  });
  expect((await operator("GET", "/dead-letters/summary?limit=3")).status).toBe(422);
  expectNobody([1, 2, 3], all);

  // Pages of two over all books, each lead once.
  const seen: string[] = [];
  for (let after = ""; ; ) {
    const page = await admin("GET", `/dead-letters?limit=2&campaign=sum${after}`);
    seen.push(...(page.items as { lead_id: string }[]).map(({ lead_id }) => lead_id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  expect(seen.sort()).toEqual([...ids, parked].sort());
});

it("says which fields may be edited and what is wrong with them; values are opened, and that is written down", async () => {
  const key = await seed("fld");
  await seedOne(world, "fldmute", "fld", 20, down);
  const lead_id = await post(key, "fld", 11);
  const closed = await admin("GET", `/dead-letters/${lead_id}`);
  expectNobody([11], closed);
  expect(closed.editable).toContainEqual(
    expect.objectContaining({
      name: "phone",
      class: "personal",
      required: true,
      present: true,
      locked: null,
      problem: null,
    }),
  );
  expect(closed.contracts).toEqual([
    {
      contract_id: "fldmute_c",
      name: "fldmute",
      buyer_id: "fldmute",
      endpoint_id: "fldmute_ep",
      fixed: false,
      status: "unknown",
    },
  ]);
  expect(closed.may_have_it).toMatchObject([{ http_status: 503, last_text: expect.stringContaining(".") }]);

  const opened = await admin("GET", `/dead-letters/${lead_id}?open=true`);
  expect(opened.editable).toContainEqual(expect.objectContaining({ name: "phone", value: person(11).phone }));
  const { results } = await env.DB.prepare("SELECT author, action FROM audit WHERE target = ?")
    .bind(`lead:${lead_id}`)
    .all<{ author: string; action: string }>();
  expect(results.filter(({ action }) => action === "open_lead").length).toBe(1);

  // The campaign's rules became stricter: what the lead has is wrong now, and the page says what.
  const record = (await admin("GET", "/campaigns/fld")).record as { fields: { name: string }[] };
  const fields = record.fields.map((field) =>
    field.name === "first_name" ? { ...field, max_length: 3, sample: "Ada" } : field,
  );
  const put = await operator("PUT", "/campaigns/fld", { ...record, fields });
  expect(put.body.errors ?? []).toEqual([]);
  world.moveClock(3_000);
  const stricter = await admin("GET", `/dead-letters/${lead_id}`);
  expect(stricter.editable).toContainEqual(
    expect.objectContaining({ name: "first_name", problem: expect.stringMatching(/3/) }),
  );
  expectNobody([11], stricter);
});
