import { afterEach, beforeEach, expect, it } from "vitest";
import { replaceDeps } from "../../../worker/deps.ts";
import { accepts, admin, World } from "../../support/world.ts";
import { comesTo, down, expectNobody, operator, post, seed, seedOne } from "./support.ts";

let world: World;
let restore = () => {};
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  restore();
  world.end();
});

interface Unknown {
  lead_id: string;
  state: string;
  age_s: number;
  money_at_risk: number;
  with: { contract_id: string; price: number; attempts: number; asked: number }[];
  next: { what: string; at: string | null };
}

it("lists every open unknown with age, money at risk and what comes next; totals, filters, pages over all books", async () => {
  // The whole delay: a part of it may be over when the clock has moved.
  restore = replaceDeps({ random: () => 0.99 });
  const key = await seed("unk");
  await seedOne(world, "mute", "unk", 20, down);
  const ids: string[] = [];
  for (let n = 1; n <= 7; n++) ids.push(await post(key, "unk", n));
  const other = await seed("unk2");
  await seedOne(world, "slow", "unk2", 30, down, { retry: { attempts: 5, first_delay_s: 300, max_delay_s: 300 } });
  const waiting = await post(other, "unk2", 20);
  await seedOne(world, "fine", "unk2", 35, accepts());
  world.moveClock(90_000);

  const all = await admin("GET", "/unknowns?limit=200");
  const items = all.items as Unknown[];
  expect(items.map((item) => item.lead_id).sort()).toEqual([...ids, waiting].sort());
  expect(all.totals).toMatchObject({ count: 8, money_at_risk: 7 * 20 + 30, complete: true });
  expect(Number((all.totals as { oldest_age_s: number }).oldest_age_s)).toBeGreaterThanOrEqual(90);
  const resting = items.find((item) => item.lead_id === ids[0]);
  expect(resting).toMatchObject({
    state: "review",
    money_at_risk: 20,
    with: [{ contract_id: "mute_c", price: 20, attempts: 1, asked: 0 }],
    next: { what: expect.stringContaining("operator") },
  });
  const open = items.find((item) => item.lead_id === waiting);
  expect(open).toMatchObject({ state: "open", money_at_risk: 30, with: [{ contract_id: "slow_c", attempts: 1 }] });
  expect(open?.next.what).toMatch(/posted to again .* \(1 of 5 times so far\), then it rests/);
  expect(Date.parse(open?.next.at ?? "")).toBeGreaterThan(0);
  expectNobody([1, 2, 3, 4, 5, 6, 7, 20], all);

  // Pages of three, until there is no next: each lead once, whichever book has it.
  const seen: string[] = [];
  let after = "";
  do {
    const page = await admin("GET", `/unknowns?limit=3&campaign=unk${after}`);
    const { items: some, next } = page as unknown as { items: Unknown[]; next: string | null };
    expect(some.length).toBeLessThanOrEqual(3);
    expect(page.totals === null).toBe(after !== "");
    seen.push(...some.map((item) => item.lead_id));
    after = next === null ? "" : `&after=${next}`;
  } while (after !== "");
  expect(seen.sort()).toEqual([...ids].sort());

  const bySlow = await admin("GET", "/unknowns?buyer=slow");
  expect(bySlow).toMatchObject({ totals: { count: 1, money_at_risk: 30 }, items: [{ lead_id: waiting }] });
  expect((await admin("GET", "/unknowns?contract=fine_c")).items).toEqual([]);

  // What is cleared up is no longer there.
  await admin("POST", `/leads/${ids[0]}/resolve`, { as: "unsold", reason: "never got it" });
  await comesTo(ids[0] ?? "", "unsold");
  expect((await admin("GET", "/unknowns?campaign=unk")).totals).toMatchObject({ count: 6, money_at_risk: 120 });
}, 60_000);

it.each([
  ["/unknowns?after=bm8", 422, "after"],
  ["/unknowns?after=%24", 422, "after"],
  ["/unknowns?colour=red", 422, "colour"],
  ["/dead-letters?why=boredom", 422, "why"],
  ["/dead-letters?after=AAAA", 422, "after"],
])("GET %s is refused by name", async (path, status, field) => {
  const answer = await operator("GET", path);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.body.errors)).toContain(field);
});
