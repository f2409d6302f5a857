import { expect, test } from "vitest";
import { ledgerAway } from "../../support/ledger-faults.ts";
import { awayDb, emptied, world } from "./support.ts";

test.each<[number, string, string, Record<string, string>]>([
  [400, "invalid_json", "{", {}],
  [400, "invalid_json", "", {}],
  [400, "invalid_body", "[]", {}],
  [400, "invalid_body", "null", {}],
  [400, "invalid_body", '"text"', {}],
  [413, "body_too_large", `{"a":"${"x".repeat(1_000_001)}"}`, {}],
  [415, "unsupported_media_type", "{}", { "content-type": "text/plain" }],
  [415, "unsupported_media_type", "id=a", { "content-type": "application/x-www-form-urlencoded" }],
])("%i %s", async (status, code, body, headers) => {
  await emptied();
  for (const [method, path] of [
    ["POST", "/buyers"],
    ["PUT", "/buyers/acme"],
    ["PATCH", "/buyers/acme"],
    ["POST", "/gateway/pause"],
  ] as const) {
    const answer = await world().call(method, path, body, headers);
    expect([path, answer.status, answer.body.code]).toEqual([path, status, code]);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
  }
});

test("503: the ledger is away", async () => {
  const w = world({ db: awayDb });
  for (const path of ["/buyers", "/buyers/acme", "/audit", "/leads", "/suppressions", "/buyers/acme/history"]) {
    const answer = await w.call("GET", path);
    expect([path, answer.status, answer.body.code]).toEqual([path, 503, "ledger_unavailable"]);
  }
  expect((await w.call("PUT", "/buyers/acme", { name: "A" })).status).toBe(503);
});

test("503: the ledger fails in the middle of a query", async () => {
  const faults = ledgerAway("throws");
  try {
    for (const path of ["/leads", "/audit", "/suppressions"]) {
      const answer = await world().call("GET", path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 503, "ledger_unavailable"]);
    }
  } finally {
    faults.end();
  }
});
