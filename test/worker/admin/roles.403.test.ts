import { beforeEach, expect, test } from "vitest";
import { roleTable } from "../../../worker/routes/admin/auth.ts";
import { ADMIN_OPERATIONS } from "../../../worker/routes/admin/operations.ts";
import { OPERATOR_OPERATIONS } from "../../../worker/routes/operator/operations.ts";
import { emptied, world } from "./support.ts";

beforeEach(emptied);

const as = (name: string) => ({ authorization: `Bearer token-of-${name}` });

test.each([
  ["victor", "GET", "/buyers", undefined, 200],
  ["victor", "POST", "/buyers", { id: "zeta", name: "Zeta" }, 403],
  ["victor", "POST", "/gateway/pause", { reason: "a test of roles" }, 403],
  ["olga", "POST", "/gateway/pause", { reason: "a test of roles" }, 200],
  ["olga", "POST", "/buyers", { id: "zeta", name: "Zeta" }, 403],
  ["bob", "POST", "/buyers", { id: "zeta", name: "Zeta" }, 201],
  // What is nowhere is no secret.
  ["olga", "GET", "/nothing", undefined, 404],
])("%s: %s %s", async (name, method, path, body, status) => {
  const answer = await world().call(method, path, body, as(name));
  expect(answer.status).toBe(status);
  if (status === 403) expect(answer.body).toMatchObject({ code: "forbidden", detail: expect.stringContaining("role") });
});

test("a viewer opens nothing that is sealed", async () => {
  expect((await world().call("GET", "/leads?open=true", undefined, as("victor"))).status).toBe(403);
});

test("what changes money, keys, credentials, configuration or erases is an admin's", () => {
  const roleOf = roleTable([...ADMIN_OPERATIONS, ...OPERATOR_OPERATIONS]);
  const changing = [...ADMIN_OPERATIONS, ...OPERATOR_OPERATIONS].filter(({ method }) => method !== "get");
  const operators = changing.filter(({ method, path }) => roleOf(method.toUpperCase(), path) === "operator");
  expect(operators.length).toBeGreaterThan(10);
  const delicate = /entries|keys|credential|secret|erasures|import|rebuild|rewrap|rollback|go-live|suppressions|oauth/;
  expect(operators.map(({ path }) => path).filter((path) => delicate.test(path))).toEqual([]);
  // A POST that writes nothing: a draft that is looked at.
  const viewers = changing.filter(({ method, path }) => roleOf(method.toUpperCase(), path) === "viewer");
  expect(viewers.map(({ path }) => path).filter((path) => !/:id\/(check|dry-run)$/.test(path))).toEqual([]);
});
