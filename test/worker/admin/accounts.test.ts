import { expect, test } from "vitest";
import { buyerSchema } from "../../../schema/config/buyer.ts";
import type { AdminContext } from "../../../worker/routes/admin/context.ts";
import { awayDb, BUYER, fieldsOf, seeded, world } from "./support.ts";

const ENTRY = { id: "wire-1", kind: "deposit", amount: "21.105", reason: "wire of 20 November" };

test("an entry is booked by the buyer's object, with its author, and audited once", async () => {
  const w = await seeded();
  const booked = await w.call("POST", "/buyers/acme/entries", ENTRY);
  expect(booked).toMatchObject({
    status: 201,
    body: { id: "wire-1", kind: "deposit", amount: 21.105, balance: 21.105, repeated: false, audited: true },
  });
  expect(w.calls).toEqual([{ buyer: "acme", call: "entry", args: { ...ENTRY, amount: 211_050, author: "alice" } }]);
  await w.call("POST", "/buyers/acme/entries", ENTRY);
  expect((await w.call("GET", "/audit?target=buyer:acme")).body.items).toMatchObject([
    { action: "deposit", author: "alice", detail: '{"id":"wire-1","amount":"21.105","reason":"wire of 20 November"}' },
  ]);
});

test("a repeated entry says so; an id with other content is refused", async () => {
  const w = await seeded();
  expect(await w.call("POST", "/buyers/acme/entries", { ...ENTRY, id: "again" })).toMatchObject({
    status: 200,
    body: { repeated: true },
  });
  expect(await w.call("POST", "/buyers/acme/entries", { ...ENTRY, id: "taken" })).toMatchObject({
    status: 409,
    body: { code: "entry_conflict" },
  });
});

test.each([
  ["deposit", 0, 422],
  ["deposit", -1, 422],
  ["credit", "-0.0001", 422],
  ["credit", 0.0001, 201],
  ["adjustment", 0, 422],
  ["adjustment", -5, 201],
  ["adjustment", 5, 201],
  ["deposit", "1e3", 422],
  ["deposit", "12,50", 422],
  ["deposit", 100_000_001, 422],
] as const)("%s of %s: %i", async (kind, amount, status) => {
  const w = await seeded();
  const answer = await w.call("POST", "/buyers/acme/entries", { ...ENTRY, kind, amount });
  expect(answer.status).toBe(status);
  if (status === 422) expect([fieldsOf(answer.body), w.calls]).toEqual([["amount"], []]);
});

test.each([
  [{ ...ENTRY, reason: " " }, ["reason"]],
  [{ ...ENTRY, id: "a b" }, ["id"]],
  [{ ...ENTRY, author: "mallory" }, ["author"]],
  [{}, ["id", "kind", "amount", "reason"]],
])("422: %j", async (body, fields) => {
  const w = await seeded();
  expect(fieldsOf((await w.call("POST", "/buyers/acme/entries", body)).body)).toEqual(fields);
});

test("nobody's money", async () => {
  const w = await seeded();
  expect((await w.call("POST", "/buyers/nobody/entries", ENTRY)).status).toBe(404);
  expect((await w.call("GET", "/buyers/nobody/account")).status).toBe(404);
  expect(w.calls).toEqual([]);
});

test("D1 away: the entry is booked, its audit line is missing, and the answer says so", async () => {
  const known = (async () => ({ version: 1, body: buyerSchema.parse(BUYER) })) as unknown as AdminContext["known"];
  const answer = await world({ db: awayDb, known }).call("POST", "/buyers/acme/entries", ENTRY);
  expect(answer).toMatchObject({ status: 201, body: { balance: 21.105, audited: false } });
  expect((await world({ db: awayDb }).call("POST", "/buyers/acme/entries", ENTRY)).status).toBe(503);
});

test("the account is shown in units of the currency and ISO times", async () => {
  const w = await seeded();
  expect((await w.call("GET", "/buyers/acme/account")).body).toMatchObject({
    balance: 21.105,
    held: 9.5,
    available: null,
    caps: [
      {
        cap: { per: "day", count: 5, money: 100 },
        used_count: 1,
        used_money: 9.5,
        resets_at: "2026-11-20T15:04:05.000Z",
      },
    ],
    breakers: [{ state: "open", opened_at: "2026-11-20T15:04:05.000Z", until: null }],
  });
});

test("reservations are counted one by one unless they are not asked for", async () => {
  const w = await seeded();
  const counted = ["reservations", "oldest_in_doubt_ms"];
  const has = (body: object) => counted.filter((name) => Object.hasOwn(body, name));
  expect(has((await w.call("GET", "/buyers/acme/account")).body)).toEqual(counted);
  const { status, body } = await w.call("GET", "/buyers/acme/account?reservations=false");
  expect([status, has(body), body.balance]).toEqual([200, [], 21.105]);
  expect((await w.call("GET", "/buyers/acme/account?reservations=some")).status).toBe(422);
});

test("a breaker is reset for one phase or both, and audited", async () => {
  const w = await seeded();
  await w.call("POST", "/endpoints/acme_http/breaker/reset", { reason: "buyer repaired it" });
  await w.call("POST", "/endpoints/acme_http/breaker/reset", { phase: "post", reason: "buyer repaired it" });
  expect(w.calls.map((c) => [c.buyer, c.args])).toEqual([
    ["acme", ["acme_http", "ping", "alice"]],
    ["acme", ["acme_http", "post", "alice"]],
    ["acme", ["acme_http", "post", "alice"]],
  ]);
  expect((await w.call("GET", "/audit?action=reset_breaker")).body.items).toHaveLength(2);
  expect((await w.call("POST", "/endpoints/nobody/breaker/reset", { reason: "buyer repaired it" })).status).toBe(404);
});
