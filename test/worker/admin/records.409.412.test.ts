import { expect, test } from "vitest";
import { BUYER, seeded } from "./support.ts";

test("409: an id that exists is not created again", async () => {
  const w = await seeded();
  const again = await w.call("POST", "/campaigns", (await w.call("GET", "/campaigns/auto")).body.record);
  expect(again).toMatchObject({ status: 409, body: { code: "already_exists" } });
  expect((await w.call("GET", "/campaigns/auto")).body.version).toBe(1);
});

test.each([
  ['"1"', 200],
  ["1", 200],
  ['W/"1"', 200],
  ["*", 200],
  ['"2"', 412],
  ['"0"', 400],
  ["abc", 400],
  ['"1", "2"', 400],
])("If-Match %s of a record at version 1: %i", async (header, status) => {
  const w = await seeded();
  for (const [method, path] of [
    ["PUT", "/buyers/acme"],
    ["PATCH", "/publishers/pub"],
  ] as const) {
    const body = method === "PUT" ? BUYER : { name: "X" };
    const answer = await w.call(method, path, body, { "if-match": header });
    expect([method, answer.status]).toEqual([method, status]);
    expect(answer.body.code).toBe(
      ({ 400: "invalid_if_match", 412: "version_mismatch" } as Record<number, string>)[status],
    );
  }
});

test("412: If-Match on a record that does not exist", async () => {
  const w = await seeded();
  expect((await w.call("PUT", "/buyers/nobody", { name: "N" }, { "if-match": '"1"' })).status).toBe(412);
});

test("of two who change the same version, one is told", async () => {
  const w = await seeded();
  const both = await Promise.all(
    ["A", "B"].map((name) => w.call("PUT", "/buyers/acme", { ...BUYER, name }, { "if-match": '"1"' })),
  );
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
});

test("without If-Match, changes of different members at the same time are both kept", async () => {
  const w = await seeded();
  const both = await Promise.all([
    w.call("PATCH", "/buyers/acme", { name: "New" }),
    w.call("PATCH", "/buyers/acme", { notes: "call first" }),
  ]);
  expect(both.map((answer) => answer.status)).toEqual([200, 200]);
  expect((await w.call("GET", "/buyers/acme")).body).toMatchObject({
    version: 3,
    record: { name: "New", notes: "call first" },
  });
});

test.each(["campaigns", "publishers", "buyers", "endpoints", "contracts", "forms"])(
  "404: %s that do not exist",
  async (collection) => {
    const w = await seeded();
    expect((await w.call("GET", `/${collection}/nobody`)).status).toBe(404);
    expect((await w.call("GET", `/${collection}/nobody/history`)).status).toBe(404);
    expect((await w.call("PATCH", `/${collection}/nobody`, { name: "x" })).status).toBe(404);
    expect((await w.call("POST", `/${collection}/nobody/pause`, { reason: "gone" })).status).toBe(404);
  },
);
