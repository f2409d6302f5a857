import { expect, test } from "vitest";
import { PROBLEMS } from "../../../schema/api/problems.ts";
import { adminApp } from "../../../worker/routes/admin/index.ts";
import { ADMIN_OPERATIONS } from "../../../worker/routes/admin/operations.ts";
import { apiDocument } from "../../../worker/routes/openapi.ts";
import { world } from "./support.ts";

const named = (routes: readonly { method: string; path: string }[]) =>
  [...new Set(routes.map((route) => `${route.method.toUpperCase()} ${route.path}`))].sort();

test("the list of operations is the list of routes", () => {
  const routes = adminApp(world().ctx).routes.filter((route) => route.method !== "ALL");
  expect(named(routes.map(({ method, path }) => ({ method, path: `/v1/admin${path}` })))).toEqual(
    named(ADMIN_OPERATIONS),
  );
});

test("ids are unique and problems exist", () => {
  expect(new Set(ADMIN_OPERATIONS.map((operation) => operation.id)).size).toBe(ADMIN_OPERATIONS.length);
  expect(
    ADMIN_OPERATIONS.flatMap((operation) => operation.problems ?? []).filter((code) => !Object.hasOwn(PROBLEMS, code)),
  ).toEqual([]);
});

test("the document can be made of them and speaks of nothing sealed in what is written", () => {
  const document = JSON.parse(apiDocument(ADMIN_OPERATIONS)) as {
    paths: Record<string, Record<string, { requestBody?: unknown }>>;
  };
  expect(Object.keys(document.paths)).toContain("/v1/admin/buyers/{id}/entries");
  const put = JSON.stringify(document.paths["/v1/admin/endpoints/{id}"]?.put?.requestBody);
  expect(put).toContain('"credentials"');
  expect(put).not.toContain("credentials_sealed");
});
