import { expect, test } from "vitest";
import { sha256Hex } from "../../../worker/crypto/hash.ts";
import { projectTo } from "../../../worker/ledger/project.ts";
import { lead } from "../ledger/support.ts";
import { AT, db, emptied, fieldsOf, world } from "./support.ts";

test("one consumer has one hash, however it is written; the list has no plain value", async () => {
  await emptied();
  const w = world();
  const add = async (body: object) =>
    (await w.call("POST", "/suppressions", { ...body, reason: "asked to stop" })).body.hash;
  const phone = await add({ phone: "(212) 555-0123" });
  expect(await add({ phone: "+1 212 555 0123" })).toBe(phone);
  expect(await add({ phone_hash: sha256Hex("+12125550123").toUpperCase() })).toBe(phone);
  const email = await add({ email: " Jane@Example.com " });
  expect(await add({ email_hash: sha256Hex("jane@example.com") })).toBe(email);
  expect(email).not.toBe(phone);
  expect(phone).toMatch(/^[A-Za-z0-9_-]{11}$/);
  const listed = await w.call("GET", "/suppressions");
  expect((listed.body.items as { hash: string }[]).map((item) => item.hash).sort()).toEqual([email, phone].sort());
  expect(JSON.stringify([listed.body, (await db.prepare("SELECT * FROM audit").all()).results])).not.toMatch(
    /2125550123|jane/i,
  );
  expect((await w.call("DELETE", `/suppressions/${phone}?reason=was+a+mistake`)).body).toEqual({
    hash: phone,
    removed: true,
  });
  expect((await w.call("DELETE", `/suppressions/${phone}?reason=was+a+mistake`)).status).toBe(404);
  expect((await w.call("GET", "/suppressions")).body.items).toHaveLength(1);
});

test.each([
  [{ reason: "asked" }, ["phone"]],
  [{ phone: "+14155550188", email: "a@b.co", reason: "asked" }, ["phone"]],
  [{ phone: "4155550188 and more", reason: "asked" }, ["phone"]],
  [{ email: "not an address", reason: "asked" }, ["email"]],
  [{ phone_hash: "md5:00000000000000000000000000000000", reason: "asked" }, ["phone_hash"]],
  [{ phone: "+14155550188" }, ["reason"]],
])("422: suppression %#", async (body, fields) => {
  const answer = await world().call("POST", "/suppressions", body);
  expect([answer.status, fieldsOf(answer.body)]).toEqual([422, fields]);
  expect(JSON.stringify(answer.body)).not.toContain("4155550188");
});

test("leads: wire money, ISO times, pages, nothing sealed", async () => {
  await emptied();
  const minute = 60_000;
  await projectTo(db, () => AT)("book", [
    lead("l1", 1, {
      at: AT - 3 * minute,
      state: "sold",
      price: 211_050,
      payout: 168_840,
      buyer_id: "acme",
      closed_at: AT,
      sub_ids: '{"sub_id1":"x"}',
      phone_mark: "markofaphone",
      email_mark: "markofanemail",
    }),
    lead("l2", 2, { at: AT - 2 * minute, test: 1 }),
    lead("l3", 3, { at: AT - 40 * 86_400_000 }),
  ]);
  const w = world();
  const ids = (body: { items?: unknown }) => (body.items as { lead_id: string }[]).map((item) => item.lead_id);
  const first = await w.call("GET", "/leads?limit=1");
  expect([ids(first.body), first.body.next]).toEqual([["l2"], `${AT - 2 * minute}.l2`]);
  const second = await w.call("GET", `/leads?limit=1&after=${first.body.next}`);
  expect(second.body.next).toBeNull();
  expect((second.body.items as object[])[0]).toEqual({
    lead_id: "l1",
    ping_id: null,
    publisher_id: "pub",
    campaign_id: "auto",
    test: false,
    mode: "final",
    state: "sold",
    code: null,
    result: null,
    price: 21.105,
    payout: 16.884,
    contract_id: null,
    buyer_id: "acme",
    created_at: "2026-11-20T15:01:05.000Z",
    closed_at: "2026-11-20T15:04:05.000Z",
    rest_why: null,
    rest_at: null,
    re_auctions: 0,
    erased_at: null,
    risk: false,
    recovered: false,
    click_id: null,
    sub_ids: { sub_id1: "x" },
    line: "Sold to acme.",
  });
  expect(ids((await w.call("GET", "/leads?state=sold&buyer=acme&test=false")).body)).toEqual(["l1"]);
  expect(ids((await w.call("GET", "/leads?from=2026-10-01T00:00:00Z")).body)).toEqual(["l3"]);
  expect(ids((await w.call("GET", `/leads?to=${AT - 3 * minute}`)).body)).toEqual([]);
});

test.each([
  ["/leads?state=bought", "state"],
  ["/leads?limit=501", "limit"],
  ["/leads?limit=0", "limit"],
  ["/leads?after=x", "after"],
  ["/leads?from=yesterday", "from"],
  ["/leads?colour=red", "colour"],
  ["/audit?before=x", "before"],
  ["/alerts?before=x", "before"],
])("422: %s", async (path, field) => {
  expect(fieldsOf((await world().call("GET", path)).body)).toEqual([field]);
});

test("alerts, newest first", async () => {
  await db.prepare("DELETE FROM alerts").run();
  const alert = (id: string, n: number, at: number) => ({
    table: "alerts" as const,
    row: { id, at, kind: "contested" as const, subject: "lead:l1", message: "m" },
    n,
  });
  const all = [alert("a1", 1, AT), alert("a2", 2, AT + 5), alert("a3:b~c", 3, AT + 5), alert("a4", 4, AT + 5)];
  await projectTo(db, () => AT)("book", all);
  const read = async (query: string) => {
    const { body } = await world().call("GET", `/alerts?${query}`);
    return { ids: (body.items as { id: string }[]).map((item) => item.id), next: body.next as string | null };
  };
  expect(await read("kind=contested")).toEqual({ ids: ["a4", "a3:b~c", "a2", "a1"], next: null });
  // Pages end within a millisecond, and lose nothing.
  const first = await read("limit=2");
  const second = await read(`limit=2&before=${encodeURIComponent(first.next ?? "")}`);
  expect([first.ids, second.ids]).toEqual([
    ["a4", "a3:b~c"],
    ["a2", "a1"],
  ]);
  expect((await read(`before=${AT + 5}`)).ids).toEqual(["a1"]);
  expect((await read(`before=${encodeURIComponent(new Date(AT + 5).toISOString())}`)).ids).toEqual(["a1"]);
});
