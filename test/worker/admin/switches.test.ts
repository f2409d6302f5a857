import { expect, test } from "vitest";
import { buyerSchema, contractSchema } from "../../../schema/config/buyer.ts";
import { changeConfig } from "../../../worker/ledger/config-store.ts";
import type { AdminContext } from "../../../worker/routes/admin/context.ts";
import { AT, awayDb, BUYER, CONTRACT, db, emptied, seeded, world } from "./support.ts";

const versionOf = async (kind: string, id: string) =>
  (await db
    .prepare("SELECT version, json_extract(body, '$.status') AS status FROM config WHERE kind = ? AND id = ?")
    .bind(kind, id)
    .first()) as object;

test.each([
  ["buyers", "acme", { buyer: { version: 1.5, paused: true } }, { buyer: { version: 2, paused: true } }],
  [
    "endpoints",
    "acme_http",
    { endpoints: [{ version: 1.5, paused: true }] },
    { endpoints: [{ version: 2, paused: true }] },
  ],
  [
    "contracts",
    "acme_auto",
    { contracts: [{ version: 1.5, paused: true }] },
    { contracts: [{ version: 2, paused: true }] },
  ],
])(
  "a pause of %s is in force at the buyer's object before the ledger has it",
  async (collection, id, before, after) => {
    const order: string[] = [];
    const watched = new Proxy(db, {
      get: (target, name) =>
        name === "batch"
          ? async (...args: Parameters<D1Database["batch"]>) => {
              order.push("ledger");
              return target.batch(...args);
            }
          : Reflect.get(target, name).bind(target),
    });
    await seeded();
    const w = world({ db: watched });
    const { account } = w.ctx;
    w.ctx.account = (buyer) => {
      order.push("buyer");
      return account(buyer);
    };
    const answer = await w.call("POST", `/${collection}/${id}/pause`, { reason: "late payer" });
    expect(answer).toMatchObject({
      status: 200,
      body: { id, status: "paused", version: 2, at_buyer: true, in_ledger: true },
    });
    expect(order).toEqual(["buyer", "ledger", "buyer"]);
    expect(w.calls.map(({ buyer, args }) => [buyer, args])).toMatchObject([
      ["acme", before],
      ["acme", after],
    ]);
  },
);

test("a resume reaches the object after the ledger", async () => {
  const w = await seeded();
  await w.call("POST", "/buyers/acme/pause", { reason: "late payer" });
  w.calls.length = 0;
  const answer = await w.call("POST", "/buyers/acme/resume", { reason: "has paid" });
  expect(answer.body).toMatchObject({ status: "active", version: 3, at_buyer: true });
  expect(w.calls.map((c) => c.args)).toEqual([{ buyer: { version: 3, paused: false, credit_limit: 211_050 } }]);
});

test("a switch is in history and audit with author and reason", async () => {
  const w = await seeded();
  await w.call("POST", "/publishers/pub/pause", { reason: "bad leads" });
  await w.call("POST", "/gateway/pause", { reason: "fire drill" }, { authorization: "Bearer token-of-bob" });
  await w.call("POST", "/gateway/resume", { reason: "drill is over" });
  const audit = (await w.call("GET", "/audit")).body.items as {
    author: string;
    action: string;
    target: string;
    detail: string;
  }[];
  // Seeding took a contract live at once.
  const switched = audit.filter(({ action }) => action !== "force_live");
  expect(switched.map((line) => [line.author, line.action, line.target, line.detail])).toEqual([
    ["alice", "resume", "settings:gateway", "drill is over"],
    ["bob", "pause", "settings:gateway", "fire drill"],
    ["alice", "pause", "publisher:pub", "bad leads"],
  ]);
  const past = (await w.call("GET", "/publishers/pub/history")).body.items as { reason: string }[];
  expect(past[0]?.reason).toBe("bad leads");
  expect(await versionOf("settings", "gateway")).toEqual({ version: 2, status: "active" });
});

