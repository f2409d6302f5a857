import { expect, test } from "vitest";
import { PROBLEMS } from "../../../schema/api/problems.ts";
import { ANSWER_CODES } from "../../../schema/lists.ts";
import { ANSWER_TEXTS } from "../../../worker/routes/messages.ts";
import { PAGES, PUBLIC_OPERATIONS } from "../../../worker/routes/operations.ts";
import { samples } from "../../../worker/routes/pages/samples.ts";
import { KEY, raw, world } from "./support.ts";

const get = (path: string): Promise<Response> => raw(world(), path, null, {}, "GET");
interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<
      string,
      { operationId: string; responses: Record<string, unknown>; requestBody?: { content: Record<string, unknown> } }
    >
  >;
  components: { schemas: Record<string, { required?: string[]; properties?: Record<string, unknown> }> };
}
const document = async (): Promise<Document> => (await get("/openapi.json")).json();

test("every mounted route is in the document, and every documented call is mounted", async () => {
  const { paths } = await document();
  const documented = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const mounted = world()
    .app.routes.filter(({ method }) => method !== "OPTIONS" && method !== "ALL")
    .filter((route) => !PAGES.some((page) => page === route.path))
    .map((route) => `${route.method} ${route.path.replaceAll(/:([a-z_]+)/g, "{$1}")}`);
  expect([...documented].sort()).toEqual([...mounted].sort());
});

test("the document describes bodies, answers and problems", async () => {
  const { openapi, paths, components } = await document();
  expect(openapi).toBe("3.1.0");
  expect(components.schemas.PingRequest?.required).toEqual(["campaign", "lead"]);
  expect(Object.keys(components.schemas.PingAnswer?.properties ?? {})).toContain("bids");
  expect(Object.keys(paths["/v1/pings"]?.post?.requestBody?.content ?? {})).toEqual([
    "application/json",
    "application/x-www-form-urlencoded",
  ]);
  expect(Object.keys(paths["/v1/posts"]?.post?.responses ?? {})).toEqual(
    expect.arrayContaining(["200", "400", "401", "404", "409", "413", "415", "422", "429", "503"]),
  );
  expect(new Set(PUBLIC_OPERATIONS.map((operation) => operation.id)).size).toBe(PUBLIC_OPERATIONS.length);
});

test("operations name only problems that exist", () => {
  const unknown = PUBLIC_OPERATIONS.flatMap((operation) => operation.problems ?? []).filter(
    (code) => !Object.hasOwn(PROBLEMS, code),
  );
  expect(unknown).toEqual([]);
});

test("every code is explained on the page that problems point at", async () => {
  const text = await (await get("/docs/errors")).text();
  for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`id="${code}"`);
  for (const code of ANSWER_CODES) expect(text).toContain(`id="answer-${code}"`);
  expect(Object.keys(ANSWER_TEXTS)).toEqual([...ANSWER_CODES]);
});

test.each(["/", "/docs", "/docs/errors"])("%s is a page that loads nothing from elsewhere", async (path) => {
  const response = await get(path);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await response.text();
  expect(text.startsWith("<!doctype html><html")).toBe(true);
  expect(
    [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]).filter((url) => !url?.startsWith("/")),
  ).toEqual([]);
  expect(text).not.toMatch(/<script>|onclick=/);
});

test("the docs page's samples are the gateway's own language", async () => {
  const w = world();
  const bodies = samples("https://gateway.test").flatMap((sample) => {
    const [, path, body] = /gateway\.test(\/v1\/\w+) [\s\S]*?-d '(\{[\s\S]*\})'$/.exec(sample.text) ?? [];
    return path && body ? [[path, body.replace(/'"\$\(date[^)]*\)"'/, "2026-11-20T15:04:05Z")] as const] : [];
  });
  expect(bodies.map(([path]) => path)).toEqual(["/v1/pings", "/v1/posts", "/v1/leads"]);
  for (const [path, body] of bodies) {
    const response = await raw(w, path, body, { authorization: `Bearer ${KEY}`, "content-type": "application/json" });
    expect([path, response.status]).toEqual([path, 200]);
  }
});
