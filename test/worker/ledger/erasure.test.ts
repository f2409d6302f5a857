import { expect, test } from "vitest";
import { eraseRows } from "../../../worker/ledger/erasure.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { AT, auction, db, lead, rows } from "./support.ts";

const bids = (echo: string) => [{ contract_id: "c1", price: 5, carried: { ref: echo } }];
const story = JSON.stringify({
  plan: [...bids("echo-plan"), { contract_id: "c2", carried: {} }],
  steps: [
    { at: AT, step: "claimed", detail: { ping: "p1" } },
    { at: AT, step: "re_auctioned", detail: { auction: "p2", bidders: 1 } },
  ],
});
const record = (echo: string) => JSON.stringify({ price: 7, sealed: `sealed-${echo}`, ranked: bids(echo) });

test("a lead's rows lose their sealed parts and what bids carried, those of its further auctions too", async () => {
  await projectTo(db, () => AT)("book", [
    lead("l1", 1, { state: "sold", ping_id: "p1", story, phone_mark: "mark" }),
    lead("l2", 2, { state: "open", ping_id: "p3" }),
    auction("p1", record("one"), 3),
    auction("p2", record("two"), 4),
    auction("p3", record("other"), 5),
  ]);
  for (let n = 0; n < 2; n++) await eraseRows(db, "l1", AT + n);
  await eraseRows(db, "l9", AT);
  const [one] = await rows("SELECT sealed, wrapped_key, phone_mark, erased_at, story FROM leads WHERE lead_id = 'l1'");
  expect(one).toMatchObject({ sealed: "", wrapped_key: "", phone_mark: null, erased_at: AT });
  expect(JSON.parse(String(one?.story))).toEqual({
    plan: [
      { contract_id: "c1", price: 5, carried: {} },
      { contract_id: "c2", carried: {} },
    ],
    steps: JSON.parse(story).steps,
  });
  const auctions = await rows<{ record: string }>("SELECT record FROM auctions ORDER BY ping_id");
  const bare = { price: 7, ranked: [{ contract_id: "c1", price: 5, carried: {} }] };
  expect(auctions.map((row) => JSON.parse(row.record))).toEqual([bare, bare, JSON.parse(record("other"))]);
  expect(await rows("SELECT sealed, story FROM leads WHERE lead_id = 'l2'")).toEqual([{ sealed: "l.x", story: null }]);
  await eraseRows(db, "l2", AT);
  expect(await rows("SELECT sealed, story FROM leads WHERE lead_id = 'l2'")).toEqual([{ sealed: "", story: null }]);
});
