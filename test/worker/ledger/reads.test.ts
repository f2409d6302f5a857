import { beforeAll, expect, test } from "vitest";
import { type LeadPage, listLeads } from "../../../worker/ledger/lead-list.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { deliveriesOfLead, leadById, movementsByRef, movementsOf, salesOfLead } from "../../../worker/ledger/reads.ts";
import { AT, db, delivery, lead, movement, sale } from "./support.ts";

const MINUTE = 60_000;
beforeAll(async () => {
  await projectTo(db, () => AT)("book", [
    lead("l1", 1, { state: "sold", buyer_id: "acme", price: 211_050, payout: 168_840 }),
    lead("l2", 2, { state: "unsold", at: AT + MINUTE, publisher_id: "other" }),
    lead("l3", 3, { state: "sold", at: AT + MINUTE, test: 1 }),
    lead("l4", 4, { state: "review", at: AT + 2 * MINUTE, campaign_id: "solar" }),
    lead("l10", 5, { state: "sold", at: AT + 3 * MINUTE }),
    delivery("l1_a2", "l1", 6, AT + 20),
    delivery("l1_a1", "l1", 7, AT + 10),
    delivery("l10_a3", "l10", 8),
    sale("l1", 9),
    sale("l10", 10, 100_000),
    movement("m1", 11, -211_050, "l1_r", "buyer:acme"),
    movement("m2", 12, 211_050, "l1_r", "clearing"),
    movement("m3", 13, 7, "odd"),
    movement("l1_r:0", 14, -5, "l1_r", "buyer:other"),
    movement("close:l1_r:house:margin", 15, 1, "l1_r"),
    movement("refund:l1_r:0", 16, 5, "refund:l1_r", "buyer:other"),
    movement("refund:l1_r:1", 17, -5, "refund:l1_r"),
    movement("refund:l1_r2:0", 18, 9, "refund:l1_r2"),
  ]);
});

const PAGE: LeadPage = { from: AT, to: AT + 10 * MINUTE, limit: 10 };
const ids = async (page: Partial<LeadPage>) =>
  (await listLeads(db, { ...PAGE, ...page })).items.map((item) => item.lead_id);

test.each<[string, Partial<LeadPage>, string[]]>([
  ["all, newest first", {}, ["l10", "l4", "l3", "l2", "l1"]],
  ["state", { state: "sold" }, ["l10", "l3", "l1"]],
  ["publisher", { publisher_id: "other" }, ["l2"]],
  ["campaign", { campaign_id: "solar" }, ["l4"]],
  ["buyer", { buyer_id: "acme" }, ["l1"]],
  ["no tests", { test: false, state: "sold" }, ["l10", "l1"]],
  ["from", { from: AT + 2 * MINUTE }, ["l10", "l4"]],
  ["to, which is not part of it", { to: AT + MINUTE }, ["l1"]],
])("leads by %s", async (_, page, expected) => {
  expect(await ids(page)).toEqual(expected);
});

test("pages of leads meet without gap or overlap, also within one millisecond", async () => {
  const seen: string[] = [];
  let after: LeadPage["after"];
  do {
    const page = await listLeads(db, { ...PAGE, limit: 1, after });
    seen.push(...page.items.map((item) => item.lead_id));
    after = page.next ?? undefined;
  } while (after);
  expect(seen).toEqual(["l10", "l4", "l3", "l2", "l1"]);
});

test("a list shows nothing sealed", async () => {
  const [item] = (await listLeads(db, PAGE)).items;
  expect(Object.keys(item ?? {})).not.toEqual(expect.arrayContaining(["sealed"]));
  expect(Object.keys(item ?? {})).not.toEqual(expect.arrayContaining(["wrapped_key"]));
});

test("what belongs to one lead, and nothing of one with a longer id", async () => {
  expect((await leadById(db, "l1"))?.sealed).toBe("l.x");
  expect(await leadById(db, "l9")).toBeNull();
  expect((await deliveriesOfLead(db, "l1")).map((d) => d.attempt_id)).toEqual(["l1_a1", "l1_a2"]);
  const sales = await salesOfLead(db, "l1");
  expect(sales.map((s) => s.sale_id)).toEqual(["l1:1"]);
  expect((await movementsOf(db, "buyer:acme", { from: 0, to: AT + 1, limit: 5 })).map((m) => m.id)).toEqual(["m1"]);
});

test("everything of one reservation: its charge, the book's part, and what was given back", async () => {
  const found = await movementsByRef(db, "l1_r", { limit: 10 });
  expect(found.map((m) => m.id).sort()).toEqual([
    "close:l1_r:house:margin",
    "l1_r:0",
    "refund:l1_r:0",
    "refund:l1_r:1",
  ]);
});