test.each(["campaigns/auto", "publishers/pub"])("a pause of %s needs no object", async (path) => {
  const w = await seeded();
  const answer = await w.call("POST", `/${path}/pause`, { reason: "no more" });
  expect(answer.body).toMatchObject({ status: "paused", version: 2, in_ledger: true });
  expect(answer.body).not.toHaveProperty("at_buyer");
  expect(w.calls).toEqual([]);
});

test("a PUT or PATCH that pauses tells the object first, too", async () => {
  const w = await seeded();
  await w.call("PATCH", "/buyers/acme", { status: "paused" });
  expect(w.calls.map((c) => (c.args as { buyer: { version: number; paused: boolean } }).buyer)).toMatchObject([
    { version: 1.5, paused: true },
    { version: 2, paused: true },
  ]);
});

test("a record that no longer passes its checks can still be paused", async () => {
  const w = await seeded();
  const body = { ...CONTRACT, filter: { field: "gone", eq: 1 }, unheard_of: true };
  await changeConfig(db, { kind: "contract", id: "acme_auto", body, author: "x", at: AT });
  const answer = await w.call("POST", "/contracts/acme_auto/pause", { reason: "broken" });
  expect(answer.body).toMatchObject({ status: "paused", version: 3, at_buyer: false, in_ledger: true });
});

const known = ((kind: string) =>
  Promise.resolve(
    kind === "buyer"
      ? { version: 7, body: buyerSchema.parse(BUYER) }
      : kind === "contract"
        ? { version: 3, body: contractSchema.parse(CONTRACT) }
        : null,
  )) as AdminContext["known"];

test("D1 away: a pause holds at the object, from what the snapshot knows, and says that it is not recorded", async () => {
  const w = world({ db: awayDb, known });
  const answer = await w.call("POST", "/buyers/acme/pause", { reason: "late payer" });
  expect(answer).toMatchObject({
    status: 200,
    body: { status: "paused", version: null, at_buyer: true, in_ledger: false },
  });
  expect(answer.body.message).toContain("repeat");
  expect(w.calls.map((c) => c.args)).toEqual([{ buyer: { version: 7.5, paused: true, credit_limit: 211_050 } }]);
  await w.call("POST", "/contracts/acme_auto/pause", { reason: "late payer" });
  expect(w.calls[1]?.args).toMatchObject({ contracts: [{ version: 3.5, paused: true }] });
});

test.each(["/buyers/acme/resume", "/publishers/pub/pause", "/gateway/pause", "/endpoints/acme_http/pause"])(
  "D1 away: 503 for %s",
  async (path) => {
    const w = world({ db: awayDb, known });
    const answer = await w.call("POST", path, { reason: "late payer" });
    expect(answer).toMatchObject({ status: 503, body: { code: "ledger_unavailable" } });
    expect(answer.headers.get("retry-after")).toBe("2");
    expect(w.calls).toEqual([]);
  },
);

test("D1 goes away between reading and writing: the pause holds, a resume has changed nothing", async () => {
  await seeded();
  const half = { prepare: (sql: string) => db.prepare(sql), batch: awayDb.batch } as unknown as D1Database;
  const w = world({ db: half });
  expect((await w.call("POST", "/buyers/acme/pause", { reason: "late payer" })).body).toMatchObject({
    at_buyer: true,
    in_ledger: false,
  });
  expect((await w.call("POST", "/buyers/acme/resume", { reason: "late payer" })).status).toBe(503);
  expect(w.calls).toHaveLength(1);
});

test("an object that does not answer delays a pause, it does not stop it", async () => {
  await seeded();
  const w = world({
    account: () => {
      throw new Error("Durable Object reset");
    },
  });
  const answer = await w.call("POST", "/buyers/acme/pause", { reason: "late payer" });
  expect(answer).toMatchObject({ status: 200, body: { at_buyer: false, in_ledger: true, version: 2 } });
});

test.each([[{}], [{ reason: "  x " }], [{ reason: "fine", id: "x" }]])(
  "422: a switch without a proper reason, %j",
  async (body) => {
    await emptied();
    expect((await world().call("POST", "/gateway/pause", body)).status).toBe(422);
  },
);
