import { expect, test } from "vitest";
import { projectTo } from "../../../worker/ledger/project.ts";
import { auction, lead } from "../ledger/support.ts";
import { AT, db, emptied, fieldsOf, world } from "./support.ts";

test("a person's leads: the number is in no audit line, no answer, and no address", async () => {
  await emptied();
  const w = world();
  const added = await w.call("POST", "/suppressions", { phone: "(212) 555-0123", reason: "to learn its mark" });
  const mark = String(added.body.hash);
  await projectTo(db, () => AT)("book", [
    lead("l1", 1, { at: AT - 1, phone_mark: mark }),
    lead("l2", 2, { at: AT - 1 }),
  ]);
  const found = await w.call("POST", "/leads/search", { phone: "+1 212 555 0123", reason: "the consumer called" });
  expect((found.body.items as { lead_id: string }[]).map((item) => item.lead_id)).toEqual(["l1"]);
  const audit = (await db.prepare("SELECT action, target, detail FROM audit ORDER BY id DESC LIMIT 1").all()).results;
  expect(audit).toEqual([
    { action: "search_person", target: "person:by_phone", detail: '{"by":"phone","reason":"the consumer called"}' },
  ]);
  expect(JSON.stringify([found.body, audit])).not.toMatch(/5550123|555-0123/);
});

test.each([
  ["POST", "/leads/search", { reason: "asked" }, ["phone"]],
  ["POST", "/leads/search", { phone: "1", email: "a@b.co", reason: "asked" }, ["phone"]],
  ["POST", "/leads/search", { email: "a@b.co" }, ["reason"]],
  ["GET", "/find?q=jane%40example.com", undefined, ["q"]],
  ["GET", "/find?q=(212)%20555-0123", undefined, ["q"]],
  ["GET", "/auctions?posted=maybe", undefined, ["posted"]],
])("422: %s %s %j", async (method, path, body, fields) => {
  expect(fieldsOf((await world().call(method, path, body)).body)).toEqual(fields);
});

test("auctions, with what their post became, each in a sentence", async () => {
  await emptied();
  await db.prepare("DELETE FROM auctions").run();
  await projectTo(db, () => AT + 1)("book", [auction("p1", "{}", 1), lead("l1", 2, { ping_id: "p1", at: AT })]);
  const w = world();
  const { body } = await w.call("GET", `/auctions?to=${AT + 1}`);
  expect(body.items).toEqual([
    {
      ping_id: "p1",
      at: new Date(AT).toISOString(),
      publisher_id: "pub",
      campaign_id: "auto",
      test: false,
      result: "accepted",
      code: null,
      price: 0.0007,
      took_ms: 5,
      bidders: 1,
      bids: 1,
      config_seq: 1,
      lead_id: "l1",
      line: "1 offer of 1 contract, 0.0007 promised; posted.",
    },
  ]);
  expect((await w.call("GET", "/find?q=l1")).body.items).toEqual([{ kind: "lead", id: "l1", text: "open" }]);
});
