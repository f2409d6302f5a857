import { beforeAll, expect, test } from "vitest";
import { find } from "../../../worker/ledger/find.ts";
import { type LeadPage, leadStatements, leadsOfPerson, listLeads } from "../../../worker/ledger/lead-list.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { type AuctionPage, auctionStatements, listAuctions } from "../../../worker/ledger/search.ts";
import { AT, auction, db, lead } from "./support.ts";

const ID = (kind: string, n: number) => `${kind}${"b0C1xUcMw000000000000000000".slice(0, 26)}${n}`;
const HOUR = 3_600_000;
const record = (buyers: string[]) => JSON.stringify({ candidates: buyers.map((buyer_id) => ({ buyer_id })) });

beforeAll(async () => {
  await projectTo(db, () => AT)("book", [
    lead(ID("l", 1), 1, {
      ping_id: ID("p", 1),
      click_id: "click-1",
      phone_mark: "phonemark01",
      state: "sold",
      buyer_id: "acme",
    }),
    lead(ID("l", 2), 2, { at: AT + 1, state: "unsold", code: "no_bids", sub_ids: '{"sub_id1":"x","sub_id3":"blue"}' }),
    lead(ID("l", 3), 3, { at: AT + 2, state: "review", code: "under_review", publisher_id: "other" }),
    lead(ID("l", 4), 4, { at: AT + 2, state: "open", email_mark: "emailmark01" }),
    auction(ID("p", 1), record(["acme", "other"]), 5),
    auction(ID("p", 2), record(["other"]), 6),
  ]);
  await db
    .prepare(
      "INSERT INTO config (kind, id, seq, version, body, author, updated_at) VALUES ('buyer', 'acme', 1, 1, ?, 'x', 1)",
    )
    .bind('{"id":"acme","name":"Acme Insurance"}')
    .run();
});

const LEADS: LeadPage = { from: AT - HOUR, to: AT + HOUR, limit: 10 };
test.each<[Partial<LeadPage>, number[]]>([
  [{}, [4, 3, 2, 1]],
  [{ click_id: "click-1" }, [1]],
  [{ code: "no_bids" }, [2]],
  [{ sub_id: "blue" }, [2]],
  [{ sub_id: "blu" }, []],
  [{ state: "open" }, [4]],
  [{ state: "review", publisher_id: "other" }, [3]],
  [{ state: "review", publisher_id: "pub" }, []],
  [{ buyer_id: "acme", click_id: "click-1", state: "sold" }, [1]],
])("leads by %j", async (page, expected) => {
  const { items, next } = await listLeads(db, { ...LEADS, ...page });
  expect([items.map((item) => item.lead_id), next]).toEqual([expected.map((n) => ID("l", n)), null]);
});

const AUCTIONS: AuctionPage = { from: AT - HOUR, to: AT + HOUR, limit: 10 };
test.each<[Partial<AuctionPage>, number[]]>([
  [{}, [2, 1]],
  [{ posted: true }, [1]],
  [{ posted: false }, [2]],
  [{ buyer_id: "acme" }, [1]],
  [{ publisher_id: "pub", result: "accepted" }, [2, 1]],
  [{ code: "no_bids" }, []],
])("auctions by %j", async (page, expected) => {
  const { items } = await listAuctions(db, { ...AUCTIONS, ...page });
  expect(items.map((item) => item.ping_id)).toEqual(expected.map((n) => ID("p", n)));
});

test("an auction says which lead its post became", async () => {
  const { items } = await listAuctions(db, AUCTIONS);
  expect(items.map((item) => item.lead_id)).toEqual([null, ID("l", 1)]);
});

test.each([
  [ID("l", 1), [`lead:${ID("l", 1)}`]],
  [`${ID("l", 1)}_acme_auto_1_1`, [`lead:${ID("l", 1)}`]],
  [ID("p", 1), [`lead:${ID("l", 1)}`, `auction:${ID("p", 1)}`]],
  [`${ID("p", 2)}_3`, [`auction:${ID("p", 2)}`]],
  ["click-1", [`lead:${ID("l", 1)}`]],
  ["acme", ["buyer:acme"]],
  ["nothing", []],
])("what has the id %s", async (text, expected) => {
  expect((await find(db, text)).map(({ kind, id }) => `${kind}:${id}`)).toEqual(expected);
});

test("a person's leads by a mark", async () => {
  expect((await leadsOfPerson(db, "phone", "phonemark01")).map((item) => item.lead_id)).toEqual([ID("l", 1)]);
  expect((await leadsOfPerson(db, "email", "emailmark01")).map((item) => item.lead_id)).toEqual([ID("l", 4)]);
  expect(await leadsOfPerson(db, "email", "phonemark01")).toEqual([]);
});

test("a page that looked at all that it may goes on where it stopped, until all is seen", async () => {
  const many = Array.from({ length: 2_300 }, (_, i) =>
    lead(`many${i}`, 10 + i, { at: AT - 10 * HOUR + i, publisher_id: "busy", campaign_id: i === 3 ? "rare" : "usual" }),
  );
  await projectTo(db, () => AT)("book2", many);
  const page: LeadPage = { from: AT - 11 * HOUR, to: AT - 9 * HOUR, limit: 10, campaign_id: "rare" };
  const first = await listLeads(db, page);
  expect([first.items.length, first.next]).toEqual([0, { at: AT - 10 * HOUR + 300, lead_id: "many300" }]);
  const second = await listLeads(db, { ...page, after: first.next ?? undefined });
  expect([second.items.map((item) => item.lead_id), second.next]).toEqual([["many3"], null]);
});

const plan = async ({ sql, values }: { sql: string; values: (string | number)[] }): Promise<string> => {
  const rows = (
    await db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...values)
      .all<{ detail: string }>()
  ).results;
  return rows.map((row) => row.detail).join("; ");
};
const after = { at: AT, lead_id: "x", ping_id: "x" };

test.each<[Partial<LeadPage>, string]>([
  [{}, "leads_at"],
  [{ campaign_id: "a", test: true }, "leads_at"],
  [{ state: "sold", sub_id: "a" }, "leads_at"],
  [{ publisher_id: "a", state: "sold" }, "leads_publisher"],
  [{ buyer_id: "a", publisher_id: "b" }, "leads_buyer"],
  [{ code: "no_bids", publisher_id: "b" }, "leads_code"],
  [{ state: "review", publisher_id: "b" }, "leads_state"],
  [{ click_id: "a", state: "open", code: "no_bids" }, "leads_click"],
])("leads by %j are found by the index %s", async (page, index) => {
  const { page: list, end } = leadStatements({ ...LEADS, ...page, after });
  for (const statement of end ? [list, end] : [list]) {
    const found = await plan(statement);
    expect(found).toContain(`leads USING INDEX ${index} (`);
    expect(found).not.toMatch(/SCAN leads/);
  }
});

test.each<[Partial<AuctionPage>, string]>([
  [{}, "auctions_at"],
  [{ buyer_id: "a", posted: false }, "auctions_at"],
  [{ publisher_id: "a", result: "rejected" }, "auctions_publisher"],
])("auctions by %j are found by the index %s", async (page, index) => {
  const { page: list, end } = auctionStatements({ ...AUCTIONS, ...page, after });
  for (const statement of end ? [list, end] : [list]) {
    const found = await plan(statement);
    expect(found).toContain(`auctions USING INDEX ${index} (`);
    expect(found).not.toMatch(/SCAN (auctions|leads)/);
  }
  expect(await plan(list)).toContain("leads_ping");
});
