import { expect, test } from "vitest";
import { PROBLEMS } from "../../../schema/api/problems.ts";
import { ADMIN_OPERATIONS } from "../../../worker/routes/admin/operations.ts";
import { gatewayApp } from "../../../worker/routes/gateway-app.ts";
import { PAGES, PUBLIC_OPERATIONS } from "../../../worker/routes/operations.ts";
import { OPERATOR_OPERATIONS } from "../../../worker/routes/operator/operations.ts";

const ALL = [...PUBLIC_OPERATIONS, ...ADMIN_OPERATIONS, ...OPERATOR_OPERATIONS];

test("the whole gateway: every mounted route is in the document, and every documented call is mounted", async () => {
  const app = gatewayApp();
  const response = await app.request("https://gateway.test/openapi.json");
  expect(response.status).toBe(200);
  const { paths } = (await response.json()) as { paths: Record<string, Record<string, unknown>> };
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = app.routes
    .filter(({ method, path }) => method !== "OPTIONS" && method !== "ALL" && !PAGES.some((page) => page === path))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:([a-z_]+)/g, "{$1}")}`);
  expect([...documented].sort()).toEqual([...new Set(mounted)].sort());
});

test("operators' and buyers' bodies have examples, and each may be sent as it stands", () => {
  const bodies = [...OPERATOR_OPERATIONS, ...PUBLIC_OPERATIONS.filter(({ auth }) => auth === "buyer")].flatMap(
    ({ id, request }) => (request ? [{ id, request, examples: request.meta()?.examples ?? [] }] : []),
  );
  expect(bodies.length).toBeGreaterThan(10);
  expect(bodies.filter(({ examples }) => (examples as unknown[]).length === 0).map(({ id }) => id)).toEqual([]);
  for (const { id, request, examples } of bodies)
    for (const example of examples as unknown[]) expect(request.safeParse(example).error?.issues, id).toBeUndefined();
});

test("operations have ids of their own and name only problems that are explained", () => {
  const ids = ALL.map((operation) => operation.id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(ALL.flatMap((operation) => operation.problems ?? []).filter((code) => !Object.hasOwn(PROBLEMS, code))).toEqual(
    [],
  );
});

test.each([
  ["/v1/buyer/reports/summary", ["closed_early", "out_maximum_too_low", "out_shaped"], ["margin", "payout"]],
  ["/v1/reports/summary", ["earned"], ["closed_early", "margin"]],
  ["/v1/admin/reports/summary", ["closed_early", "margin", "earned"], []],
])("%s names the figures that its callers may ask for, and no other", async (path, there, absent) => {
  const response = await gatewayApp().request("https://gateway.test/openapi.json");
  const { paths } = (await response.json()) as {
    paths: Record<string, { get: { parameters: { name: string; description?: string }[] } }>;
  };
  const asked = paths[path]?.get.parameters.find(({ name }) => name === "figures");
  const names: readonly string[] = (asked?.description ?? "").match(/\w+/g) ?? [];
  expect(there.filter((name) => !names.includes(name))).toEqual([]);
  expect(absent.filter((name) => names.includes(name))).toEqual([]);
});
