import { expect, test } from "vitest";
import { CAMPAIGN, CONTRACT, fieldsOf, seeded } from "./support.ts";

const { stage: _stage, ...TERMS } = CONTRACT;

test("differences between versions, by readable paths", async () => {
  const w = await seeded();
  await w.call("PATCH", "/contracts/acme_auto", { price: { type: "bid", max_bid: 80 }, disclose: [] });
  const fields = [
    CAMPAIGN.fields[0],
    { name: "age", type: "integer", class: "public", sample: 3 },
    ...CAMPAIGN.fields.slice(1),
  ];
  await w.call("PATCH", "/campaigns/auto", { fields });
  expect((await w.call("GET", "/contracts/acme_auto/differences?from=1")).body).toEqual({
    id: "acme_auto",
    from: 1,
    to: 2,
    changes: [
      { path: "price.max_bid", from: "99.5", to: 80 },
      { path: "disclose", text: "1 removed (birth_date)" },
    ],
  });
  expect((await w.call("GET", "/contracts/acme_auto/differences?from=2&to=1")).body).toMatchObject({ from: 2, to: 1 });
  expect((await w.call("GET", "/campaigns/auto/differences?from=1")).body.changes).toEqual([
    { path: "fields[age]", to: fields[1] },
  ]);
  expect((await w.call("GET", "/contracts/acme_auto/differences?from=7")).status).toBe(404);
});

test("a draft is checked like its write, and not written", async () => {
  const w = await seeded();
  const draft = await w.call("POST", "/contracts/acme_auto/check", { record: { ...TERMS, priority: 5 } });
  expect([draft.status, draft.body.changes]).toEqual([200, [{ path: "priority", to: 5 }]]);
  expect(draft.body).toMatchObject({ from: 1, to: null, record: { priority: 5, stage: "live" } });
  const wrong = await w.call("POST", "/contracts/acme_auto/check", {
    record: { ...TERMS, disclose: ["shoe_size"], price: { type: "table", rows: [{ amount: 1 }, { amount: 2 }] } },
  });
  expect([wrong.status, fieldsOf(wrong.body)]).toEqual([422, ["price.rows.1"]]);
  expect((await w.call("GET", "/contracts/acme_auto")).body.version).toBe(1);
  expect(w.calls).toEqual([]);
});

test("a rollback is looked at first: what it would change, standing kept", async () => {
  const w = await seeded();
  await w.call("PATCH", "/contracts/acme_auto", { priority: 5 });
  await w.call("POST", "/contracts/acme_auto/pause", { reason: "holidays" });
  const draft = await w.call("POST", "/contracts/acme_auto/check", { version: 1 });
  expect(draft.body).toMatchObject({
    from: 3,
    changes: [{ path: "priority", from: 5 }],
    record: { status: "paused", stage: "live" },
  });
  await w.call("POST", "/contracts/acme_auto/rollback", { version: 1, reason: "too dear" }, { "if-match": '"3"' });
  const now = await w.call("GET", "/contracts/acme_auto");
  expect(now.body.record).toEqual(draft.body.record);
  expect((await w.call("POST", "/contracts/acme_auto/check", { version: 9 })).status).toBe(404);
  expect((await w.call("POST", "/contracts/acme_auto/check", {})).status).toBe(422);
});

const CSV = "zip,tcpa,amount\n10001,,12.50\n100*,,9\n,*,3\n";

test("prices from a list, and the list again", async () => {
  const w = await seeded();
  const looked = await w.call("POST", "/contracts/acme_auto/price-table?dry_run=true", { csv: CSV });
  expect(looked.body).toMatchObject({
    ...{ version: 1, dry_run: true, lines: 3, zips: 3 },
    price: {
      type: "table",
      rows: [
        { when: { field: "tcpa", present: true }, amount: 3 },
        {
          places: [
            { amount: 12.5, zips: "10001" },
            { amount: 9, zips: "100*" },
          ],
        },
      ],
    },
    sentences: ["3.00 where tcpa is given", "12.50 where zip is 10001", "9.00 where zip is 100*"],
  });
  expect((await w.call("GET", "/contracts/acme_auto/price-table")).body).toMatchObject({
    status: 409,
    code: "no_price_table",
  });
  const done = await w.call(
    "POST",
    "/contracts/acme_auto/price-table?reason=spring+prices",
    { csv: CSV },
    { "if-match": '"1"' },
  );
  expect(done.body).toMatchObject({ version: 2, dry_run: false });
  const list = await w.call("GET", "/contracts/acme_auto/price-table");
  expect(list.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(list.body.text).toBe("zip,tcpa,amount\r\n,*,3.00\r\n10001,,12.50\r\n100*,,9.00\r\n");
  expect((await w.call("GET", "/contracts/acme_auto")).body.record).toMatchObject({
    price: { type: "table" },
  });
});

test("what is wrong with a list, by line and column; fields that the campaign does not have", async () => {
  const w = await seeded();
  const wrong = await w.call("POST", "/contracts/acme_auto/price-table", { csv: "zip,amount\n10001,x\n1000,1\n" });
  expect(wrong.status).toBe(422);
  expect(wrong.body.errors).toMatchObject([{ field: "csv: line 2, column amount", line: 2, column: "amount" }]);
  const unknown = await w.call("POST", "/contracts/acme_auto/price-table", {
    csv: "zip,shoe_size,amount\n10001,9,1\n",
  });
  expect([unknown.status, fieldsOf(unknown.body)]).toEqual([422, ["price.rows.0.when.field"]]);
  const other = await w.call("POST", "/contracts/acme_auto/price-table", {
    csv: "birth_date,amount\n10001,9\n",
    zip_field: "birth_date",
  });
  expect(fieldsOf(other.body)).toEqual(["price.zip_field"]);
  expect((await w.call("GET", "/contracts/acme_auto")).body.version).toBe(1);
});

test("one ZIP with two prices is refused by name", async () => {
  const w = await seeded();
  const places = [
    { amount: 1, zips: "10001 10002" },
    { amount: 2, zips: "10002" },
  ];
  const answer = await w.call("PATCH", "/contracts/acme_auto", { price: { type: "table", rows: [{ places }] } });
  expect(answer.body.errors).toEqual([
    { field: "price.rows.0.places.1.zips", message: "10002 has another price before", code: "conflict" },
  ]);
});
